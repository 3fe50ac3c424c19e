package importer

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Options say what the manifests do not.
type Options struct {
	// Name of the Segregation. Empty means the one that the namespaces have in common.
	Name string
}

// IsName reports whether a Segregation may be called so.
func IsName(name string) bool { return len(validation.IsDNS1123Label(name)) == 0 }

// Result is what became of the manifests.
type Result struct {
	// Segregation is YAML, with the notes as comments. Empty means that there was nothing to import.
	Segregation []byte
	// Notes have what must be filled in first, then what was not carried over, then what is different.
	Notes []Note
}

// Import writes the Segregation that replaces the manifests. The components are those of the scope, which must be one
// without plans, and the other namespaces that are walled off in the input. Same input, same bytes.
func Import(set *objects.Set, components *scope.Scope, options Options) *Result {
	im := &importer{set: set, seg: &spec.Segregation{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind},
		workloads: map[string][]*objects.Workload{}}
	for _, w := range set.Workloads {
		im.workloads[w.Namespace] = append(im.workloads[w.Namespace], w)
	}
	im.findComponents(components, options.Name)
	if len(im.components) > 0 {
		im.readNamespaces()
		im.readGroups()
		im.readFlows()
		im.readAccess()
		im.readQuotas()
		im.readOthers()
	}
	return im.result()
}

// importer collects the Segregation and the notes.
type importer struct {
	set *objects.Set
	seg *spec.Segregation
	// components are sorted by name.
	components  []*component
	byNamespace map[string]*component
	// workloads by namespace, in the order of the input.
	workloads map[string][]*objects.Workload
	notes     []Note
}

// component is what a namespace becomes.
type component struct {
	name, namespace string
	spec            *spec.Component
	// object is nil where the Namespace is not in the input.
	object *objects.Typed[corev1.Namespace]
	groups []*group
	policies
}

// at is the path of a field of the component.
func (p *component) at(fields ...string) []string {
	return append([]string{"spec", "components", p.name}, fields...)
}
