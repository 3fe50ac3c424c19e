package secretflow

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
)

func (g *Graph) readStores(set *objects.Set) {
	for _, o := range set.SecretStores {
		g.Stores = append(g.Stores, newStore(o, false))
	}
	for _, o := range set.ClusterSecretStores {
		g.Stores = append(g.Stores, newStore(o, true))
	}
}

func newStore(o objects.Typed[eso.Store], cluster bool) *Store {
	store := &Store{Object: o.Object, Cluster: cluster, Spec: &o.Value.Spec}
	if store.Spec.Provider == nil || store.Spec.Provider.Scaleway == nil {
		return store
	}
	scaleway := store.Spec.Provider.Scaleway
	store.Scaleway, store.Region, store.ProjectID = true, scaleway.Region, scaleway.ProjectID
	store.AccessKey, store.SecretKey = store.credential(scaleway.AccessKey), store.credential(scaleway.SecretKey)
	return store
}

// credential is the Secret that holds a half of the API key. Only a ClusterSecretStore may name its namespace.
func (s *Store) credential(part *eso.KeyPart) Ref {
	if part == nil || part.SecretRef == nil || part.SecretRef.Name == "" {
		return Ref{}
	}
	ref := Ref{Namespace: s.Namespace, Name: part.SecretRef.Name}
	if s.Cluster && part.SecretRef.Namespace != nil {
		ref.Namespace = *part.SecretRef.Namespace
	}
	return ref
}

// storeKey finds a store; the namespace of a ClusterSecretStore is empty.
type storeKey struct {
	cluster         bool
	namespace, name string
}

func (g *Graph) storesByName() map[storeKey]*Store {
	found := make(map[storeKey]*Store, len(g.Stores))
	for _, store := range g.Stores {
		key := storeKey{cluster: store.Cluster, namespace: store.Namespace, name: store.Name}
		if store.Cluster {
			key.namespace = ""
		}
		found[key] = store
	}
	return found
}

func (g *Graph) readSecrets(set *objects.Set) {
	stores := g.storesByName()
	for _, o := range set.ExternalSecrets {
		source := externalSecret{by: o.Object, spec: &o.Value.Spec, field: "spec", namespace: o.Namespace, name: o.Name, stores: stores}
		source.addTo(g)
	}
	g.readClusterExternalSecrets(set, stores)
	for _, o := range set.Secrets {
		g.addPlain(o)
	}
	for _, o := range set.All {
		g.addOthers(o)
	}
	g.addCertificatesOfIngresses(set)
	for _, secret := range g.Secrets {
		slices.SortStableFunc(secret.Keys, func(a, b Key) int { return cmp.Compare(a.Name, b.Name) })
	}
}

func (g *Graph) readClusterExternalSecrets(set *objects.Set, stores map[storeKey]*Store) {
	if len(set.ClusterExternalSecrets) == 0 {
		return
	}
	namespaces := NewNamespaces(set)
	for _, o := range set.ClusterExternalSecrets {
		if o.Value.Spec.ExternalSecretSpec == nil {
			continue
		}
		for _, namespace := range namespaces.Names() {
			answer := namespaces.MakesIn(&o.Value.Spec, namespace)
			if answer == No {
				continue
			}
			source := externalSecret{
				by: o.Object, spec: o.Value.Spec.ExternalSecretSpec, field: "spec.externalSecretSpec",
				namespace: namespace, name: cmp.Or(o.Value.Spec.ExternalSecretName, o.Name),
				stores: stores, unsure: answer == Unknown,
			}
			source.addTo(g)
		}
	}
}

// secret is the Secret of a name, new where there is none yet.
func (g *Graph) secret(ref Ref) *Secret {
	found := g.Secrets[ref]
	if found == nil {
		found = &Secret{Ref: ref}
		g.Secrets[ref] = found
	}
	return found
}

// create notes that an object creates a Secret with keys; open says that there may be more.
func (g *Graph) create(by *objects.Object, ref Ref, open bool, keys ...Key) {
	if ref.Name == "" {
		return
	}
	secret := g.secret(ref)
	secret.Creators = append(secret.Creators, by)
	secret.Keys = append(secret.Keys, keys...)
	secret.Open = secret.Open || open
}
