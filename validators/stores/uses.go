package stores

import (
	"encoding/json"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/result"
)

// storeReferences finds references to stores that are not there, or may not be used.
func (c *checker) storeReferences() verdict.Result {
	r := result.New(result.Relations)
	byName := map[string][]*secretflow.Store{}
	withStores := map[string]bool{}
	for _, store := range c.graph.Stores {
		byName[store.Name] = append(byName[store.Name], store)
		if !store.Cluster {
			withStores[store.Namespace] = true
		}
	}
	seen := map[verdict.Subject]bool{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		if read.StoreRef.Name == "" || read.Kind == eso.ReadGenerator {
			continue
		}
		wrong := c.storeNotUsable(read)
		if read.Store == nil {
			wrong = c.storeMissing(read, byName[read.StoreRef.Name], withStores[read.Target.Namespace])
		}
		if wrong == nil || !wrong.Undecided {
			r.Answer(read.By, read.StoreField, read.Target.Namespace)
		}
		// Many entries share a reference, and a ClusterExternalSecret has it in many namespaces.
		reference := verdict.Subject{Object: read.By, Field: read.StoreField}
		if wrong == nil || seen[reference] {
			continue
		}
		seen[reference] = true
		r.ReportUnless(read.By, []fieldpath.Path{read.StoreField, read.StoreField.Child("name"),
			read.StoreField.Child("kind")}, *wrong)
	}
	return r.Result
}

// storeNotUsable is the finding about a store that may not be used from the namespace of a read; nil where it may.
func (c *checker) storeNotUsable(read *secretflow.Read) *finding.Finding {
	namespace := read.Target.Namespace
	if read.Store == nil || !read.Store.Cluster || c.namespaces.MayUse(read.Store, namespace) != ternary.No {
		return nil
	}
	return &finding.Finding{
		Code: finding.StoreMissing, Severity: finding.Error, Field: read.StoreField,
		Message: fmt.Sprintf("ClusterSecretStore %q may not be used from %s: none of its conditions selects it",
			read.StoreRef.Name, objects.NamespaceText(namespace)),
		Fix: "use a SecretStore of the namespace",
	}
}

// storeMissing is the finding about a store that is not in the input. sameName are the stores of its name, others
// reports whether the namespace of the read has stores.
func (c *checker) storeMissing(
	read *secretflow.Read, sameName []*secretflow.Store, others bool,
) *finding.Finding {
	ref, namespace := read.StoreRef, read.Target.Namespace
	f := finding.Finding{
		Code: finding.StoreMissing, Severity: finding.Error, Field: read.StoreField,
		Message: fmt.Sprintf("there is no %s %q", ref.Kind, ref.Name), Fix: "correct the reference, or add the store",
	}
	if ref.Kind == "SecretStore" {
		f.Message += " in " + objects.NamespaceText(namespace)
	}
	for _, store := range sameName {
		switch {
		case store.Kind != ref.Kind && (store.Cluster || store.Namespace == namespace):
			f.Message += fmt.Sprintf("; it is a %s", store.Kind)
			f.Fix = "write kind: " + store.Kind
		case store.Kind == ref.Kind:
			f.Message += fmt.Sprintf("; the one of %s cannot be used from there",
				objects.NamespaceText(store.Namespace))
			f.Fix = "refer to the store of the namespace"
		}
	}
	planned := c.scope.Planned && c.scope.Of(namespace) != nil
	if len(sameName) == 0 && (ref.Kind == "ClusterSecretStore" || !others && !planned) {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("%s %q is not in the input, so where the secrets come from was not checked", ref.Kind,
			ref.Name)
		f.Fix = "check it together with the store"
	}
	return &f
}

// unusedStores finds API keys that nothing needs.
func (c *checker) unusedStores() verdict.Result {
	r := result.New(result.Unused)
	used := map[*secretflow.Store]bool{}
	for i := range c.graph.Reads {
		if store := c.graph.Reads[i].Store; store != nil {
			used[store] = true
		}
	}
	named := map[secretflow.Ref]bool{}
	for _, o := range c.set.ExternalSecrets {
		if ref := o.Value.Spec.SecretStoreRef; ref != nil {
			named[secretflow.Ref{Namespace: o.Namespace, Name: ref.Name}] = true
		}
	}
	for _, store := range c.graph.Stores {
		if store.Cluster || c.declared.isStore(store) {
			continue
		}
		r.Answer(store.Object, fieldpath.Path{}, "use")
		ref := secretflow.Ref{Namespace: store.Namespace, Name: store.Name}
		if used[store] || named[ref] || c.isPushedTo(store) {
			continue
		}
		r.ReportUnless(store.Object, []fieldpath.Path{fieldpath.Of("metadata", "name")}, finding.Finding{
			Code: finding.StoreUnused, Severity: finding.Warning,
			Message: "no ExternalSecret uses the store, so its API key lies in the cluster for nothing",
			Fix:     "remove it, and revoke the API key",
		})
	}
	return r.Result
}

func (c *checker) isPushedTo(store *secretflow.Store) bool {
	for _, o := range c.set.PushSecrets {
		if o.Namespace == store.Namespace && o.Value.Spec.PushesTo(store.Name, store.Labels) {
			return true
		}
	}
	for _, o := range c.set.ClusterPushSecrets {
		if o.Value.Spec.PushSecretSpec != nil && o.Value.Spec.PushSecretSpec.PushesTo(store.Name, store.Labels) {
			return true
		}
	}
	return false
}

// keysTwice finds keys that two entries of an object write.
func (c *checker) keysTwice() verdict.Result {
	type written struct {
		by     *objects.Object
		target secretflow.Ref
		key    string
	}
	r := result.New(result.KeysTwice)
	first := map[written]*secretflow.Read{}
	seen := map[verdict.Subject]bool{} // a ClusterExternalSecret has the same entry in many namespaces
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		entry := verdict.Subject{Object: read.By, Field: read.Field}
		if read.Key == "" || seen[entry] {
			continue
		}
		r.Answer(read.By, read.Field, "key")
		key := written{read.By, read.Target, read.Key}
		before := first[key]
		if before == nil {
			first[key] = read
			continue
		}
		f := finding.Finding{
			Code: finding.SecretKeyTwice, Severity: finding.Error, Field: read.Field.Child("secretKey"),
			Fix:     "keep one of the two",
			Message: fmt.Sprintf("key %q is written by %s too; the operator refuses that", read.Key, before.Field),
		}
		if read.Kind != eso.ReadValue {
			f.Severity, f.Field = finding.Warning, read.Field
			f.Message = fmt.Sprintf("key %q is written by %s too, so one of the values is lost", read.Key, before.Field)
		}
		seen[entry] = true
		r.Report(read.By, f)
	}
	return r.Result
}

// targetsTwice finds Secrets that two objects create, one of them an ExternalSecret.
func (c *checker) targetsTwice() verdict.Result {
	r := result.New(result.Relations)
	seen := map[secretflow.Ref]bool{}
	for i := range c.graph.Reads {
		target := c.graph.Reads[i].Target
		secret := c.graph.Secrets[target]
		if secret == nil || seen[target] {
			continue
		}
		seen[target] = true
		r.Answer(c.graph.Reads[i].By, fieldpath.Of("spec", "target"), objects.Path(target.Namespace, target.Name))
		if len(secret.Creators) < 2 {
			continue
		}
		first, second := secret.Creators[0], secret.Creators[1]
		if !isOperators(second) {
			first, second = second, first
		}
		r.Report(second, finding.Finding{
			Code: finding.TargetTwice, Severity: finding.Error, Field: targetField(second),
			Message: fmt.Sprintf("Secret %q is created by %s too", objects.Path(target.Namespace, target.Name),
				first),
			Counterexample: fmt.Sprintf("%s and %s overwrite each other, or one never becomes ready", first, second),
			Fix:            "give each a Secret of its own",
		})
	}
	return r.Result
}

func isOperators(o *objects.Object) bool {
	return strings.HasSuffix(o.Kind, "ExternalSecret")
}

func targetField(o *objects.Object) fieldpath.Path {
	if o.Kind == "ClusterExternalSecret" {
		return fieldpath.Of("spec", "externalSecretSpec", "target", "name")
	}
	return fieldpath.Of("spec", "target", "name")
}

// otherProviders reports the stores of components that were not checked, because their provider is not Scaleway.
func (c *checker) otherProviders() verdict.Result {
	r := result.New(result.Unused)
	for _, store := range c.graph.Stores {
		names := store.Spec.Provider.Names()
		if store.Cluster || store.Scaleway || len(names) != 1 || c.scope.Of(store.Namespace) == nil {
			continue
		}
		field := fieldpath.Of("spec", "provider", names[0])
		f := finding.Finding{
			Code: finding.StoreUndecided, Severity: finding.Info, Field: field, Undecided: true,
			Fix: "accept it with a reason",
			Message: fmt.Sprintf("the provider %s was not checked: whether components share secrets there is not known",
				names[0]),
		}
		if names[0] == "kubernetes" {
			if reads := c.readsNamespace(store, field); reads != nil {
				f = *reads
			}
		}
		r.ReportUnless(store.Object, []fieldpath.Path{fieldpath.Of("metadata", "name"),
			fieldpath.Of("spec", "provider")}, f)
	}
	return r.Result
}

// generators reports the values of components that were not checked, because a generator makes them.
func (c *checker) generators() verdict.Result {
	r := result.New(result.Unused)
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		if read.Kind != eso.ReadGenerator || c.scope.Of(read.Target.Namespace) == nil {
			continue
		}
		r.ReportUnless(read.By, []fieldpath.Path{read.Field}, finding.Finding{
			Code: finding.StoreUndecided, Severity: finding.Info, Field: read.Field, Undecided: true,
			Message: "what the generator makes was not checked", Fix: "accept it with a reason",
		})
	}
	return r.Result
}

// kubernetesProvider has the fields of the provider kubernetes that say whose Secrets are read.
type kubernetesProvider struct {
	RemoteNamespace string `json:"remoteNamespace"`
	Server          struct {
		URL string `json:"url"`
	} `json:"server"`
}

// readsNamespace is the finding about a store that reads the Secrets of another component in this cluster; nil where it
// does not.
func (c *checker) readsNamespace(store *secretflow.Store, field fieldpath.Path) *finding.Finding {
	var provider kubernetesProvider
	if err := json.Unmarshal(store.Spec.Provider.Kubernetes, &provider); err != nil {
		return nil
	}
	here := provider.Server.URL == "" || strings.Contains(provider.Server.URL, "//kubernetes.default")
	if !here || provider.RemoteNamespace == store.Namespace || c.scope.Of(provider.RemoteNamespace) == nil {
		return nil
	}
	return &finding.Finding{
		Code: finding.ReadsNamespace, Severity: finding.Error, Field: field.Child("remoteNamespace"),
		Message: fmt.Sprintf("the store reads the Secrets of %s", c.name(provider.RemoteNamespace)),
		Counterexample: fmt.Sprintf("an ExternalSecret in namespace %s copies any Secret of namespace %s",
			store.Namespace, provider.RemoteNamespace),
		Fix: "remove the store; read from Scaleway",
	}
}
