package controller

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/fetch"
)

// known is what the runtime remembers of an ExternalSecret. It is lost when the runtime ends, and nothing depends on it
// but that less is read and written.
type known struct {
	// uses are the stores that it reads from, and usedBy is the state of the ExternalSecret in which they were told so.
	uses   fetch.Stores
	usedBy string
	// version is the state of the ExternalSecret that was looked at last, and forced its annotation that asks for a
	// reading. asked reports whether such a reading has not come to its end.
	version, forced string
	asked           bool
	// memo is the content as it was last made.
	memo content.Memo
	// content of the Secret as it was last written, of which state of the ExternalSecret, and when it was applied.
	content *content.Content
	madeOf  string
	applied metav1.Time
	// after is the Secret as it was last written: what is watched may be older, which it is while it has one of the
	// resource versions before and was not deleted more often than deletions says.
	before    []string
	after     *corev1.Secret
	deletions int
	// secrets are the names of the Secrets that it needs, and folders the first ones that it reads by path, by the
	// names of the stores. They and uses are read by others, under the reconciler's lock.
	secrets []string
	folders map[string]string
}

// remember finds or makes what is known of an ExternalSecret.
func (r *reconciler) remember(name string) *known {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.known[name]
	if k == nil {
		k = &known{}
		r.known[name] = k
	}
	return k
}

// needs takes note of the Secrets that an ExternalSecret needs, and of the folders that it reads.
func (r *reconciler) needs(k *known, secrets []string, folders map[string]string) {
	r.mu.Lock()
	before := k.folders
	k.secrets, k.folders = secrets, folders
	r.mu.Unlock()
	if !maps.Equal(before, folders) {
		r.readsChanged(slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(folders))))
	}
}

// folderOf is the first folder that is read by path with a store; empty where none is.
func (r *reconciler) folderOf(store string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := ""
	for _, k := range r.known {
		if folder := k.folders[store]; first == "" || folder != "" && folder < first {
			first = folder
		}
	}
	return first
}

// needsKey takes note of the Secrets with the API key of a SecretStore; without any it is forgotten.
func (r *reconciler) needsKey(store string, secrets []string) {
	r.mu.Lock()
	before := r.keys[store]
	r.keys[store] = secrets
	if secrets == nil {
		delete(r.keys, store)
	}
	r.mu.Unlock()
	if !slices.Equal(before, secrets) {
		r.forgetUnusedSecrets()
	}
}

// uses takes note of the stores that an ExternalSecret reads from, and ends its use of others.
func (r *reconciler) uses(k *known, name string, stores fetch.Stores) {
	r.mu.Lock()
	before := k.uses
	k.uses = stores
	r.mu.Unlock()
	for store, is := range before {
		if stores[store] != is {
			is.Drop(name)
		}
	}
	if len(before) > 0 {
		r.forgetUnused()
	}
}

// forget ends everything for an ExternalSecret that is gone.
func (r *reconciler) forget(name string) {
	r.mu.Lock()
	k := r.known[name]
	delete(r.known, name)
	r.mu.Unlock()
	if k != nil {
		k.uses.Drop(name)
		r.readsChanged(slices.Collect(maps.Keys(k.folders)))
	}
	r.metrics.forget(name)
	r.restarts.forget(name)
	r.forgetUnused()
}

// forgetUnused ends the watches and the stores that nothing known needs. It is called while an ExternalSecret is looked
// at, which opens stores: otherwise it would end what another has just opened.
func (r *reconciler) forgetUnused() {
	r.forgetUnusedSecrets()
	r.mu.Lock()
	defer r.mu.Unlock()
	stores := map[string]bool{}
	for _, k := range r.known {
		for name := range k.uses {
			stores[name] = true
		}
	}
	r.stores.keep(stores)
}

// forgetUnusedSecrets ends the watches that nothing known needs. It holds the lock until then: what is needed from now
// on is watched anew.
func (r *reconciler) forgetUnusedSecrets() {
	r.mu.Lock()
	defer r.mu.Unlock()
	secrets := map[string]bool{}
	for _, k := range r.known {
		for _, name := range k.secrets {
			secrets[name] = true
		}
	}
	for _, names := range r.keys {
		for _, name := range names {
			secrets[name] = true
		}
	}
	r.secrets.keep(secrets)
}

// usersOf are the ExternalSecrets that need a Secret, and the SecretStores whose API key it holds.
func (r *reconciler) usersOf(secret string) (names, stores []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, k := range r.known {
		if slices.Contains(k.secrets, secret) {
			names = append(names, name)
		}
	}
	for store, keys := range r.keys {
		if slices.Contains(keys, secret) {
			stores = append(stores, store)
		}
	}
	return names, stores
}

// newest is the Secret as it is: as it is watched, or as it was last written where what is watched is older.
func (k *known) newest(watched look) *corev1.Secret {
	if k.after == nil || !slices.Contains(k.before, versionOf(watched.secret)) || watched.deletions != k.deletions {
		k.before, k.after, k.deletions = nil, nil, watched.deletions
		return watched.secret
	}
	return k.after
}

// wrote takes note of a Secret that was written.
func (k *known) wrote(before, after *corev1.Secret) {
	k.before = append(k.before, versionOf(before))
	k.after = after
}

// isAnothers reports whether a Secret was applied by another process since this one has: by one that took its place. So
// what this one knows of Scaleway may be older than what the Secret holds.
func (k *known) isAnothers(current *corev1.Secret) bool {
	at := decide.AppliedAt(current)
	return k.content != nil && !at.IsZero() && !at.Equal(&k.applied)
}

func versionOf(s *corev1.Secret) string {
	if s == nil {
		return ""
	}
	return s.ResourceVersion
}
