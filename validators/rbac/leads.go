package rbac

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
	to "cloison.dev/cloison/validators/rbac/rights"
)

// lead is what a subject of a binding obtains by a reach.
func (j *judge) lead(b *authorizer.Binding, subject int, r reach) *finding.Lead {
	who, is := to.SubjectOf(b.Subjects[subject], b.Namespace)
	if !is {
		return nil
	}
	var obtained []finding.End
	for i, g := range r.grants {
		for _, namespace := range namespacesOf(b, r.each[i]) {
			obtained = append(obtained, to.Ends(to.ActionOf(g.Privilege), namespace, j.effectiveNames(namespace, g))...)
		}
	}
	slices.SortFunc(obtained, finding.End.Compare)
	return finding.NewLead([]finding.End{who.End()}, slices.Compact(obtained))
}

// namespacesOf are those in which a permission holds over others.
func namespacesOf(b *authorizer.Binding, more reached) []string {
	switch {
	case more.onward != nil:
		return []string{b.Namespace}
	case more.everyNamespace:
		return []string{finding.Everywhere}
	}
	var namespaces []string
	for _, component := range more.components {
		namespaces = append(namespaces, component.Namespace)
	}
	return namespaces
}

// effectiveNames are the names of a grant that are those of something in a namespace; nil for every name.
func (j *judge) effectiveNames(namespace string, g privilege.Grant) []string {
	if g.Names == nil || namespace == finding.Everywhere || g.Creates {
		return g.Names
	}
	names := []string{}
	for _, name := range g.Names {
		if j.effectiveOn(namespace, g, name) == ternary.Yes {
			names = append(names, name)
		}
	}
	return names
}
