// Package scope has the components whose secrets must be kept apart: those of the Segregations or, where there is none,
// the namespaces of the input.
package scope

import (
	"cmp"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
)

// Component is a component whose secrets no other component may obtain.
type Component struct {
	// Name of the component; without a Segregation, the name of its namespace.
	Name      string
	Namespace string
	// Segregation is the name of the component's Segregation; empty without one.
	Segregation string
	// Plan is the component as its Segregation declares it; nil without one.
	Plan *plan.Component
	// Sync is how its Segregation copies secrets; nil without one.
	Sync *plan.Sync
	// Siblings are all components of its Segregation, this one and those that the input lacks among them, sorted by
	// name.
	Siblings []plan.Component
}

// Scope is the set of all components, no two of which share a namespace.
type Scope struct {
	// Components are sorted by namespace.
	Components []Component
	// Planned is true where the components are those of Segregations, and have a Plan.
	Planned bool

	byNamespace map[string]*Component
}

// New takes the components of the plans or, where there are none, makes one of every namespace of the input that has
// workloads, Secrets or stores. The namespaces of Kubernetes itself are none.
func New(set *objects.Set, plans []*plan.Plan) *Scope {
	s := &Scope{Planned: len(plans) > 0}
	for _, p := range plans {
		for i := range p.Components {
			c := &p.Components[i]
			s.Components = append(s.Components,
				Component{
					Name: c.Name, Namespace: c.Namespace, Segregation: p.Segregation, Plan: c, Sync: &p.Sync,
					Siblings: p.Components,
				})
		}
	}
	if !s.Planned {
		for _, namespace := range namespaces(set) {
			s.Components = append(s.Components, Component{Name: namespace, Namespace: namespace})
		}
	}
	slices.SortFunc(s.Components, func(a, b Component) int { return cmp.Compare(a.Namespace, b.Namespace) })
	s.index()
	return s
}

func (s *Scope) index() {
	s.byNamespace = make(map[string]*Component, len(s.Components))
	for i := range s.Components {
		s.byNamespace[s.Components[i].Namespace] = &s.Components[i]
	}
}

// Without is a copy of s without the components of these namespaces.
func (s *Scope) Without(namespaces map[string]bool) *Scope {
	if len(namespaces) == 0 {
		return s
	}
	rest := &Scope{Planned: s.Planned}
	for _, c := range s.Components {
		if !namespaces[c.Namespace] {
			rest.Components = append(rest.Components, c)
		}
	}
	rest.index()
	return rest
}

// Of is the component of a namespace; nil where it is none.
func (s *Scope) Of(namespace string) *Component { return s.byNamespace[namespace] }

// isSystem reports whether a namespace belongs to Kubernetes itself.
func isSystem(namespace string) bool {
	return namespace == "kube-system" || namespace == "kube-public" || namespace == "kube-node-lease"
}

// namespaces are those with something to keep apart, sorted.
func namespaces(set *objects.Set) []string {
	found := map[string]bool{}
	add := func(o *objects.Object) {
		if !isSystem(o.Namespace) {
			found[o.Namespace] = true
		}
	}
	for _, w := range set.Workloads {
		add(w.Object)
	}
	for _, o := range set.Secrets {
		add(o.Object)
	}
	for _, o := range set.SecretStores {
		add(o.Object)
	}
	for _, o := range set.ExternalSecrets {
		add(o.Object)
	}
	return slices.Sorted(maps.Keys(found))
}
