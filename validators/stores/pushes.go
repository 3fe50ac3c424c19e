package stores

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

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

// pushes finds Secrets of components that are copied out.
func (j *judge) pushes() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	if len(j.set.PushSecrets)+len(j.set.ClusterPushSecrets) == 0 {
		return r.Result
	}
	for _, o := range j.set.PushSecrets {
		if j.components.Of(o.Namespace) != nil {
			j.push(r, pushed{o.Object, fieldpath.Of("spec"), &o.Value.Spec, o.Namespace, false})
		}
	}
	for _, o := range j.set.ClusterPushSecrets {
		if o.Value.Spec.PushSecretSpec == nil {
			continue
		}
		where := j.reach(func(namespace string) ternary.Answer {
			return o.Value.Spec.MakesIn(j.namespaces.Of(namespace))
		})
		if namespaces := slices.Concat(where.sure, where.unsure); len(namespaces) > 0 {
			p := pushed{o.Object, fieldpath.Of("spec", "pushSecretSpec"), o.Value.Spec.PushSecretSpec, namespaces[0],
				len(where.sure) == 0}
			j.push(r, p)
		}
	}
	return r.Result
}

// pushed is a PushSecret, or what a ClusterPushSecret makes in a namespace.
type pushed struct {
	by        *objects.Object
	path      fieldpath.Path // of spec in by
	spec      *eso.PushSecretSpec
	namespace string
	// unsure is true where a ClusterPushSecret selects the namespace by labels that are not in the input.
	unsure bool
}

func (j *judge) push(r *explaining.Findings, p pushed) {
	spec, namespace := p.spec, p.namespace
	if spec.Selector == nil || spec.Selector.Secret == nil {
		return // what a generator makes up is no secret of the component
	}
	what := fmt.Sprintf("Secret %q", spec.Selector.Secret.Name)
	if spec.Selector.Secret.Name == "" {
		what = "Secrets"
	}
	f := finding.Finding{
		Code: finding.PushesSecret, Severity: j.severity(), Field: p.path.Child("selector", "secret"),
		Message: fmt.Sprintf("%s of %s is copied out of the cluster into %s", what, j.name(namespace),
			pushStores(spec)),
		Fix: "remove it, or accept it with a reason",
	}
	switch arrives := j.arrival(&p); {
	case arrives.perhaps:
		f.Undecided = true
		f.Message += "; not decided: " + arrives.where
	case arrives.where != "":
		f.Severity, f.Counterexample = finding.Error, arrives.where
		f.Lead = finding.NewLead(finding.OfComponent.In(arrives.namespace), p.secrets())
	}
	if p.unsure {
		f.Severity, f.Undecided, f.Counterexample, f.Lead = finding.Warning, true, "", nil
		f.Message += unsureIn(namespace)
	}
	r.Report(p.by, f)
}

// secrets are those that are pushed.
func (p *pushed) secrets() []finding.End {
	if name := p.spec.Selector.Secret.Name; name != "" {
		return finding.OfSecret.Named(p.namespace, name)
	}
	return finding.OfSecrets.In(p.namespace)
}

// pushRefs are the stores that a PushSecret names.
func pushRefs(spec *eso.PushSecretSpec) []eso.PushStoreRef {
	refs := slices.Clone(spec.SecretStoreRefs)
	for _, to := range spec.DataTo {
		if to.StoreRef != nil {
			refs = append(refs, *to.StoreRef)
		}
	}
	return refs
}

func pushStores(spec *eso.PushSecretSpec) string {
	var names []string
	for _, ref := range pushRefs(spec) {
		name := "every store with certain labels"
		if ref.Name != "" {
			name = fmt.Sprintf("store %q", ref.Name)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "no store"
	}
	return phrase.List(names)
}

// arrival is where a Secret arrives at another component; where is empty for nowhere.
type arrival struct {
	where string
	// perhaps is true where it may arrive there.
	perhaps bool
	// namespace of the component.
	namespace string
}

// arrival finds another component that gets what is pushed; one that surely does is preferred.
func (j *judge) arrival(p *pushed) arrival {
	var found arrival
	for _, ref := range pushRefs(p.spec) {
		for _, store := range j.pushedTo(ref, p.namespace) {
			next := j.arrivalIn(store, p)
			if next.where != "" && (found.where == "" || found.perhaps && !next.perhaps) {
				found = next
			}
		}
	}
	return found
}

// pushedTo are the stores of the input that a reference means in a namespace; a nil one where it names one that is not
// there.
func (j *judge) pushedTo(ref eso.PushStoreRef, namespace string) []*secretflow.Store {
	cluster := ref.Kind == eso.ClusterSecretStoreKind
	var found []*secretflow.Store
	for _, store := range j.flow.Stores {
		if store.Cluster == cluster && (cluster || store.Namespace == namespace) &&
			(ref.Name == store.Name || ref.Name == "" && selects(ref.LabelSelector, store.Labels)) {
			found = append(found, store)
		}
	}
	if len(found) == 0 && ref.Name != "" {
		return []*secretflow.Store{nil}
	}
	return found
}

func selects(selector *metav1.LabelSelector, of map[string]string) bool {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && selector != nil && compiled.Matches(labels.Set(of))
}

// arrivalIn is where what is pushed into a store arrives. A store that is not in the input may be one of Scaleway.
func (j *judge) arrivalIn(store *secretflow.Store, p *pushed) arrival {
	if store != nil {
		if namespace := j.namespaceHere(store); namespace != "" && namespace != p.namespace &&
			j.components.Of(namespace) != nil {
			return arrival{
				where: fmt.Sprintf("it arrives in namespace %s, as a Secret", namespace), namespace: namespace,
			}
		}
		if !store.Scaleway {
			return arrival{}
		}
	}
	var perhaps arrival
	for _, key := range pushedKeys(p.spec) {
		for i := range j.flow.Reads {
			read := &j.flow.Reads[i]
			if read.Unsure || read.Generates || read.Target.Namespace == p.namespace ||
				j.components.Of(read.Target.Namespace) == nil {
				continue
			}
			switch found := j.arrivalAt(store, key, read); {
			case found.where != "" && !found.perhaps:
				return found
			case found.where != "" && perhaps.where == "":
				perhaps = found
			}
		}
	}
	return perhaps
}

// pushedKeys are the secrets of a store that are written to.
func pushedKeys(spec *eso.PushSecretSpec) []eso.Reference {
	var keys []eso.Reference
	for _, data := range spec.Data {
		if data.Match != nil && data.Match.RemoteRef != nil {
			keys = append(keys, eso.ParseReference(data.Match.RemoteRef.RemoteKey))
		}
	}
	for _, to := range spec.DataTo {
		if to.RemoteKey != "" {
			keys = append(keys, eso.ParseReference(to.RemoteKey))
		}
	}
	return keys
}

// arrivalAt compares a secret that is written with what another component reads.
func (j *judge) arrivalAt(store *secretflow.Store, key eso.Reference, read *secretflow.Read) arrival {
	if read.Store != nil && !read.Store.Scaleway {
		return arrival{}
	}
	sure := store != nil && read.Store != nil
	if sure && projectOf(store) != projectOf(read.Store) {
		return arrival{}
	}
	reader, at := j.name(read.Target.Namespace), read.Target.Namespace
	switch {
	case key.Folder != "" && key.Folder == read.Remote.Folder:
		return arrival{fmt.Sprintf("it arrives in folder %s, which %s reads", key.Folder, reader), !sure, at}
	case key.Form == eso.FormName && key.Name == read.Remote.Name && read.Remote.Form != eso.FormID:
		return arrival{fmt.Sprintf("it arrives in the first secret %s of any folder, and %s reads one of that name",
			key.Name, reader), true, at}
	case key.Form == eso.FormID && read.Remote.Form == eso.FormID && strings.EqualFold(key.Name, read.Remote.Name):
		return arrival{fmt.Sprintf("it arrives in secret %s, which %s reads", key.Name, reader), !sure, at}
	case key.Folder != "" && read.Remote.Form == eso.FormName && key.Name == read.Remote.Name:
		return arrival{fmt.Sprintf("%s reads the first secret %s of any folder", reader, key.Name), true, at}
	}
	return arrival{}
}
