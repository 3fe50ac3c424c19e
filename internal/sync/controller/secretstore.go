package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/served"
)

// secretStore is a SecretStore as it is.
type secretStore struct {
	*eso.Store
	object     *unstructured.Unstructured
	credential served.Credential
	// key is known once [reconciler.lookAtKey] does not wait, and nothing is refused.
	key vaultKey
	// refused is why nothing can be read from it.
	refused []string
}

// readStore reads a SecretStore; nil where there is none.
func (r *reconciler) readStore(ctx context.Context, key client.ObjectKey) (*secretStore, error) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(secretStoreKind)
	if err := r.client.Get(ctx, key, object); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	store, credential, refusals := served.Store(text)
	return &secretStore{Store: store, object: object, credential: credential, refused: served.Texts(refusals)}, nil
}

// api is the store as the API server has it; nil where there is none.
func (s *secretStore) api() *eso.Store {
	if s == nil {
		return nil
	}
	return s.Store
}

// secrets are the names of the Secrets that hold its API key.
func (s *secretStore) secrets() []string {
	names := []string{s.credential.AccessKey.Secret, s.credential.SecretKey.Secret}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// lookAtKey looks at the API key of a store that is not refused, and notes what is missing. wait reports whether that
// is not known yet.
func (r *reconciler) lookAtKey(s *secretStore) (wait bool) {
	if len(s.refused) > 0 {
		return false
	}
	access, waits := r.half(s, s.credential.AccessKey)
	secret, waitsToo := r.half(s, s.credential.SecretKey)
	provider := s.Spec.ScalewayProvider()
	s.key = vaultKey{access, secret, provider.APIURL, provider.Region, provider.ProjectID}
	return waits || waitsToo
}

// half is one half of the API key of a store.
func (r *reconciler) half(store *secretStore, at served.SecretKey) (value string, wait bool) {
	seen := r.secrets.get(at.Secret)
	switch {
	case seen.problem != "":
		store.refused = append(store.refused, seen.problem)
		return "", false
	case !seen.known:
		return "", true
	}
	if has := valueOf(seen.secret, at.Key); has != "" {
		return has, false
	}
	store.refused = append(store.refused, fmt.Sprintf("the API key is missing: Secret %q has no key %q; "+
		"make it with: kubectl -n %s create secret generic %s "+
		"--from-literal=access-key=... --from-literal=secret-key=...",
		at.Secret, at.Key, store.Namespace, at.Secret))
	return "", false
}

func valueOf(s *corev1.Secret, key string) string {
	if s == nil {
		return ""
	}
	return string(s.Data[key])
}
