package stores

import (
	"encoding/json"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
)

// storeReferences finds references to stores that are not there, or may not be used.
func (c *checker) storeReferences() {
	byName := map[string][]*secretflow.Store{}
	withStores := map[string]bool{}
	for _, store := range c.graph.Stores {
		byName[store.Name] = append(byName[store.Name], store)
		if !store.Cluster {
			withStores[store.Namespace] = true
		}
	}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		if read.StoreRef.Name == "" || read.Kind == eso.ReadGenerator || c.isBlamed(read.By, read.StoreField) ||
			c.isBlamed(read.By, read.StoreField+".name") || c.isBlamed(read.By, read.StoreField+".kind") {
			continue
		}
		if read.Store == nil {
			c.storeMissing(read, byName[read.StoreRef.Name], withStores[read.Target.Namespace])
		} else if read.Store.Cluster && c.namespaces.MayUse(read.Store, read.Target.Namespace) == ternary.No {
			c.report(read.By, finding.Finding{
				Code: finding.StoreMissing, Severity: finding.Error, Field: read.StoreField,
				Message: fmt.Sprintf("ClusterSecretStore %q may not be used from %s: none of its conditions selects it", read.StoreRef.Name, objects.NamespaceText(read.Target.Namespace)),
				Fix:     "use a SecretStore of the namespace",
			})
		}
	}
}

func (c *checker) storeMissing(read *secretflow.Read, sameName []*secretflow.Store, others bool) {
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
			f.Message += fmt.Sprintf("; the one of %s cannot be used from there", objects.NamespaceText(store.Namespace))
			f.Fix = "refer to the store of the namespace"
		}
	}
	planned := c.scope.Planned && c.scope.Of(namespace) != nil
	if len(sameName) == 0 && (ref.Kind == "ClusterSecretStore" || !others && !planned) {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("%s %q is not in the input, so where the secrets come from was not checked", ref.Kind, ref.Name)
		f.Fix = "check it together with the store"
	}
	c.report(read.By, f)
}

// unusedStores finds API keys that nothing needs.
func (c *checker) unusedStores() {
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
		if store.Cluster || used[store] || named[secretflow.Ref{Namespace: store.Namespace, Name: store.Name}] || c.isPushedTo(store) || c.isBlamed(store.Object, "metadata.name") || c.declared.isStore(store) {
			continue
		}
		c.report(store.Object, finding.Finding{
			Code: finding.StoreUnused, Severity: finding.Warning,
			Message: "no ExternalSecret uses the store, so its API key lies in the cluster for nothing", Fix: "remove it, and revoke the API key",
		})
	}
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
func (c *checker) keysTwice() {
	type written struct {
		by     *objects.Object
		target secretflow.Ref
		key    string
	}
	first := map[written]*secretflow.Read{}
	reported := map[place]bool{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		if read.Key == "" || reported[place{read.By, read.Field}] {
			continue
		}
		key := written{read.By, read.Target, read.Key}
		before := first[key]
		if before == nil {
			first[key] = read
			continue
		}
		f := finding.Finding{
			Code: finding.SecretKeyTwice, Severity: finding.Error, Field: read.Field + ".secretKey",
			Message: fmt.Sprintf("key %q is written by %s too; the operator refuses that", read.Key, before.Field), Fix: "keep one of the two",
		}
		if read.Kind != eso.ReadValue {
			f.Severity, f.Field = finding.Warning, read.Field
			f.Message = fmt.Sprintf("key %q is written by %s too, so one of the values is lost", read.Key, before.Field)
		}
		reported[place{read.By, read.Field}] = true
		c.report(read.By, f)
	}
}

// targetsTwice finds Secrets that two objects create, one of them an ExternalSecret.
func (c *checker) targetsTwice() {
	reported := map[secretflow.Ref]bool{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		secret := c.graph.Secrets[read.Target]
		if secret == nil || len(secret.Creators) < 2 || reported[read.Target] {
			continue
		}
		reported[read.Target] = true
		first, second := secret.Creators[0], secret.Creators[1]
		if !isOperators(second) {
			first, second = second, first
		}
		c.report(second, finding.Finding{
			Code: finding.TargetTwice, Severity: finding.Error, Field: targetField(second),
			Message:        fmt.Sprintf("Secret %q is created by %s too", objects.Path(read.Target.Namespace, read.Target.Name), first),
			Counterexample: fmt.Sprintf("%s and %s overwrite each other, or one never becomes ready", first, second),
			Fix:            "give each a Secret of its own",
		})
	}
}

func isOperators(o *objects.Object) bool {
	return strings.HasSuffix(o.Kind, "ExternalSecret")
}

func targetField(o *objects.Object) string {
	if o.Kind == "ClusterExternalSecret" {
		return "spec.externalSecretSpec.target.name"
	}
	return "spec.target.name"
}

// otherProviders says what of a component was not checked, because it does not come from Scaleway.
func (c *checker) otherProviders() {
	for _, store := range c.graph.Stores {
		names := store.Spec.Provider.Names()
		if store.Cluster || store.Scaleway || len(names) != 1 || c.scope.Of(store.Namespace) == nil || c.isBlamed(store.Object, "metadata.name") ||
			c.isBlamed(store.Object, "spec.provider") {
			continue
		}
		field := "spec.provider." + names[0]
		if names[0] == "kubernetes" && c.readsNamespace(store, field) {
			continue
		}
		c.report(store.Object, finding.Finding{
			Code: finding.StoreUndecided, Severity: finding.Info, Field: field, Undecided: true,
			Message: fmt.Sprintf("the provider %s was not checked: whether components share secrets there is not known", names[0]),
			Fix:     "accept it with a reason",
		})
	}
	seen := map[place]bool{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		at := place{read.By, read.Field}
		if read.Kind != eso.ReadGenerator || seen[at] || c.isBlamed(read.By, read.Field) || c.scope.Of(read.Target.Namespace) == nil {
			continue
		}
		seen[at] = true
		c.report(read.By, finding.Finding{
			Code: finding.StoreUndecided, Severity: finding.Info, Field: read.Field, Undecided: true,
			Message: "what the generator makes was not checked", Fix: "accept it with a reason",
		})
	}
}

// kubernetesProvider is the part of the provider kubernetes that says whose Secrets are read.
type kubernetesProvider struct {
	RemoteNamespace string `json:"remoteNamespace"`
	Server          struct {
		URL string `json:"url"`
	} `json:"server"`
}

// readsNamespace reports a store that reads the Secrets of another component in this cluster.
func (c *checker) readsNamespace(store *secretflow.Store, field string) bool {
	var provider kubernetesProvider
	if err := json.Unmarshal(store.Spec.Provider.Kubernetes, &provider); err != nil {
		return false
	}
	here := provider.Server.URL == "" || strings.Contains(provider.Server.URL, "//kubernetes.default")
	if !here || provider.RemoteNamespace == store.Namespace || c.scope.Of(provider.RemoteNamespace) == nil {
		return false
	}
	c.report(store.Object, finding.Finding{
		Code: finding.ReadsNamespace, Severity: finding.Error, Field: field + ".remoteNamespace",
		Message:        fmt.Sprintf("the store reads the Secrets of %s", c.name(provider.RemoteNamespace)),
		Counterexample: fmt.Sprintf("an ExternalSecret in namespace %s copies any Secret of namespace %s", store.Namespace, provider.RemoteNamespace),
		Fix:            "remove the store; read from Scaleway",
	})
	return true
}
