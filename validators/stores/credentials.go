package stores

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/api"
	"cloison.dev/cloison/validators/stores/explaining"
)

// sharedCredentials finds API keys whose value two components' stores have. The values are compared, never shown.
func (j *judge) sharedCredentials() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	type holder struct {
		store *secretflow.Store
		field fieldpath.Path
	}
	values := j.plainValues()
	holders := map[string][]holder{}
	for _, store := range j.flow.Stores {
		if !store.Scaleway || store.Cluster || j.components.Of(store.Namespace) == nil {
			continue
		}
		if value, field := j.apiKey(store, values); value != "" {
			r.Decide(store.Object, field, explaining.Value)
			holders[value] = append(holders[value], holder{store, field})
		}
	}
	for _, value := range slices.Sorted(maps.Keys(holders)) {
		first := holders[value][0]
		for _, other := range holders[value][1:] {
			if other.store.Namespace == first.store.Namespace {
				continue
			}
			r.Report(other.store.Object, finding.Finding{
				Code: finding.ForeignCredentials, Severity: finding.Error, Field: other.field,
				Message: fmt.Sprintf("the API key is the same as that of %s of %s; each component must have one of "+
					"its own",
					first.store, j.name(first.store.Namespace)),
				Counterexample: fmt.Sprintf("whoever gets the key of %s reads what %s reads", other.store, first.store),
				Fix:            "make an API key for each component, which may read its folder only",
				Lead: finding.NewLead(slices.Concat(keyOf(other.store), keyOf(first.store)),
					slices.Concat(j.targetsOf(other.store), j.targetsOf(first.store))),
			})
		}
	}
	return r.Result
}

// plainValues are the values of Secrets that are written out in manifests.
func (j *judge) plainValues() map[secretflow.Ref]func(key string) string {
	values := map[secretflow.Ref]func(string) string{}
	for _, o := range j.set.Secrets {
		values[secretflow.Ref{Namespace: o.Namespace, Name: o.Name}] = func(key string) string {
			return cmp.Or(o.Value.StringData[key], string(o.Value.Data[key]))
		}
	}
	return values
}

// apiKey is the value of a store's secret key, where a manifest holds it; empty where none does.
func (j *judge) apiKey(
	store *secretflow.Store, values map[secretflow.Ref]func(string) string,
) (value string, field fieldpath.Path) {
	part := store.Spec.Provider.Scaleway.SecretKey
	switch {
	case part == nil:
		return "", fieldpath.Path{}
	case part.SecretRef == nil:
		value, field = part.Value, explaining.SecretKeyPath.Child("value")
	case values[store.SecretKeyIn] != nil:
		value, field = values[store.SecretKeyIn](part.SecretRef.Key),
			explaining.SecretKeyPath.Child("secretRef", "name")
	}
	if !syntax.UUID.Matches(strings.TrimSpace(value)) || api.IsPlaceholder(value) {
		return "", fieldpath.Path{} // a secret key is a UUID; anything else is a placeholder
	}
	return strings.TrimSpace(value), field
}

// credentialKeys finds stores whose API key is not in the Secret that should hold it.
func (j *judge) credentialKeys() verdict.Result {
	var all []*explaining.Findings
	for _, store := range j.flow.Stores {
		if !store.Scaleway {
			continue
		}
		scaleway := store.Spec.ScalewayProvider()
		r := explaining.New(explaining.OfRelations)
		j.credentialKey(r, store.Object, store.AccessKeyIn, explaining.AccessKeyPath, scaleway.AccessKey)
		j.credentialKey(r, store.Object, store.SecretKeyIn, explaining.SecretKeyPath, scaleway.SecretKey)
		if len(r.Result.Candidates) > 1 && store.AccessKeyIn == store.SecretKeyIn {
			// Where one Secret has neither half, its keys have other names: that is one mistake.
			explaining.ExplainOtherHalf(&r.Result.Candidates[0], &r.Result.Candidates[1])
		}
		all = append(all, r)
	}
	return explaining.Merge(all...)
}

// credentialKey reports a key that its Secret does not have.
func (j *judge) credentialKey(
	r *explaining.Findings, store *objects.Object, ref secretflow.Ref, path fieldpath.Path, half *eso.Credential,
) {
	secret := j.flow.Lookup(ref)
	if secret == nil || secret.Open || half.SecretRef.Key == "" {
		return
	}
	field, key := path.Child("secretRef", "key"), half.SecretRef.Key
	r.Decide(store, field, explaining.Existence)
	var names []string
	for _, known := range secret.Keys {
		if known.Name == key {
			return
		}
		names = append(names, known.Name)
	}
	r.ReportUnless(store, []fieldpath.Path{field}, finding.Finding{
		Code: finding.CredentialsKeyMissing, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("Secret %s has no key %q; it has %s",
			objects.Path(ref.Namespace, ref.Name), key, strings.Join(slices.Compact(names), ", ")),
		Fix: "write the key that holds this half of the API key",
	})
}
