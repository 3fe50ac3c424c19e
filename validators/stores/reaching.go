package stores

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// reachOf are the components that may use a store.
func (j *judge) reachOf(store *secretflow.Store) reached {
	return j.reach(func(namespace string) ternary.Answer { return j.namespaces.MayUse(store, namespace) })
}

// without are the components but one.
func (r reached) without(namespace string) reached {
	is := func(other string) bool { return other == namespace }
	return reached{slices.DeleteFunc(slices.Clone(r.sure), is), slices.DeleteFunc(slices.Clone(r.unsure), is)}
}

// most is how many components a cluster-wide object may reach: without a Segregation one, which may be meant.
func (j *judge) most() int {
	if j.components.Planned {
		return 0
	}
	return 1
}

// isOpen reports whether a ClusterSecretStore may be used from namespaces of any name, without labels.
func isOpen(store *secretflow.Store) bool {
	const anyName, otherName = "x-5d1c7f", "8e0b"
	return store.Spec.UsableFrom(eso.NewNamespace(anyName, nil)) == ternary.Yes &&
		store.Spec.UsableFrom(eso.NewNamespace(otherName, nil)) == ternary.Yes
}

// hasOthers reports whether there may be namespaces beside those of the input that has one.
func (j *judge) hasOthers() bool {
	return !j.cluster.NamespacesComplete || len(j.namespaces.Names())+len(j.cluster.Namespaces) > 1
}

// isReferent reports whether a ClusterSecretStore of another provider takes the credentials of the namespace that uses
// it: it names Secrets or service accounts, and a namespace for none of them.
//
// Facts: docs/facts.md, "Credentials of cluster stores".
func isReferent(store *secretflow.Store) bool {
	if !store.Cluster || store.Scaleway || store.Spec.Provider == nil {
		return false
	}
	text, err := json.Marshal(store.Spec.Provider)
	if err != nil {
		return false
	}
	var provider any
	if json.Unmarshal(text, &provider) != nil {
		return false
	}
	local, named := credentialRefs("", provider)
	return local > 0 && named == 0
}

// credentialRefs counts the references to Secrets and service accounts without and with a namespace. key is the name of
// the field that holds the value.
func credentialRefs(key string, value any) (local, named int) {
	add := func(key string, inner any) {
		l, n := credentialRefs(key, inner)
		local, named = local+l, named+n
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			add(key, item)
		}
	case map[string]any:
		if key == "caProvider" {
			return 0, 0
		}
		if isCredentialRef(key, v) {
			if namespace, _ := v["namespace"].(string); namespace == "" {
				return 1, 0
			}
			return 0, 1
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			add(name, v[name])
		}
	}
	return local, named
}

func isCredentialRef(key string, ref map[string]any) bool {
	name, _ := ref["name"].(string)
	_, hasKey := ref["key"].(string)
	lower := strings.ToLower(key)
	return name != "" && (hasKey || strings.HasSuffix(lower, "ref") || strings.Contains(lower, "serviceaccount"))
}

// openStores says which ClusterSecretStores are open to every namespace although one component is in the input.
func (j *judge) openStore(out *explaining.Findings, store *secretflow.Store, r reached, f finding.Finding) {
	if j.components.Planned || len(r.sure) != 1 || len(r.unsure) > 0 || !isOpen(store) || !j.hasOthers() ||
		isReferent(store) {
		return
	}
	f.Severity = finding.Warning
	f.Message = fmt.Sprintf("%s may be used from every namespace of the cluster, of which only %s is a component here",
		store.Object, r.sure[0])
	f.Fix = "confine it by conditions, or use a SecretStore"
	out.Report(store.Object, f)
}

// foreignKeys finds ClusterSecretStores for one component whose API key is another's: it lies in the other's namespace,
// or the other has a ClusterSecretStore with the same one. With a Segregation each of them is a finding already.
func (j *judge) foreignKeys() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	if j.components.Planned {
		return r.Result
	}
	first := map[secretflow.Ref]*secretflow.Store{}
	for _, store := range j.flow.Stores {
		ref := store.SecretKeyIn
		if !store.Cluster || ref.Name == "" {
			continue
		}
		reach := j.reachOf(store)
		if len(reach.sure)+len(reach.unsure) != 1 {
			continue
		}
		user, unsure := slices.Concat(reach.sure, reach.unsure)[0], len(reach.sure) == 0
		if j.components.Of(ref.Namespace) != nil && ref.Namespace != user {
			j.foreignKey(r, store, user, unsure, "lies in "+j.name(ref.Namespace))
			continue
		}
		before := first[ref]
		if before == nil {
			first[ref] = store
			continue
		}
		other := j.reachOf(before)
		if others := slices.Concat(other.sure, other.unsure); others[0] != user {
			j.foreignKey(r, store, user, unsure || len(other.sure) == 0,
				fmt.Sprintf("is that of %s for %s too", before.Object, j.name(others[0])))
		}
	}
	return r.Result
}

// foreignKey reports the API key of a ClusterSecretStore that one component may use.
func (j *judge) foreignKey(r *explaining.Findings, store *secretflow.Store, user string, unsure bool, why string) {
	field := explaining.SecretKeyPath.Child("secretRef", "name")
	f := finding.Finding{
		Code: finding.ForeignCredentials, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("the API key in Secret %s, which %s may use, %s",
			objects.Path(store.SecretKeyIn.Namespace, store.SecretKeyIn.Name), j.name(user), why),
		Counterexample: fmt.Sprintf("an ExternalSecret in namespace %s with secretStoreRef {kind: ClusterSecretStore, "+
			"name: %s} reads whatever that API key reads", user, store.Name),
		Lead: finding.NewLead(finding.OfComponent.In(user), j.targetsOf(store)),
		Fix:  "give each component a SecretStore with an API key of its own",
	}
	if unsure {
		f.Severity, f.Undecided, f.Counterexample, f.Lead = finding.Warning, true, "", nil
		f.Message += "; who may use it depends on labels of namespaces that are not in the input"
	}
	r.ReportUnless(store.Object, []fieldpath.Path{field}, f)
}

// kubernetesProvider has the fields of the provider kubernetes that say whose Secrets are read.
type kubernetesProvider struct {
	RemoteNamespace string `json:"remoteNamespace"`
	// AuthRef names a kubeconfig, which may be for any cluster.
	AuthRef json.RawMessage `json:"authRef"`
	Server  struct {
		URL string `json:"url"`
	} `json:"server"`
}

// namespaceHere is the namespace of this cluster that a store with the provider kubernetes reads from and writes to;
// empty for other stores, and where it may be in another cluster.
func (j *judge) namespaceHere(store *secretflow.Store) string {
	if store.Spec.Provider == nil || len(store.Spec.Provider.Kubernetes) == 0 {
		return ""
	}
	var provider kubernetesProvider
	if err := json.Unmarshal(store.Spec.Provider.Kubernetes, &provider); err != nil {
		return ""
	}
	if len(provider.AuthRef) > 0 || !j.isThisCluster(provider.Server.URL) {
		return ""
	}
	return cmp.Or(provider.RemoteNamespace, "default")
}
