// Package packaging judges namespaces and what stands in them: family K of the findings. It sees whether the components
// really are in different namespaces, and what is in none of them.
package packaging

import (
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// Check judges where the objects of the set are. absent are the namespaces of the components that are not where they
// must be, or of which nothing is there: that is a finding, and what other families would say of them tells nothing
// more.
func Check(set *objects.Set, components *scope.Scope, in cluster.Cluster) (found verdict.Verdict, absent map[string]bool) {
	j := newJudge(set, components)
	j.namespacesComplete = in.NamespacesComplete
	return verdict.Judge(j, checks()), j.absent()
}

// check answers one question. It changes nothing, so that checks may run in any order.
type check func(*judge) verdict.Result

func checks() []check {
	return []check{
		(*judge).unnamed, (*judge).ingresses, (*judge).routes, (*judge).collapsed, (*judge).misplaced, (*judge).outside,
		(*judge).missing, (*judge).nothing, (*judge).mixed, (*judge).withoutNamespace, (*judge).local,
		(*judge).besideOperator, (*judge).empty, (*judge).unprotected, (*judge).renamed,
	}
}

// Precedence of candidates.
const (
	// cause is what a finding has that no other explains.
	cause = iota
	// consequence is what a finding has that a cause may explain.
	consequence
)

// judge has what the checks look at. Nothing changes in it after newJudge.
type judge struct {
	set        *objects.Set
	components *scope.Scope
	kinds      kinds

	// byNamespace has the objects of each namespace, "" for those that must have one and name none.
	byNamespace map[string][]*objects.Object
	// namespaces has the Namespace objects.
	namespaces map[string]*objects.Object
	services   services
	// namespacesComplete is true where the cluster has no namespaces but those that are known.
	namespacesComplete bool
	// placements are sorted by owner and namespace.
	placements []placement
}

func newJudge(set *objects.Set, components *scope.Scope) *judge {
	j := &judge{
		set: set, components: components, kinds: newKinds(set), services: newServices(set),
		placements:  newPlacements(set),
		byNamespace: map[string][]*objects.Object{}, namespaces: map[string]*objects.Object{},
	}
	for _, o := range set.All {
		switch {
		case isNamespace(o):
			j.namespaces[o.Name] = o
		case o.Namespace != "" || j.kinds.isNamespaced(o.GroupKind()):
			j.byNamespace[o.Namespace] = append(j.byNamespace[o.Namespace], o)
		}
	}
	return j
}

// isWhole reports whether the input has everything that stands in a namespace: a Segregation declares it, or the cluster
// has no namespaces but those that are known. Otherwise another folder or a chart may add to it.
func (j *judge) isWhole(namespace string) bool {
	return j.components.Planned && j.components.Of(namespace) != nil || j.namespacesComplete
}

// severity is that of a mistake which something else in the namespace would make good.
func (j *judge) severity(namespace string) finding.Severity {
	if j.isWhole(namespace) {
		return finding.Error
	}
	return finding.Warning
}

// absent are the namespaces of components of which the input has nothing there.
func (j *judge) absent() map[string]bool {
	absent := map[string]bool{}
	for i := range j.components.Components {
		if c := &j.components.Components[i]; !j.isPresent(c) {
			absent[c.Namespace] = true
		}
	}
	return absent
}

// about is a finding about an object that no other explains.
func about(o *objects.Object, f finding.Finding) verdict.Candidate {
	return verdict.Candidate{Finding: o.About(f), Precedence: cause}
}

// contentsOf is the question what a namespace has to do with the components.
func contentsOf(namespace string) []verdict.Subject {
	return []verdict.Subject{{Question: "contents of namespace " + namespace}}
}

// presenceOf is the question where a component is.
func presenceOf(c *scope.Component) verdict.Subject {
	return verdict.Subject{Question: "presence of component " + c.Name + " in namespace " + c.Namespace}
}

func isNamespace(o *objects.Object) bool { return o.Kind == "Namespace" && o.APIVersion == "v1" }

// namespaceOf is the namespace of an object; that of a Namespace is the one it makes.
func namespaceOf(o *objects.Object) string {
	if isNamespace(o) {
		return o.Name
	}
	return o.Namespace
}

// isPresent reports whether the input has anything in the namespace of a component.
func (j *judge) isPresent(c *scope.Component) bool {
	return len(j.byNamespace[c.Namespace]) > 0 || j.namespaces[c.Namespace] != nil
}

// anyPresent reports whether the input has anything in the namespace of any component.
func (j *judge) anyPresent() bool {
	return slices.ContainsFunc(j.components.Components, func(c scope.Component) bool { return j.isPresent(&c) })
}
