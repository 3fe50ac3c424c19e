// Package validators decides, on the manifests that are about to be applied, whoever wrote them, that no component can
// obtain another's secret. Each family of findings has a package. None of them imports the generators, so that a mistake
// there cannot prove itself.
package validators

import (
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/validators/network"
	"cloison.dev/cloison/validators/packaging"
	"cloison.dev/cloison/validators/pods"
	"cloison.dev/cloison/validators/quota"
	"cloison.dev/cloison/validators/rbac"
	"cloison.dev/cloison/validators/runtime"
	"cloison.dev/cloison/validators/stores"
)

// Result is what a check has to say.
type Result struct {
	// Findings stand. They are sorted for reading.
	Findings []finding.Finding
	// Suppressed are the findings that an annotation accepts, with its reason.
	Suppressed []Suppressed
	// Objects counts what was judged; 0 where no component has any object, so that nothing was.
	Objects int
	// Components are the namespaces that were kept apart, sorted.
	Components []string
}

// Families are the letters of the families of findings that Check decides.
func Families() []string { return []string{"N", "R", "E", "P", "Q", "K"} }

// Check holds all objects that would be applied against the promise and, where there are plans, against what the
// Segregations declare. Without a plan every namespace is a component.
func Check(all []*objects.Object, plans []*plan.Plan) Result {
	set, findings := objects.NewSet(all)
	components := scope.New(set, plans)
	packaged, absent := packaging.Check(set, components)
	findings = append(findings, packaged.Findings...)
	result := Result{}
	if judged := components.Without(absent); len(judged.Components) > 0 {
		result.judge(set, judged)
	}
	result.Findings = append(result.Findings, findings...)
	result.suppress(set)
	finding.Sort(result.Findings)
	return result
}

// judge runs the families on the components that are where they must be.
func (r *Result) judge(set *objects.Set, components *scope.Scope) {
	flow := secretflow.New(set)
	r.Findings = slices.Concat(
		r.Findings,
		network.Check(set, components, cluster.Kapsule()).Findings,
		rbac.Check(set, components, flow),
		stores.Check(set, components, flow),
		pods.Check(set, components, flow).Findings,
		runtime.Check(set, components),
		quota.Check(set, components, flow).Findings,
	)
	r.Objects = len(set.All)
	for _, component := range components.Components {
		r.Components = append(r.Components, component.Namespace)
	}
}
