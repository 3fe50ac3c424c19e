// Package validators decides, on the manifests that are about to be applied, whoever wrote them, that no component can
// obtain another's secret, and has the one order of such a run: [Input.Pin], [Prove], [Pinned.CheckPaths],
// [Pinned.SumUp]. Each family of findings has a package. None of them imports the generators, so that a mistake there
// cannot prove itself.
package validators

import (
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/admission"
	"cloison.dev/cloison/validators/coverage"
	"cloison.dev/cloison/validators/network"
	"cloison.dev/cloison/validators/packaging"
	"cloison.dev/cloison/validators/pods"
	"cloison.dev/cloison/validators/quota"
	"cloison.dev/cloison/validators/rbac"
	"cloison.dev/cloison/validators/runtime"
	"cloison.dev/cloison/validators/stores"
	"cloison.dev/cloison/validators/ways"
)

// Proof is what the manifests say about the promise. The zero value is that of manifests that were not judged.
type Proof struct {
	// Findings are in no particular order, those that an annotation accepts among them.
	Findings []finding.Finding
	// Objects counts what was judged; 0 where no component has any object, so that nothing was.
	Objects int
	// Components are the namespaces that were kept apart, sorted.
	Components []string
	// Decided are the subjects that a check came to a conclusion about.
	Decided []verdict.Subject

	// Coverage says what was looked at, and what was not.
	Coverage coverage.Coverage

	// applied are the objects that would be applied, whose annotations accept findings.
	applied []*objects.Object
	// cluster is what they stand in.
	cluster cluster.Cluster
	// facts are what ways are made of.
	facts ways.Facts
}

// Families are the letters of the families of findings that Prove decides.
func Families() []string { return []string{"N", "R", "E", "P", "Q", "K"} }

// manifests are what the families read.
type manifests struct {
	cluster    cluster.Cluster
	set        *objects.Set
	components *scope.Scope
	flow       *secretflow.Graph
}

// family judges manifests in one respect. Families know nothing of each other, and may run in any order.
type family func(manifests) verdict.Verdict

// families are those that judge components that are where they must be.
func families() []family {
	return []family{
		func(m manifests) verdict.Verdict { return network.Check(m.set, m.components, m.cluster) },
		func(m manifests) verdict.Verdict { return pods.Check(m.set, m.components, m.flow, m.cluster) },
		func(m manifests) verdict.Verdict { return rbac.Check(m.set, m.components, m.flow, m.cluster) },
		func(m manifests) verdict.Verdict { return admission.Check(m.set, m.components, m.cluster) },
		func(m manifests) verdict.Verdict { return stores.Check(m.set, m.components, m.flow, m.cluster) },
		func(m manifests) verdict.Verdict { return runtime.Check(m.set, m.components) },
		func(m manifests) verdict.Verdict { return quota.Check(m.set, m.components, m.flow) },
	}
}

// Prove checks all objects that would be applied to a cluster for ways in which the promise is broken and, where there
// are plans, compares them with what the Segregations declare. Without a plan every namespace is a component.
func Prove(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster) Proof {
	return prove(all, plans, in, families())
}

func prove(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster, families []family) Proof {
	set, findings := objects.NewSet(all)
	components := scope.New(set, plans)
	packaged, absent := packaging.Check(set, components, in)
	proof := Proof{Findings: slices.Concat(findings, packaged.Findings), Decided: packaged.Decided, applied: set.All,
		cluster: in}
	judged := components.Without(absent)
	if len(judged.Components) == 0 {
		return proof
	}
	proof.Objects = len(set.All)
	for _, component := range judged.Components {
		proof.Components = append(proof.Components, component.Namespace)
	}
	read := manifests{in, set, judged, secretflow.New(set)}
	proof.facts = ways.Facts{Set: set, Scope: components, Flow: read.flow, Cluster: in}
	decided := [][]verdict.Subject{packaged.Decided}
	for _, judge := range families {
		found := judge(read)
		proof.Findings = append(proof.Findings, found.Findings...)
		decided = append(decided, found.Decided)
	}
	proof.Decided = slices.Concat(decided...)
	covered, open := coverage.Check(set, judged, in, proof.Decided)
	proof.Coverage, proof.Findings = covered, append(proof.Findings, open...)
	return proof
}

// Without is the proof without the findings about objects that are known to be missing.
func (p Proof) Without(missing map[finding.Object]bool) Proof {
	p.Findings = slices.DeleteFunc(slices.Clone(p.Findings), func(f finding.Finding) bool { return missing[f.Object] })
	return p
}
