// Package wellknown has the labels, annotations, API groups and names that Cloison writes or understands, each in one
// place.
package wellknown

import "strings"

// API of the kinds that people write for Cloison.
const (
	// Group of the Segregation and the Inventory.
	Group = "cloison.dev"
	// APIVersion is the only version there is.
	APIVersion = Group + "/v1alpha1"
	// SegregationKind is the compact spec.
	SegregationKind = "Segregation"
	// InventoryKind is what exists in Scaleway.
	InventoryKind = "Inventory"
)

// Labels of everything that is generated.
const (
	// ManagedByLabel has the value [ManagedBy].
	ManagedByLabel = "app.kubernetes.io/managed-by"
	ManagedBy      = "cloison"
	// PartOfLabel and SegregationLabel have the name of the Segregation.
	PartOfLabel      = "app.kubernetes.io/part-of"
	SegregationLabel = Group + "/segregation"
	// ComponentLabel has the name of the component.
	ComponentLabel = Group + "/component"
)

// Annotations of Cloison.
const (
	// ModeAnnotation on a Segregation chooses what the function does: expand, the default, or validate.
	ModeAnnotation = Group + "/mode"
	// SuppressPrefix and a code are the annotation that accepts the findings of that code about an object. Its value is
	// the reason. Format: suppress.cloison.dev/CLS-N004.
	SuppressPrefix = "suppress." + Group + "/"
)

// The sync runtime.
const (
	// RuntimeName is the name of its Deployment, ServiceAccount, Role, RoleBinding and NetworkPolicy.
	RuntimeName = "cloison-sync"
	// RuntimeController is the value of spec.controller in the SecretStores that it serves.
	RuntimeController = "cloison"
)

// Annotations of the KRM Functions Specification, and of kustomize and kpt.
const (
	// LocalConfigAnnotation keeps an object from being applied, with any value but "false".
	LocalConfigAnnotation = "config.kubernetes.io/local-config"
	// FunctionAnnotation says how an object that configures a function is run.
	FunctionAnnotation = "config.kubernetes.io/function"
	// PathAnnotation and IndexAnnotation say in which file an item is, and as which of its documents.
	PathAnnotation  = "internal.config.kubernetes.io/path"
	IndexAnnotation = "internal.config.kubernetes.io/index"
	// LegacyPathAnnotation and LegacyIndexAnnotation are the form that came before.
	LegacyPathAnnotation  = "config.kubernetes.io/path"
	LegacyIndexAnnotation = "config.kubernetes.io/index"
)

// IsHostAnnotation reports whether an annotation belongs to kustomize or kpt, which add and remove it.
func IsHostAnnotation(key string) bool {
	prefix, _, found := strings.Cut(key, "/")
	if !found {
		return false
	}
	switch prefix {
	case "config.kubernetes.io", "internal.config.kubernetes.io", "config.k8s.io", "kustomize.config.k8s.io",
		"internal.kpt.dev":
		return true
	}
	return false
}

// NamespaceNameLabel is on every Namespace, with its name. The API server sets it, and nobody can change it.
const NamespaceNameLabel = "kubernetes.io/metadata.name"

// API groups of other projects.
const (
	RBACGroup            = "rbac.authorization.k8s.io"
	NetworkingGroup      = "networking.k8s.io"
	ExternalSecretsGroup = "external-secrets.io"
)
