// Package draft has the Segregation while it is made from manifests: its components, and the notes on what it says
// otherwise than the manifests, or not at all. The readers of manifests fill it in, each the fields that its package
// comment names.
package draft

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Draft is a Segregation that is not finished.
type Draft struct {
	// Cluster that the manifests are for.
	Cluster     cluster.Cluster
	Segregation *spec.Segregation
	// Namespaces are those that somebody chose to import; empty for all that look like the application's.
	Namespaces []string
	// Fallback is where the secrets live if nothing of the input says it; nil where a person must fill it in.
	Fallback *spec.Scaleway
	// Components are in the order in which they were added, until [Draft.Sort].
	Components []*Component
	// Notes are in the order in which they were made, until [Draft.Sort].
	Notes []Note

	byNamespace map[string]*Component
}

// Component is what a namespace becomes.
type Component struct {
	Name, Namespace string
	// Object is the Namespace; nil where it is not in the input.
	Object *objects.Object
	// Spec is the component in the Segregation.
	Spec *spec.Component
}

// New is a draft without name and components.
func New(in cluster.Cluster) *Draft {
	return &Draft{
		Cluster: in,
		Segregation: &spec.Segregation{
			APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind,
			Metadata: spec.Metadata{Annotations: map[string]string{wellknown.LocalConfigAnnotation: "true"}},
			Spec:     spec.Spec{Components: map[string]*spec.Component{}},
		},
		byNamespace: map[string]*Component{},
	}
}

// Add makes a component of a namespace. Where the name is taken, the component is called as the namespace.
func (d *Draft) Add(name, namespace string) {
	if d.Segregation.Spec.Components[name] != nil {
		name = namespace
	}
	c := &Component{Name: name, Namespace: namespace, Spec: &spec.Component{}}
	if namespace != d.Segregation.Metadata.Name+"-"+name {
		c.Spec.Namespace = namespace
	}
	d.Segregation.Spec.Components[name] = c.Spec
	d.Components = append(d.Components, c)
	d.byNamespace[namespace] = c
}

// IsChosen reports whether what is in a namespace is imported. What is in none concerns everybody.
func (d *Draft) IsChosen(namespace string) bool {
	return len(d.Namespaces) == 0 || namespace == "" || slices.Contains(d.Namespaces, namespace)
}

// Of is the component of a namespace; nil where it is none.
func (d *Draft) Of(namespace string) *Component { return d.byNamespace[namespace] }

// Sort orders the components by name, and the notes: what must be filled in comes first, then what most applications
// need, what was not carried over, what is different, and suggestions. Notes of one outcome keep their order.
func (d *Draft) Sort() {
	slices.SortFunc(d.Components, func(a, b *Component) int { return cmp.Compare(a.Name, b.Name) })
	order := []Outcome{Missing, Wanted, NotCarried, Changed, Suggested}
	slices.SortStableFunc(d.Notes, func(a, b Note) int {
		return cmp.Compare(slices.Index(order, a.Outcome), slices.Index(order, b.Outcome))
	})
}

// Path is the path of a field of the component in the Segregation.
func (c *Component) Path(names ...string) fieldpath.Path {
	return fieldpath.Of("spec", "components", c.Name).Child(names...)
}

// MostCommon is the value that is there most often: of equally frequent ones the empty text, or else the first. A
// fallback that is not empty counts only where there is no other value.
func MostCommon(values []string, fallback string) string {
	best := ""
	count := map[string]int{}
	for _, value := range values {
		count[value]++
	}
	for _, value := range values {
		if value != fallback && count[value] > count[best] {
			best = value
		}
	}
	return cmp.Or(best, fallback)
}

// WorkloadsByNamespace has the workloads of each namespace, in the order of the input.
func WorkloadsByNamespace(set *objects.Set) map[string][]*objects.Workload {
	found := map[string][]*objects.Workload{}
	for _, w := range set.Workloads {
		found[w.Namespace] = append(found[w.Namespace], w)
	}
	return found
}
