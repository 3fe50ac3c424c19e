package stores

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// storeReferences finds references to stores that are not there, or may not be used.
func (j *judge) storeReferences() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	byName := map[string][]*secretflow.Store{}
	withStores := map[string]bool{}
	for _, store := range j.flow.Stores {
		byName[store.Name] = append(byName[store.Name], store)
		if !store.Cluster {
			withStores[store.Namespace] = true
		}
	}
	seen := map[fieldOf]bool{}
	for _, read := range j.surestFirst() {
		if read.StoreRef.Name == "" || read.Generates {
			continue
		}
		wrong := j.storeNotUsable(read)
		if read.Store == nil {
			wrong = j.storeMissing(read, byName[read.StoreRef.Name], withStores[read.Target.Namespace])
		}
		if wrong == nil || !wrong.Undecided && !read.Unsure {
			r.Decide(read.By, read.StoreField, explaining.StoreFor(read.Target.Namespace))
		}
		// Many entries share a reference, and a ClusterExternalSecret has it in many namespaces.
		reference := fieldOf{read.By, read.StoreField}
		if wrong == nil || seen[reference] {
			continue
		}
		seen[reference] = true
		if read.Unsure && !wrong.Undecided {
			wrong.Severity, wrong.Undecided = finding.Warning, true
			wrong.Message += unsureIn(read.Target.Namespace)
		}
		r.ReportUnless(read.By, []fieldpath.Path{read.StoreField, read.StoreField.Child("name"),
			read.StoreField.Child("kind")}, *wrong)
	}
	return r.Result
}

// fieldOf is a field of an object, for what is reported once although many namespaces or entries have it.
type fieldOf struct {
	object *objects.Object
	field  fieldpath.Path
}

// surestFirst are all reads; those of which it is not known whether they are there come last.
func (j *judge) surestFirst() []*secretflow.Read {
	var sure, unsure []*secretflow.Read
	for i := range j.flow.Reads {
		if read := &j.flow.Reads[i]; read.Unsure {
			unsure = append(unsure, read)
		} else {
			sure = append(sure, read)
		}
	}
	return append(sure, unsure...)
}

// unsureIn is the end of a message about what a ClusterExternalSecret perhaps makes in a namespace.
func unsureIn(namespace string) string {
	return fmt.Sprintf("; whether it is made there depends on the labels of %s, which is not in the input",
		objects.NamespaceText(namespace))
}

// storeNotUsable is the finding about a store that may not be used from the namespace of a read; nil where it may.
func (j *judge) storeNotUsable(read *secretflow.Read) *finding.Finding {
	namespace := read.Target.Namespace
	if read.Store == nil || !read.Store.Cluster || j.namespaces.MayUse(read.Store, namespace) != ternary.No {
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
func (j *judge) storeMissing(
	read *secretflow.Read, sameName []*secretflow.Store, others bool,
) *finding.Finding {
	ref, namespace := read.StoreRef, read.Target.Namespace
	f := finding.Finding{
		Code: finding.StoreMissing, Severity: finding.Error, Field: read.StoreField,
		Message: fmt.Sprintf("there is no %s %q", ref.Kind, ref.Name), Fix: "correct the reference, or add the store",
	}
	if ref.Kind == eso.SecretStoreKind {
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
	if meant := j.similarStore(ref, namespace); len(sameName) == 0 && meant != "" {
		f.Message += fmt.Sprintf("; there is %s %q", ref.Kind, meant)
		f.Fix = fmt.Sprintf("refer to %q", meant)
	}
	planned := j.components.Planned && j.components.Of(namespace) != nil
	if len(sameName) == 0 && (ref.Kind == eso.ClusterSecretStoreKind || !others && !planned) {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("%s %q is not in the input, so where the secrets come from was not checked", ref.Kind,
			ref.Name)
		f.Fix = "check it together with the store"
	}
	return &f
}

// similarStore is the name of the store that a reference means where there is none of its name: one of its kind that
// [isRenamed], or is misspelt; empty where there is none either.
func (j *judge) similarStore(ref eso.StoreRef, namespace string) string {
	var names []string
	for _, store := range j.flow.Stores {
		if store.Cluster == (ref.Kind == eso.ClusterSecretStoreKind) && (store.Cluster || store.Namespace == namespace) {
			names = append(names, store.Name)
		}
	}
	if i := slices.IndexFunc(names, func(name string) bool { return isRenamed(ref.Name, name) }); i >= 0 {
		return names[i]
	}
	return phrase.Closest(ref.Name, names)
}

// isRenamed reports whether a name is another one with something before or behind it, as tools that prefix names leave
// it.
func isRenamed(name, now string) bool {
	return strings.HasSuffix(now, "-"+name) || strings.HasPrefix(now, name+"-")
}

// unusedStores finds API keys that nothing needs.
func (j *judge) unusedStores() verdict.Result {
	r := explaining.New(explaining.OfLeftovers)
	named := map[secretflow.Ref]bool{}
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		if read.StoreRef.Kind != eso.SecretStoreKind {
			continue
		}
		name := read.StoreRef.Name
		if read.Store == nil { // the store that is meant is needed: see storeMissing
			name = cmp.Or(j.similarStore(read.StoreRef, read.Target.Namespace), name)
		}
		named[secretflow.Ref{Namespace: read.Target.Namespace, Name: name}] = true
	}
	for _, o := range j.set.ExternalSecrets {
		if ref := o.Value.Spec.SecretStoreRef; ref != nil {
			named[secretflow.Ref{Namespace: o.Namespace, Name: ref.Name}] = true
		}
	}
	for _, store := range j.flow.Stores {
		// A store that is declared is needed. One that nobody declares is a finding of undeclared, which explains this
		// one.
		if store.Cluster || j.components.Planned && j.declared.isStore(store) {
			continue
		}
		r.Decide(store.Object, fieldpath.Path{}, explaining.Need)
		ref := secretflow.Ref{Namespace: store.Namespace, Name: store.Name}
		if named[ref] || j.isPushedTo(store) {
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

// isPushedTo reports whether a PushSecret writes to a store.
func (j *judge) isPushedTo(store *secretflow.Store) bool {
	for _, o := range j.set.PushSecrets {
		if o.Namespace == store.Namespace && o.Value.Spec.PushesTo(store.Name, store.Labels) {
			return true
		}
	}
	for _, o := range j.set.ClusterPushSecrets {
		if o.Value.Spec.PushSecretSpec != nil && o.Value.Spec.PushSecretSpec.PushesTo(store.Name, store.Labels) {
			return true
		}
	}
	return false
}
