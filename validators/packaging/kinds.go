package packaging

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
)

// kinds tells whether objects of a kind stand in a namespace.
type kinds struct {
	// defined has what the CustomResourceDefinitions of the input say.
	defined map[schema.GroupKind]bool
}

// definition is what a CustomResourceDefinition has on where its objects are.
type definition struct {
	Spec struct {
		Group string `json:"group"`
		Scope string `json:"scope"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
	} `json:"spec"`
}

func newKinds(set *objects.Set) kinds {
	known := kinds{defined: map[schema.GroupKind]bool{}}
	for _, o := range set.All {
		if !isDefinition(o) {
			continue
		}
		var d definition
		if err := o.DecodePart(&d); err == nil {
			known.defined[schema.GroupKind{Group: d.Spec.Group, Kind: d.Spec.Names.Kind}] = d.Spec.Scope == "Namespaced"
		}
	}
	return known
}

// isNamespaced reports whether objects of the kind must have a namespace; false where the kind is not known.
func (k kinds) isNamespaced(kind schema.GroupKind) bool {
	if namespaced, defined := k.defined[kind]; defined {
		return namespaced
	}
	namespaced, known := objects.Namespaced(kind)
	return known && namespaced
}
