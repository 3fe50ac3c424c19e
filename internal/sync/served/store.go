package served

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/wellknown"
)

// Stores are the names of the SecretStores that an ExternalSecret reads from, sorted. One that reads nothing is served
// by whoever serves the store that it names; without that there are none.
func Stores(spec *eso.ExternalSecretSpec, reads []eso.Read) []string {
	names := map[string]bool{}
	if ref := spec.SecretStoreRef; len(reads) == 0 && ref != nil && ref.Name != "" {
		names[ref.Name] = true
	}
	for i := range reads {
		names[reads[i].StoreRef.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// ByController reports whether a store is served by the sync runtime, and not by the operator.
func ByController(store *eso.Store) bool { return store.Spec.Controller == wellknown.RuntimeController }

// Served parts the SecretStores that an ExternalSecret reads from by who serves them.
type Served struct {
	// Here are those that the sync runtime serves.
	Here []string
	// Elsewhere reports whether all are served by other controllers, or there is none: then the ExternalSecret is
	// none of the runtime's.
	Elsewhere bool
	// Refused says of each of the others why the ExternalSecret is not served.
	Refused []string
}

// Part parts the stores of the names. found gives a store, and nil where there is none, of which absent says
// something: "does not exist".
func Part(names []string, found func(name string) *eso.Store, absent string) Served {
	parted := Served{Elsewhere: true}
	for _, name := range names {
		store := found(name)
		switch {
		case store == nil:
			parted.Elsewhere = false
			parted.Refused = append(parted.Refused, fmt.Sprintf("SecretStore %q %s", name, absent))
		case ByController(store):
			parted.Elsewhere = false
			parted.Here = append(parted.Here, name)
		default:
			parted.Refused = append(parted.Refused,
				fmt.Sprintf("SecretStore %q is served by another controller than the others", name))
		}
	}
	return parted
}

// Credential names the two keys of Secrets that hold an API key.
type Credential struct{ AccessKey, SecretKey SecretKey }

// SecretKey is a key of a Secret of the namespace.
type SecretKey struct{ Secret, Key string }

// Store reads a SecretStore in JSON. It names everything that is not served; then nothing is read from the store.
func Store(text []byte) (*eso.Store, Credential, []Refusal) {
	read, refused := &eso.Store{}, refusals{}
	refused.decode(text, read)
	at := fieldpath.Of("spec", "provider", "scaleway")
	for _, name := range read.Spec.Provider.Names() {
		if name != "scaleway" {
			refused.add(fieldpath.Of("spec", "provider", name), "is not served")
		}
	}
	provider := read.Spec.ScalewayProvider()
	if provider == nil {
		refused.add(at, "is missing: no other provider is served")
		return read, Credential{}, refused
	}
	if read.Spec.RetrySettings != nil {
		refused.add(
			fieldpath.Of("spec", "retrySettings"),
			"is not served: calls are tried again with pauses that grow",
		)
	}
	credential := Credential{
		AccessKey: refused.credential(at.Child("accessKey"), provider.AccessKey, read.Namespace),
		SecretKey: refused.credential(at.Child("secretKey"), provider.SecretKey, read.Namespace),
	}
	return read, credential, refused
}

// credential reads where one half of the API key is.
func (r *refusals) credential(at fieldpath.Path, half *eso.Credential, namespace string) SecretKey {
	switch {
	case half == nil || half.SecretRef == nil:
		r.add(at.Child("secretRef"), "is missing: the API key must be in a Secret of the namespace")
		return SecretKey{}
	case half.Value != "":
		r.add(at.Child("value"), "is not served: the API key must be in a Secret, not in the manifest")
		return SecretKey{}
	}
	ref := half.SecretRef
	if ref.Namespace != nil && cmp.Or(*ref.Namespace, namespace) != namespace {
		r.add(at.Child("secretRef", "namespace"), "must be left out: the Secret is in the namespace of the store")
	}
	if ref.Name == "" || ref.Key == "" {
		r.add(at.Child("secretRef"), "must have a name and a key")
	}
	return SecretKey{ref.Name, ref.Key}
}
