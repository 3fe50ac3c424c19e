package stores

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/cluster"
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
		if store.Scaleway || len(names) != 1 {
			continue
		}
		about := []fieldpath.Path{fieldpath.Of("metadata", "name"), fieldpath.Of("spec", "provider")}
		if reads := j.readsNamespace(store, j.usersOf(store)); reads != nil {
			r.ReportUnless(store.Object, about, *reads)
			continue
		}
		if !j.isAskedHere(store) {
			continue
		}
		r.ReportUnless(store.Object, about, finding.Finding{
			Code: finding.StoreUndecided, Severity: finding.Info, Field: fieldpath.Of("spec", "provider", names[0]),
			Undecided: true, Fix: "accept it with a reason",
			Message: fmt.Sprintf("the provider %s was not checked: whether components share secrets there is not known",
				names[0]),
		})
	}
	return r.Result
}

// usersOf are the components that may use a store.
func (j *judge) usersOf(store *secretflow.Store) reached {
	if store.Cluster {
		return j.reachOf(store)
	}
	if j.components.Of(store.Namespace) == nil {
		return reached{}
	}
	return reached{sure: []string{store.Namespace}}
}

// isAskedHere reports whether what components share through a store is a question about it: it is that of one component.
// A ClusterSecretStore for several is a finding already.
func (j *judge) isAskedHere(store *secretflow.Store) bool {
	users := j.usersOf(store)
	count := len(users.sure) + len(users.unsure)
	return count > 0 && (!store.Cluster || count <= j.most())
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

// isThisCluster reports whether an address is that of the API server of the cluster itself; empty means so.
func (j *judge) isThisCluster(address string) bool {
	if address == "" {
		return true
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := parsed.Hostname()
	if host == "kubernetes" || host == "kubernetes.default" || strings.HasPrefix(host, "kubernetes.default.") {
		return true
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	return at == j.cluster.APIServer.Service.Addr() ||
		slices.ContainsFunc(j.cluster.APIServer.Servers, func(s cluster.Server) bool { return s.Addresses.Contains(at) })
}

// readsNamespace is the finding about a store that reads the Secrets of another component in this cluster; nil where it
// does not. r are the components that may use it.
func (j *judge) readsNamespace(store *secretflow.Store, r reached) *finding.Finding {
	remote := j.namespaceHere(store)
	if remote == "" || j.components.Of(remote) == nil {
		return nil
	}
	others := r.without(remote)
	if len(others.sure)+len(others.unsure) == 0 {
		return nil
	}
	f := &finding.Finding{
		Code: finding.ReadsNamespace, Severity: finding.Error,
		Field:   fieldpath.Of("spec", "provider", "kubernetes", "remoteNamespace"),
		Message: fmt.Sprintf("the store reads the Secrets of %s", j.name(remote)),
		Fix:     "remove the store; read from Scaleway",
	}
	if len(others.sure) == 0 {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message += "; whether another component may use it depends on labels of namespaces that are not in the input"
		return f
	}
	f.Lead = finding.NewLead(finding.OfComponent.In(others.sure...), finding.OfSecrets.In(remote))
	f.Counterexample = fmt.Sprintf("an ExternalSecret in namespace %s copies any Secret of namespace %s", others.sure[0],
		remote)
	return f
}
