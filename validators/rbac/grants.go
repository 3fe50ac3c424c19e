package rbac

import (
	"maps"
	"slices"
	"strings"
)

// grant is a deed that a role allows.
type grant struct {
	deed
	rule rule
	// names are the only objects that it is allowed on; nil means every object.
	names []string
	// creates says that an object of one of the names may be created, so that it need not exist: by a server-side apply,
	// which asks for create and patch of that name.
	creates bool
}

// grantsOf are the deeds that a role allows, in the order of abilities, each once.
func (d *deeds) grantsOf(r *role) []grant {
	if r.judged {
		return r.grants
	}
	found := map[int]*grant{}
	for _, rule := range r.rules {
		for _, number := range d.touched(rule) {
			d.allow(found, number, rule)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(found)) {
		g := found[number]
		if g.Verb == "create" && g.Subresource == "" && g.names != nil {
			if g.names = d.appliable(found, g); len(g.names) == 0 {
				continue // an object that is created by a plain request has no name yet
			}
			g.creates = true
		}
		r.grants = append(r.grants, *g)
	}
	r.judged = true
	return r.grants
}

// touched are the deeds that a rule may be about.
func (d *deeds) touched(r rule) []int {
	var numbers []int
	for _, group := range r.APIGroups {
		for _, resource := range r.Resources {
			if group == "*" || strings.HasPrefix(resource, "*") {
				all := make([]int, len(d.all))
				for i := range all {
					all[i] = i
				}
				return all
			}
			numbers = append(numbers, d.byOf[groupResource{group, resource}]...)
		}
	}
	return numbers
}

// allow notes that a rule allows a deed, if it does.
func (d *deeds) allow(found map[int]*grant, number int, r rule) {
	asked := d.all[number]
	if !contains(r.Verbs, asked.Verb) || !contains(r.APIGroups, asked.Group) || !allowsResource(r.PolicyRule, asked.combined(), asked.Subresource) {
		return
	}
	known := found[number]
	switch {
	case known == nil:
		found[number] = &grant{deed: asked, rule: r, names: slices.Clone(r.ResourceNames)}
		if len(r.ResourceNames) == 0 {
			found[number].names = nil
		}
	case known.names == nil:
	case len(r.ResourceNames) == 0:
		known.rule, known.names = r, nil
	default:
		known.names = append(known.names, r.ResourceNames...)
	}
}

// appliable are the names of a grant to create for which there is one to patch, too.
func (d *deeds) appliable(found map[int]*grant, create *grant) []string {
	for _, number := range d.byOf[groupResource{create.Group, create.combined()}] {
		patch := found[number]
		if patch == nil || patch.Verb != "patch" {
			continue
		}
		if patch.names == nil {
			return create.names
		}
		return slices.DeleteFunc(slices.Clone(create.names), func(name string) bool { return !slices.Contains(patch.names, name) })
	}
	return nil
}

// everything says whether a role allows every request on every resource.
func (r *role) everything() bool {
	return slices.ContainsFunc(r.rules, func(rule rule) bool {
		return slices.Contains(rule.Verbs, "*") && slices.Contains(rule.APIGroups, "*") && slices.Contains(rule.Resources, "*") &&
			len(rule.ResourceNames) == 0
	})
}
