package packaging

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
)

// clusterScoped lists the kinds of an API group that have no namespace; every other kind of the group has one. known says
// whether anything is known of the group. Source: kubectl api-resources of Kubernetes 1.34, and the CRDs of the projects.
func clusterScoped(group string) (kinds []string, known bool) {
	switch group {
	case "":
		return []string{"Namespace", "Node", "PersistentVolume", "ComponentStatus"}, true
	case "apps", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "monitoring.coreos.com":
		return nil, true
	case "authorization.k8s.io":
		return []string{"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"}, true
	case "cert-manager.io":
		return []string{"ClusterIssuer"}, true
	case "external-secrets.io":
		return []string{"ClusterSecretStore", "ClusterExternalSecret", "ClusterPushSecret"}, true
	case "gateway.networking.k8s.io":
		return []string{"GatewayClass"}, true
	case "networking.k8s.io":
		return []string{"IngressClass", "IPAddress", "ServiceCIDR"}, true
	case "policy":
		return []string{"PodSecurityPolicy"}, true
	case "rbac.authorization.k8s.io":
		return []string{"ClusterRole", "ClusterRoleBinding"}, true
	}
	return nil, false
}

// kinds tells whether objects of a kind stand in a namespace.
type kinds struct {
	// defined has what the CustomResourceDefinitions of the input say.
	defined map[schema.GroupKind]bool
}

// definition is the part of a CustomResourceDefinition that says where its objects stand.
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
		if o.GroupKind() != (schema.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}) {
			continue
		}
		var d definition
		if _, err := o.Decode(&d); err == nil {
			known.defined[schema.GroupKind{Group: d.Spec.Group, Kind: d.Spec.Names.Kind}] = d.Spec.Scope == "Namespaced"
		}
	}
	return known
}

// isNamespaced says that objects of the kind must have a namespace. Of an unknown kind it is not known, and not said.
func (k kinds) isNamespaced(kind schema.GroupKind) bool {
	if namespaced, defined := k.defined[kind]; defined {
		return namespaced
	}
	without, known := clusterScoped(kind.Group)
	return known && !slices.Contains(without, kind.Kind)
}
