package externalsecrets

import (
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/syntax"
)

// Store is where an ExternalSecret reads.
type Store struct {
	Name string
	// Cluster is true for a ClusterSecretStore.
	Cluster bool
	// Object is nil where the store is not in the input.
	Object *objects.Object
	// Scaleway is nil where the store is not in the input, or is one of another provider.
	Scaleway *eso.ScalewayProvider
	// Controller of the store; empty means the External Secrets Operator.
	Controller string
}

// isOther reports whether the store is one of another provider than Scaleway.
func (s *Store) isOther() bool { return s.Object != nil && s.Scaleway == nil }

// storeKey identifies a store. The namespace of a ClusterSecretStore is empty.
type storeKey struct{ namespace, name string }

// storesOf finds all stores. Of two with one name the first counts.
func storesOf(set *objects.Set) map[storeKey]*Store {
	found := map[storeKey]*Store{}
	add := func(key storeKey, o objects.Typed[eso.Store]) {
		if found[key] == nil {
			found[key] = &Store{
				Name: o.Name, Cluster: key.namespace == "", Object: o.Object,
				Controller: o.Value.Spec.Controller, Scaleway: o.Value.Spec.ScalewayProvider(),
			}
		}
	}
	for _, o := range set.SecretStores {
		if o.Namespace != "" {
			add(storeKey{o.Namespace, o.Name}, o)
		}
	}
	for _, o := range set.ClusterSecretStores {
		add(storeKey{"", o.Name}, o)
	}
	return found
}

// ScalewayStores are all stores of Scaleway, whatever reads them, in no particular order.
func ScalewayStores(set *objects.Set) []*Store {
	var found []*Store
	for _, s := range storesOf(set) {
		if s.Scaleway != nil {
			found = append(found, s)
		}
	}
	return found
}

// storeOf is the store that an ExternalSecret names, one without Object where it is not in the input.
func storeOf(o objects.Typed[eso.ExternalSecret], stores map[storeKey]*Store) *Store {
	ref := o.Value.Spec.SecretStoreRef
	if ref == nil {
		return &Store{}
	}
	key := storeKey{o.Namespace, ref.Name}
	if ref.Kind == eso.ClusterSecretStoreKind {
		key.namespace = ""
	}
	if s := stores[key]; s != nil {
		return s
	}
	return &Store{Name: ref.Name, Cluster: key.namespace == ""}
}

// Values that Cloison refuses, so that nobody forgets to replace them.
const (
	RegionPlaceholder  = "FILL-IN-REGION"
	ProjectPlaceholder = "FILL-IN-PROJECT-ID"
)

// Region of a store of Scaleway; [RegionPlaceholder] where there is none, or none of the form that Scaleway's have.
func (s *Store) Region() string {
	if syntax.Region.Matches(s.Scaleway.Region) {
		return s.Scaleway.Region
	}
	return RegionPlaceholder
}

// Project of a store of Scaleway, in lower case; [ProjectPlaceholder] where there is none, or none that is a UUID.
func (s *Store) Project() string {
	if project := strings.ToLower(s.Scaleway.ProjectID); syntax.ProjectID.Matches(project) {
		return project
	}
	return ProjectPlaceholder
}
