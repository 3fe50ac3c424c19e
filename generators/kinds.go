package generators

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/wellknown"
)

// Generates reports whether objects of this kind, and for a Deployment or a PodMonitor of this name, are ever
// generated. Labels cannot show that: the operator copies them to the Secrets that it writes, and people copy them with
// a manifest.
func Generates(kind schema.GroupKind, name string) bool {
	switch kind {
	case schema.GroupKind{Kind: "Namespace"},
		schema.GroupKind{Kind: "ServiceAccount"},
		schema.GroupKind{Kind: "ResourceQuota"},
		schema.GroupKind{Kind: "LimitRange"},
		schema.GroupKind{Group: wellknown.RBACGroup, Kind: "Role"},
		schema.GroupKind{Group: wellknown.RBACGroup, Kind: "RoleBinding"},
		schema.GroupKind{Group: wellknown.NetworkingGroup, Kind: "NetworkPolicy"},
		cilium.GroupKind(),
		schema.GroupKind{Group: wellknown.ExternalSecretsGroup, Kind: "SecretStore"},
		schema.GroupKind{Group: wellknown.ExternalSecretsGroup, Kind: "ExternalSecret"}:
		return true
	case schema.GroupKind{Group: "apps", Kind: "Deployment"},
		schema.GroupKind{Group: wellknown.MonitoringGroup, Kind: wellknown.PodMonitorKind}:
		return name == wellknown.RuntimeName
	}
	return false
}
