package rights

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Holding is a role that a binding gives to a subject, with all of its rules: those that no [Right] is made of too.
type Holding struct {
	Subject Subject
	Place   Place
	// Binding is nil for one that every cluster has. Index is that of the subject in its subjects.
	Binding *objects.Object
	Index   int
	// Ref is the role. Rules are its rules after aggregation; none where the role is not known.
	Ref   RoleName
	Rules []authorizer.Rule

	written *reader
}

// compareHoldings orders by subject and place.
func compareHoldings(a, b Holding) int {
	return cmp.Or(a.Subject.Compare(b.Subject), a.Place.Compare(b.Place))
}

// Chain is why the subject has the rights of one of the Rules.
func (h *Holding) Chain(rule authorizer.Rule) Chain {
	return Chain{Binding: h.Binding, Index: h.Index, Role: h.Ref, Rule: rule, Of: h.written.source(h.Ref, rule)}
}

// HoldingsOf are the roles of a subject, and of the groups that it is in, sorted by place.
func (l *List) HoldingsOf(s Subject) []Holding {
	var all []Holding
	for _, one := range identities(s) {
		first, _ := slices.BinarySearchFunc(l.Holdings, one, func(h Holding, s Subject) int {
			return h.Subject.Compare(s)
		})
		for i := first; i < len(l.Holdings) && l.Holdings[i].Subject == one; i++ {
			all = append(all, l.Holdings[i])
		}
	}
	slices.SortStableFunc(all, func(a, b Holding) int { return a.Place.Compare(b.Place) })
	return all
}

// Permission is one entry of a rule as it is written, wildcards as they are: a verb on a resource, or on a URL.
type Permission struct {
	Verb string
	// Group is empty for the core group. Resource has its subresource at its end.
	Group, Resource string
	// Name is empty for every object.
	Name string
	// URL is empty for a permission on a resource.
	URL string
	// By is the first rule that gives it.
	By Chain
}

// String is the permission for people. Format: delete services, get secrets named "db", get deployments.apps/scale.
func (p Permission) String() string {
	text := p.request().String()
	if p.Name != "" {
		text += ` named "` + p.Name + `"`
	}
	return text
}

func (p Permission) request() authorizer.Request {
	if p.URL != "" {
		return authorizer.Request{Verb: p.Verb, URL: p.URL}
	}
	r := authorizer.ResourceRequest(p.Verb, p.Group, p.Resource)
	r.Name = p.Name
	return r
}

// Beyond are the permissions that the holdings after give at a place and those before do not, sorted. A permission that
// a wildcard of the others covers is none.
func Beyond(after, before []Holding, at Place) []Permission {
	var others []authorizer.Rule
	for i := range before {
		if h := &before[i]; h.Place.Everywhere || h.Place == at {
			others = append(others, h.Rules...)
		}
	}
	known := map[Permission]bool{}
	var found []Permission
	for i := range after {
		h := &after[i]
		if h.Place != at {
			continue
		}
		for _, rule := range h.Rules {
			for _, p := range permissions(rule) {
				if known[p] || slices.ContainsFunc(others, func(r authorizer.Rule) bool { return covers(r, p) }) {
					continue
				}
				known[p] = true
				with := p
				with.By = h.Chain(rule)
				found = append(found, with)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Permission) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.URL, b.URL),
			cmp.Compare(a.Verb, b.Verb), cmp.Compare(a.Name, b.Name))
	})
	return found
}

// covers reports whether a rule gives a permission, whose wildcards only the same wildcards cover.
func covers(rule authorizer.Rule, p Permission) bool {
	r := p.request()
	if strings.Contains(p.Resource, "*") {
		r = authorizer.Request{Verb: p.Verb, Group: p.Group, Resource: p.Resource, Name: p.Name}
	}
	return authorizer.RuleAllows(rule.PolicyRule, r)
}

// permissions are the entries of a rule, each combination of its lists once.
func permissions(rule authorizer.Rule) []Permission {
	var all []Permission
	names := rule.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	for _, verb := range rule.Verbs {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, name := range names {
					all = append(all, Permission{Verb: verb, Group: group, Resource: resource, Name: name})
				}
			}
		}
		for _, url := range rule.NonResourceURLs {
			all = append(all, Permission{Verb: verb, URL: url})
		}
	}
	return all
}
