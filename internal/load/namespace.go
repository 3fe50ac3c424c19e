package load

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
)

// PutInto puts the objects that name no namespace into one, as kubectl does with --namespace, and returns them: those of
// kinds that are known to be in namespaces, be it that a definition among the objects says so. Of others only a cluster
// knows it. An empty namespace leaves all where they are.
func PutInto(namespace string, all []*objects.Object) (put []*objects.Object) {
	if namespace == "" {
		return nil
	}
	defined := scopes(all)
	for _, o := range all {
		namespaced, known := objects.Namespaced(o.GroupKind())
		if isOfOperator(o.GroupKind()) {
			namespaced, known = true, true
		}
		if says, is := defined[o.GroupKind()]; is {
			namespaced, known = says, true
		}
		if o.Namespace == "" && known && namespaced && !o.IsInstruction() && !o.Unread && !o.IsList {
			o.PutInto(namespace)
			put = append(put, o)
		}
	}
	return put
}

// isOfOperator reports whether a kind is one of operators that is in namespaces: policies of network plugins, and what
// Argo CD and Flux deploy.
func isOfOperator(kind schema.GroupKind) bool {
	switch kind.Group {
	case "cilium.io":
		return kind.Kind == "CiliumNetworkPolicy"
	case "crd.projectcalico.org", "projectcalico.org", "crd.antrea.io":
		return kind.Kind == "NetworkPolicy"
	case "argoproj.io":
		return !strings.HasPrefix(kind.Kind, "Cluster")
	}
	return strings.HasSuffix(kind.Group, ".toolkit.fluxcd.io")
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
