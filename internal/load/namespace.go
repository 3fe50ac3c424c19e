package load

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
)

// putInto puts the objects that name no namespace into one, as kubectl does with --namespace: those of kinds that are
// known to be in namespaces, be it that a definition among the objects says so.
func putInto(namespace string, all []*objects.Object) {
	if namespace == "" {
		return
	}
	defined := scopes(all)
	for _, o := range all {
		namespaced, known := objects.Namespaced(o.GroupKind())
		if says, is := defined[o.GroupKind()]; is {
			namespaced, known = says, true
		}
		if o.Namespace == "" && known && namespaced && !o.IsInstruction() && !o.Unread && !o.IsList {
			o.Namespace = namespace
		}
	}
}

// scopes are what the CustomResourceDefinitions among objects say of where their objects are.
func scopes(all []*objects.Object) map[schema.GroupKind]bool {
	defined := map[schema.GroupKind]bool{}
	for _, o := range all {
		if o.Kind != "CustomResourceDefinition" || objects.GroupOf(o.APIVersion) != "apiextensions.k8s.io" {
			continue
		}
		var d struct {
			Spec struct {
				Group string `json:"group"`
				Scope string `json:"scope"`
				Names struct {
					Kind string `json:"kind"`
				} `json:"names"`
			} `json:"spec"`
		}
		if o.DecodePart(&d) == nil {
			defined[schema.GroupKind{Group: d.Spec.Group, Kind: d.Spec.Names.Kind}] = d.Spec.Scope == "Namespaced"
		}
	}
	return defined
}
