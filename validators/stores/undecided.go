package stores

import (
	"encoding/json"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// otherProviders reports the stores of components that were not checked, because their provider is not Scaleway.
func (j *judge) otherProviders() verdict.Result {
	r := explaining.New(explaining.OfLeftovers)
	for _, store := range j.flow.Stores {
		names := store.Spec.Provider.Names()
		if store.Cluster || store.Scaleway || len(names) != 1 || j.components.Of(store.Namespace) == nil {
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
			if reads := j.readsNamespace(store, field); reads != nil {
				f = *reads
			}
		}
		r.ReportUnless(store.Object, []fieldpath.Path{fieldpath.Of("metadata", "name"),
			fieldpath.Of("spec", "provider")}, f)
	}
	return r.Result
}

// generators reports the values of components that were not checked, because a generator makes them.
func (j *judge) generators() verdict.Result {
	r := explaining.New(explaining.OfLeftovers)
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		if !read.Generates || j.components.Of(read.Target.Namespace) == nil {
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
func (j *judge) readsNamespace(store *secretflow.Store, field fieldpath.Path) *finding.Finding {
	var provider kubernetesProvider
	if err := json.Unmarshal(store.Spec.Provider.Kubernetes, &provider); err != nil {
		return nil
	}
	here := provider.Server.URL == "" || strings.Contains(provider.Server.URL, "//kubernetes.default")
	if !here || provider.RemoteNamespace == store.Namespace || j.components.Of(provider.RemoteNamespace) == nil {
		return nil
	}
	return &finding.Finding{
		Code: finding.ReadsNamespace, Severity: finding.Error, Field: field.Child("remoteNamespace"),
		Message: fmt.Sprintf("the store reads the Secrets of %s", j.name(provider.RemoteNamespace)),
		Counterexample: fmt.Sprintf("an ExternalSecret in namespace %s copies any Secret of namespace %s",
			store.Namespace, provider.RemoteNamespace),
		Fix: "remove the store; read from Scaleway",
	}
}
