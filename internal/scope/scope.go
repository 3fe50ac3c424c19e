// Package scope has the components whose secrets must be kept apart: those of the Segregations or, where there is none,
// the namespaces of the input.
package scope

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

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
	// Others are, without Segregations, the namespaces of the input that are no components because nothing in them runs
	// pods, holds secrets or gives rights. They are sorted.
	Others []string

	byNamespace map[string]*Component
}

// New takes the components of the plans or, where there are none, makes one of every namespace of the input that has
// something to keep apart in it. The namespaces of Kubernetes itself are none.
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
		var found []string
		found, s.Others = namespaces(set)
		for _, namespace := range found {
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
	rest := &Scope{Planned: s.Planned, Others: s.Others}
	for _, c := range s.Components {
		if !namespaces[c.Namespace] {
			rest.Components = append(rest.Components, c)
		}
	}
	rest.index()
	return rest
}

// With is a copy of s that has a component for each of these namespaces, too; s itself where it has them all.
func (s *Scope) With(namespaces ...string) *Scope {
	more := &Scope{Planned: s.Planned, Components: slices.Clone(s.Components)}
	more.index()
	for _, namespace := range namespaces {
		if more.byNamespace[namespace] == nil {
			more.byNamespace[namespace] = &Component{}
			more.Components = append(more.Components, Component{Name: namespace, Namespace: namespace})
		}
	}
	if len(more.Components) == len(s.Components) {
		return s
	}
	slices.SortFunc(more.Components, func(a, b Component) int { return cmp.Compare(a.Namespace, b.Namespace) })
	more.index()
	return more
}

// Of is the component of a namespace; nil where it is none.
func (s *Scope) Of(namespace string) *Component { return s.byNamespace[namespace] }

// IsSystem reports whether a namespace belongs to Kubernetes itself.
func IsSystem(namespace string) bool {
	return namespace == "kube-system" || namespace == "kube-public" || namespace == "kube-node-lease"
}

// namespaces are those of the input that have something to keep apart, sorted, and the others that have any object.
// The one of objects that name none, which may be of kinds that have none, counts where it has workloads, Secrets or
// stores.
func namespaces(set *objects.Set) (components, others []string) {
	found := map[string]bool{}
	for _, o := range set.All {
		if o.Key().Namespace != "" {
			found[o.Namespace] = found[o.Namespace] || !isBystander(o.GroupKind())
		}
	}
	for _, w := range set.CustomWorkloads {
		if w.PodNamespace() != "" {
			found[w.PodNamespace()] = true
		}
	}
	if slices.ContainsFunc(set.Workloads, func(w *objects.Workload) bool { return w.Namespace == "" }) ||
		hasUnnamed(set.Secrets) || hasUnnamed(set.SecretStores) || hasUnnamed(set.ExternalSecrets) {
		found[""] = true
	}
	for _, namespace := range slices.Sorted(maps.Keys(found)) {
		switch {
		case IsSystem(namespace):
		case found[namespace]:
			components = append(components, namespace)
		default:
			others = append(others, namespace)
		}
	}
	return components, others
}

// hasUnnamed reports whether an object names no namespace.
func hasUnnamed[T any](list []objects.Typed[T]) bool {
	return slices.ContainsFunc(list, func(o objects.Typed[T]) bool { return o.Namespace == "" })
}

// isBystander reports whether objects of a kind neither run pods nor hold secrets, nor give rights to: they only say
// what is watched, bounded, configured or delivered from elsewhere. Facts: docs/facts.md, "Kinds beside components".
func isBystander(kind schema.GroupKind) bool {
	switch kind.Group {
	case "":
		return slices.Contains([]string{"ConfigMap", "Event", "LimitRange", "ResourceQuota", "ServiceAccount"}, kind.Kind)
	case "autoscaling", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "policy", "autoscaling.k8s.io":
		return true
	case "monitoring.coreos.com":
		return slices.Contains([]string{"AlertmanagerConfig", "PodMonitor", "Probe", "PrometheusRule", "ScrapeConfig",
			"ServiceMonitor"}, kind.Kind)
	case "argoproj.io":
		return strings.HasPrefix(kind.Kind, "App")
	}
	return strings.HasSuffix(kind.Group, ".toolkit.fluxcd.io")
}
