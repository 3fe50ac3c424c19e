// Package validators decides, on the manifests that are about to be applied, whoever wrote them, that no component can
// obtain another's secret, and has the one order of such a run: [Input.Pin], [Prove], [Pinned.CheckPaths],
// [Pinned.SumUp]. Each family of findings has a package. None of them imports the generators, so that a mistake there
// cannot prove itself.
package validators

import (
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
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

	// Manifests are what was judged; nil where nothing was.
	Manifests *decoded.Manifests
}

// Families are the letters of the families of findings that Prove decides.
func Families() []string { return []string{"N", "R", "E", "P", "Q", "K"} }

// family judges manifests in one respect. Families know nothing of each other, and may run in any order.
type family func(decoded.Manifests) verdict.Verdict

// families are those that judge components that are where they must be.
func families() []family {
	return []family{
		func(m decoded.Manifests) verdict.Verdict { return network.Check(m.Set, m.Scope, m.Cluster) },
		func(m decoded.Manifests) verdict.Verdict { return pods.Check(m.Set, m.Scope, m.Flow, m.Cluster) },
		func(m decoded.Manifests) verdict.Verdict { return rbac.Check(m.Set, m.Scope, m.Flow, m.Cluster) },
		func(m decoded.Manifests) verdict.Verdict { return admission.Check(m.Set, m.Scope, m.Cluster) },
		func(m decoded.Manifests) verdict.Verdict { return stores.Check(m.Set, m.Scope, m.Flow, m.Cluster) },
		func(m decoded.Manifests) verdict.Verdict { return runtime.Check(m.Set, m.Scope) },
		func(m decoded.Manifests) verdict.Verdict { return quota.Check(m.Set, m.Scope, m.Flow) },
	}
}

// Prove checks all objects that would be applied to a cluster for ways in which the promise is broken and, where there
// are plans, compares them with what the Segregations declare. Without a plan every namespace is a component.
func Prove(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster) Proof {
	return prove(all, plans, in, families())
}

func prove(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster, families []family) Proof {
	manifests, findings := decoded.New(all, plans, in)
	packaged, absent := packaging.Check(manifests.Set, manifests.Scope, in)
	proof := Proof{
		Findings: slices.Concat(findings, packaged.Findings), Decided: packaged.Decided, Manifests: manifests,
	}
	judged := *manifests
	judged.Scope = manifests.Scope.Without(absent)
	if len(judged.Scope.Components) == 0 {
		return proof
	}
	proof.Objects = len(judged.Set.All)
	for _, component := range judged.Scope.Components {
		proof.Components = append(proof.Components, component.Namespace)
	}
	decided := [][]verdict.Subject{packaged.Decided}
	for _, judge := range families {
		found := judge(judged)
		proof.Findings = append(proof.Findings, found.Findings...)
		decided = append(decided, found.Decided)
	}
	proof.Decided = slices.Concat(decided...)
	covered, open := coverage.Check(judged.Set, judged.Scope, in, proof.Decided)
	proof.Coverage, proof.Findings = covered, append(proof.Findings, open...)
	return proof
}

// Without is the proof without the findings about objects that are known to be missing.
func (p Proof) Without(missing map[finding.Object]bool) Proof {
	p.Findings = slices.DeleteFunc(slices.Clone(p.Findings), func(f finding.Finding) bool { return missing[f.Object] })
	return p
}
