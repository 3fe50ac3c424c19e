package generators

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/wellknown"
)

// Generates says whether objects of this kind, and for a Deployment of this name, are ever generated. Labels alone do not
// tell: the operator copies them to the Secrets that it writes, and people copy them with a manifest.
func Generates(kind schema.GroupKind, name string) bool {
	switch kind {
	case schema.GroupKind{Kind: "Namespace"},
		schema.GroupKind{Kind: "ServiceAccount"},
		schema.GroupKind{Kind: "ResourceQuota"},
		schema.GroupKind{Kind: "LimitRange"},
		schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "Role"},
		schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"},
		schema.GroupKind{Group: "networking.k8s.io", Kind: "NetworkPolicy"},
		schema.GroupKind{Group: "external-secrets.io", Kind: "SecretStore"},
		schema.GroupKind{Group: "external-secrets.io", Kind: "ExternalSecret"}:
		return true
	case schema.GroupKind{Group: "apps", Kind: "Deployment"}:
		return name == wellknown.RuntimeName
	}
	return false
}
