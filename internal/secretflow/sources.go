package secretflow

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
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
	scaleway := store.Spec.ScalewayProvider()
	if scaleway == nil {
		return store
	}
	store.Scaleway, store.Region, store.ProjectID = true, scaleway.Region, scaleway.ProjectID
	store.AccessKeyIn, store.SecretKeyIn = store.credential(scaleway.AccessKey), store.credential(scaleway.SecretKey)
	return store
}

// credential is the Secret that holds a half of the API key.
func (s *Store) credential(half *eso.Credential) Ref {
	home := s.Namespace
	if s.Cluster {
		home = "" // a namespace that tools wrote there means nothing
	}
	namespace, name := half.Secret(home, s.Cluster)
	return Ref{Namespace: namespace, Name: name}
}

// storeKey finds a store; the namespace of a ClusterSecretStore is empty.
type storeKey struct {
	cluster         bool
	namespace, name string
}

func (g *Graph) storesByName() map[storeKey]*Store {
	found := make(map[storeKey]*Store, len(g.Stores))
	for _, store := range g.Stores {
		kind := eso.SecretStoreKind
		if store.Cluster {
			kind = eso.ClusterSecretStoreKind
		}
		found[keyOf(eso.StoreRef{Kind: kind, Name: store.Name}, store.Namespace)] = store
	}
	return found
}

// keyOf is the store that a reference in a namespace means.
func keyOf(ref eso.StoreRef, namespace string) storeKey {
	if ref.Kind == eso.ClusterSecretStoreKind {
		return storeKey{cluster: true, name: ref.Name}
	}
	return storeKey{namespace: namespace, name: ref.Name}
}

func (g *Graph) readSecrets(set *objects.Set) {
	stores := g.storesByName()
	for _, o := range set.ExternalSecrets {
		source := externalSecret{
			by: o.Object, spec: &o.Value.Spec, path: fieldpath.Of("spec"), namespace: o.Namespace, name: o.Name,
			stores: stores,
		}
		source.addTo(g)
	}
	g.readClusterExternalSecrets(set, stores)
	for _, o := range set.Secrets {
		g.addPlain(o)
	}
	for i := range set.Custom {
		g.addOthers(set.Custom[i].Object)
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
	path := fieldpath.Of("spec", "externalSecretSpec")
	for _, o := range set.ClusterExternalSecrets {
		spec := &o.Value.Spec
		if spec.ExternalSecretSpec == nil {
			continue
		}
		for _, namespace := range namespaces.Names() {
			answer := spec.MakesIn(namespaces.Of(namespace))
			if answer == ternary.No {
				continue
			}
			source := externalSecret{
				by: o.Object, spec: spec.ExternalSecretSpec, path: path, namespace: namespace,
				name: cmp.Or(spec.ExternalSecretName, o.Name), stores: stores, unsure: answer == ternary.Unknown,
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

// create notes that an object creates a Secret with keys; open reports whether there may be more.
func (g *Graph) create(by *objects.Object, ref Ref, open bool, keys ...Key) {
	if ref.Name == "" {
		return
	}
	secret := g.secret(ref)
	secret.Creators = append(secret.Creators, by)
	if objects.IsCustom(by.GroupKind()) && !slices.Contains(g.madeBy[by], ref) {
		g.madeBy[by] = append(g.madeBy[by], ref)
	}
	secret.Keys = append(secret.Keys, keys...)
	secret.Open = secret.Open || open
}
