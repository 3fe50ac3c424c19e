package stores

import (
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// reached are the components that a cluster-wide object reaches.
type reached struct {
	// sure are the namespaces that it does reach, unsure those of which the labels are not known.
	sure, unsure []string
}

func (j *judge) reach(reaches func(namespace string) ternary.Answer) reached {
	var r reached
	for i := range j.components.Components {
		namespace := j.components.Components[i].Namespace
		switch reaches(namespace) {
		case ternary.Yes:
			r.sure = append(r.sure, namespace)
		case ternary.Unknown:
			r.unsure = append(r.unsure, namespace)
		case ternary.No:
		}
	}
	return r
}

// spread reports a cluster-wide object that reaches a component or, without a Segregation, two of them: then the one
// may be meant.
func (j *judge) spread(out *explaining.Findings, o *objects.Object, r reached, f finding.Finding, does string) {
	most := j.most()
	switch {
	case len(r.sure) > most:
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("%s %s %s", o, does, j.list(r.sure))
	case len(r.sure)+len(r.unsure) > most:
		f.Severity, f.Undecided, f.Lead = finding.Warning, true, nil
		f.Message = fmt.Sprintf("whether %s %s %s depends on labels of namespaces that are not in the input", o, does,
			j.list(append(r.sure, r.unsure...)))
	default:
		return
	}
	out.Report(o, f)
}

// list names components, the first few of them.
func (j *judge) list(namespaces []string) string {
	const few = 4
	var names []string
	for _, namespace := range namespaces {
		names = append(names, j.name(namespace))
	}
	return phrase.And(few, names)
}

func (j *judge) clusterStores() verdict.Result {
	out := explaining.New(explaining.OfRelations)
	for _, store := range j.flow.Stores {
		if !store.Cluster {
			continue
		}
		field := fieldpath.Of("spec")
		if len(store.Spec.Conditions) > 0 {
			field = fieldpath.Of("spec", "conditions")
		}
		r := j.reachOf(store)
		out.Decide(store.Object, fieldpath.Of("spec", "conditions"), explaining.Reach)
		f := finding.Finding{
			Code: finding.ClusterStoreReaches, Field: field, Counterexample: j.storeExample(store, r),
			Fix:  "give each component a SecretStore with an API key of its own, or confine this store by conditions",
			Lead: finding.NewLead(finding.OfComponent.In(r.sure...), j.targetsOf(store)),
		}
		if isReferent(store) && len(r.sure)+len(r.unsure) > j.most() {
			f.Severity, f.Undecided, f.Counterexample, f.Lead = finding.Warning, true, "", nil
			f.Message = fmt.Sprintf("not decided: %s may be used from %s, each with a credential of its own, and what "+
				"those may read is not known", store.Object, j.list(slices.Concat(r.sure, r.unsure)))
			out.Report(store.Object, f)
			continue
		}
		j.spread(out, store.Object, r, f, "may be used from")
		j.openStore(out, store, r, f)
	}
	return out.Result
}

// storeExample is what a component can read through a ClusterSecretStore.
func (j *judge) storeExample(store *secretflow.Store, r reached) string {
	if len(r.sure) == 0 {
		return ""
	}
	what := "whatever its credentials read"
	if store.Scaleway && store.SecretKeyIn.Name != "" {
		what = fmt.Sprintf("whatever the API key in Secret %s reads",
			objects.Path(store.SecretKeyIn.Namespace, store.SecretKeyIn.Name))
	}
	return fmt.Sprintf("an ExternalSecret in namespace %s with secretStoreRef {kind: ClusterSecretStore, name: %s} "+
		"reads %s", r.sure[0], store.Name, what)
}

func (j *judge) clusterExternalSecrets() verdict.Result {
	out := explaining.New(explaining.OfRelations)
	for _, o := range j.set.ClusterExternalSecrets {
		r := j.reach(func(namespace string) ternary.Answer { return o.Value.Spec.MakesIn(j.namespaces.Of(namespace)) })
		field := fieldpath.Of("spec", "namespaceSelectors")
		if len(o.Value.Spec.NamespaceSelectors) == 0 {
			field = fieldpath.Of("spec", "namespaceSelector")
		}
		out.Decide(o.Object, field, explaining.Reach)
		j.spread(out, o.Object, r, finding.Finding{
			Code: finding.ClusterExternalSecretReaches, Field: field,
			Fix: "use an ExternalSecret in the namespace that needs the secret", Lead: madeIn(o, r.sure),
		}, "makes its Secret in")
	}
	return out.Result
}

// madeIn is that whoever has one of the Secrets that a ClusterExternalSecret makes has the others.
func madeIn(o objects.Typed[eso.ClusterExternalSecret], namespaces []string) *finding.Lead {
	made := o.Value.Spec.ExternalSecretSpec
	if made == nil {
		return nil
	}
	var ends []finding.End
	for _, namespace := range namespaces {
		ends = append(ends, finding.OfSecret.Named(namespace,
			cmp.Or(made.Target.Name, o.Value.Spec.ExternalSecretName, o.Name))...)
	}
	return finding.NewLead(ends, ends)
}
