package stores

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// foreignAPIs finds stores that send their API key to another server than Scaleway's. What a Segregation declares is
// compared elsewhere.
func (j *judge) foreignAPIs() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	for _, store := range j.flow.Stores {
		if !store.Scaleway || store.Spec.Provider.Scaleway.APIURL == "" {
			continue
		}
		parsed, err := url.Parse(store.Spec.Provider.Scaleway.APIURL)
		if err != nil || parsed.Hostname() == "" {
			continue
		}
		host := parsed.Hostname()
		if service, namespace := j.serviceOf(host); service != "" && (store.Cluster || namespace != store.Namespace) {
			r.Report(store.Object, finding.Finding{
				Code: finding.ForeignAPI, Severity: finding.Error, Field: explaining.APIURLPath,
				Message: fmt.Sprintf("the store sends its API key to Service %s of %s", service, j.name(namespace)),
				Counterexample: fmt.Sprintf("the pods behind Service %s/%s have the API key, and answer what they want",
					namespace, service),
				Fix:  "remove apiUrl",
				Lead: finding.NewLead(finding.OfComponent.In(namespace), slices.Concat(sentKey(store), j.targetsOf(store))),
			})
			continue
		}
		if !isScalewayHost(host) && !j.isDeclaredStore(store) {
			r.ReportUnless(store.Object, []fieldpath.Path{explaining.APIURLPath}, finding.Finding{
				Code: finding.ForeignAPI, Severity: finding.Warning, Field: explaining.APIURLPath,
				Message: fmt.Sprintf("apiUrl sends the API key to %s, which is not Scaleway's", host),
				Fix:     "remove apiUrl, or accept the finding with a reason",
			})
		}
	}
	return r.Result
}

// sentKey is the Secret with the API key that a store sends; none where it holds the key itself.
func sentKey(store *secretflow.Store) []finding.End {
	if store.SecretKeyIn.Name == "" {
		return nil
	}
	return secretEnd(store.SecretKeyIn)
}

func isScalewayHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "scaleway.com" || strings.HasSuffix(host, ".scaleway.com")
}

// isDeclaredStore reports whether a Segregation declares a store, and so its address.
func (j *judge) isDeclaredStore(store *secretflow.Store) bool {
	return j.components.Planned && !store.Cluster && j.declared.isStore(store)
}

// serviceOf is the Service of a component that a host names; empty where it names none.
func (j *judge) serviceOf(host string) (service, namespace string) {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	const shortest = 2 // NAME.NAMESPACE
	if len(labels) < shortest || len(labels) > shortest && labels[shortest] != "svc" {
		return "", ""
	}
	if j.components.Of(labels[1]) == nil {
		return "", ""
	}
	return labels[0], labels[1]
}
