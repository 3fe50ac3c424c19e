package served

import (
	"cmp"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
)

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
