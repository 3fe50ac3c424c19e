package objects

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/kubeyaml"
)

// Key tells objects apart as a cluster does: the version of an API does not count, and neither does a namespace on an
// object of a kind that has none, which clients drop.
type Key struct {
	schema.GroupKind
	Namespace, Name string
}

// KeyOf is the key of an object that is called so.
func KeyOf(meta kubeyaml.Meta) Key {
	return keyOf(meta.APIVersion, meta.Kind, meta.Namespace, meta.Name)
}

// Key is the key of the object.
func (o *Object) Key() Key { return keyOf(o.APIVersion, o.Kind, o.Namespace, o.Name) }

func keyOf(apiVersion, kind, namespace, name string) Key {
	key := Key{schema.GroupKind{Group: GroupOf(apiVersion), Kind: kind}, namespace, name}
	if namespaced, known := Namespaced(key.GroupKind); known && !namespaced {
		key.Namespace = ""
	}
	return key
}

// Namespaced reports whether objects of a kind are in a namespace, where anything is known of its API group. Facts:
// docs/facts.md, "Kinds without namespace".
func Namespaced(kind schema.GroupKind) (namespaced, known bool) {
	switch kind.Group {
	case "":
		return !slices.Contains([]string{"Namespace", "Node", "PersistentVolume", "ComponentStatus"}, kind.Kind), true
	case "apps", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
		"monitoring.coreos.com":
		return true, true
	case "authorization.k8s.io":
		return !slices.Contains([]string{"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"},
			kind.Kind), true
	case "cert-manager.io":
		return kind.Kind != "ClusterIssuer", true
	case eso.Group:
		return !slices.Contains([]string{eso.ClusterSecretStoreKind, eso.ClusterExternalSecretKind,
			eso.ClusterPushSecretKind}, kind.Kind), true
	case "gateway.networking.k8s.io":
		return kind.Kind != "GatewayClass", true
	case "networking.k8s.io":
		return !slices.Contains([]string{"IngressClass", "IPAddress", "ServiceCIDR"}, kind.Kind), true
	case "policy":
		return kind.Kind != "PodSecurityPolicy", true
	case "rbac.authorization.k8s.io":
		return kind.Kind != "ClusterRole" && kind.Kind != "ClusterRoleBinding", true
	}
	return false, false
}
