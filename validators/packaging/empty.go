package packaging

import (
	"fmt"
	"reflect"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// empty reports components that nothing uses: no secrets, no flows of their own and no objects but generated ones,
// where another component of their Segregation has workloads. A patch of an overlay that misspells a component makes
// one.
func (j *judge) empty() verdict.Result {
	var result verdict.Result
	if !j.components.Planned {
		return result
	}
	workloads := map[string]bool{}
	for _, w := range j.set.Workloads {
		workloads[w.Namespace] = workloads[w.Namespace] || !wellknown.IsGenerated(w.Labels)
	}
	for i := range j.components.Components {
		c := &j.components.Components[i]
		if !j.isPresent(c) || !hasUsedSibling(c, workloads) || !j.isUnused(c) {
			continue
		}
		f := finding.Finding{
			Code: finding.ComponentEmpty, Severity: finding.Warning,
			Object: finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: c.Segregation},
			Field:  fieldpath.Of("spec", "components", c.Name),
			Message: fmt.Sprintf("component %q has no secrets, no flows and, in the input, no workloads in its namespace %q%s: "+
				"a patch that misspells a component adds one like it", c.Name, c.Namespace,
				phrase.DidYouMean(phrase.Closest(c.Name, namesOfOthers(c)))),
			Fix: "correct its name in the overlay or the Segregation, or remove it",
		}
		result.Add(verdict.Candidate{Finding: f, Precedence: consequence, Unless: []verdict.Subject{presenceOf(c)}})
	}
	return result
}

// isUnused reports whether neither the Segregation nor the input has anything in a component.
func (j *judge) isUnused(c *scope.Component) bool {
	isWritten := func(o *objects.Object) bool { return !wellknown.IsGenerated(o.Labels) }
	return len(c.Plan.Groups) == 0 && !slices.ContainsFunc(j.byNamespace[c.Namespace], isWritten) && !hasOwnFlow(c)
}

// hasOwnFlow reports whether a component has a flow that is no default: one that the first other component to which it
// would apply does not have.
func hasOwnFlow(c *scope.Component) bool {
	isOwn := func(flow plan.Flow, of func(*plan.Component) []plan.Flow) bool {
		for i := range c.Siblings {
			if other := &c.Siblings[i]; other.Name != c.Name && !isPeer(other, flow) {
				return !has(of(other), flow)
			}
		}
		return true
	}
	ingress := func(p *plan.Component) []plan.Flow { return p.Ingress }
	egress := func(p *plan.Component) []plan.Flow { return p.Egress }
	return slices.ContainsFunc(c.Plan.Ingress, func(flow plan.Flow) bool { return isOwn(flow, ingress) }) ||
		slices.ContainsFunc(c.Plan.Egress, func(flow plan.Flow) bool { return isOwn(flow, egress) })
}

// isPeer reports whether a flow is one to or from a component: a default one does not apply to itself.
func isPeer(c *plan.Component, flow plan.Flow) bool {
	return flow.Peer.Kind == plan.PeerComponent && flow.Peer.Component == c.Name
}

func has(flows []plan.Flow, flow plan.Flow) bool {
	return slices.ContainsFunc(flows, func(other plan.Flow) bool { return reflect.DeepEqual(other, flow) })
}

// hasUsedSibling reports whether another component of the Segregation has workloads in the input.
func hasUsedSibling(c *scope.Component, workloads map[string]bool) bool {
	return slices.ContainsFunc(c.Siblings, func(other plan.Component) bool {
		return other.Name != c.Name && workloads[other.Namespace]
	})
}

func namesOfOthers(c *scope.Component) []string {
	var names []string
	for _, other := range c.Siblings {
		if other.Name != c.Name {
			names = append(names, other.Name)
		}
	}
	return names
}
