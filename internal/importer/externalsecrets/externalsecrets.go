// Package externalsecrets reads ExternalSecrets and their stores: which values each copies into which Secret, from
// which folder of Scaleway. It guesses what was meant where the operator would find nothing, and notes what it guessed
// and what no Segregation can say. It fills in nothing; package secretgroups does.
package externalsecrets

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Secret is what one ExternalSecret copies. It has at least one value.
type Secret struct {
	Object    *objects.Object
	Component *draft.Component
	// Target is the name of the Secret that is written.
	Target string
	// Folder is the one folder of Scaleway that all values are read from; empty where no reference says it.
	Folder string
	// Interval between two reads; empty for the operator's default, an hour.
	Interval spec.Duration
	Store    *Store
	Values   []Value
	Content  Content
}

// Read reads the ExternalSecrets of the components, in the order of the input.
func Read(d *draft.Draft, set *objects.Set) []Secret {
	stores := storesOf(set)
	var found []Secret
	for _, o := range set.ExternalSecrets {
		if c := d.Of(o.Namespace); c != nil {
			if secret := readSecret(d, c, o, storeOf(o, stores)); len(secret.Values) > 0 {
				found = append(found, secret)
			}
		}
	}
	return found
}

// readSecret reads one ExternalSecret. Where nothing of it can be carried over, the Secret has no values.
func readSecret(d *draft.Draft, c *draft.Component, o objects.Typed[eso.ExternalSecret], store *Store) Secret {
	if !canRead(d, c, o, store) || !canWrite(d, c, o) {
		return Secret{}
	}
	noteStore(d, c, o.Object, store)
	s := Secret{
		Object: o.Object, Component: c, Target: o.Value.Spec.TargetName(o.Name), Store: store,
		Interval: interval(d, c, o), Values: readValues(d, c, o),
	}
	if len(s.Values) == 0 {
		return s // every key has a note
	}
	s.keepOneFolder(d)
	if !s.readContent(d, o.Value.Spec.Target.Template) {
		return Secret{}
	}
	s.noteDoubts(d)
	return s
}

// keepBeside is what to do with what no Segregation says: the proof refuses what it does not declare, unless that is
// accepted.
const keepBeside = "keep this ExternalSecret and its store beside the Segregation, and accept CLS-E019 of both under " +
	"spec.accept"

// canRead reports whether the store is one of Scaleway, and notes where it is not. One that is not in the input may be
// one where a reference has a form of Scaleway's.
func canRead(d *draft.Draft, c *draft.Component, o objects.Typed[eso.ExternalSecret], store *Store) bool {
	field := fieldpath.Of("spec", "secretStoreRef")
	switch {
	case store.isOther():
		d.Note(draft.NotCarried, o.Object, field, c.Path("secrets"),
			"its store %q is not one of Scaleway: "+keepBeside, store.Name)
		return false
	case store.Object == nil && store.Name != "" && !hasForms(&o.Value.Spec):
		d.Note(draft.NotCarried, o.Object, field, c.Path("secrets"),
			"store %s, not in the input: its references have no form of Scaleway's, so import it together with the store, "+
				"or "+keepBeside, store.Name)
		return false
	}
	return true
}

// hasForms reports whether a reference has a form of Scaleway's.
func hasForms(spec *eso.ExternalSecretSpec) bool {
	return slices.ContainsFunc(spec.Reads(), func(read eso.Read) bool {
		return read.RemoteKey != "" && read.From.Form != ""
	})
}

// noteStore notes where the component will have another store.
func noteStore(d *draft.Draft, c *draft.Component, o *objects.Object, store *Store) {
	field, at := fieldpath.Of("spec", "secretStoreRef"), c.Path("secrets")
	switch {
	case store.Cluster && store.Object == nil:
		d.Note(draft.Changed, o, field, at, "store %s, not in the input, is taken for one of Scaleway by its references, "+
			"and gives way to a SecretStore of the component, with an API key of its own", store.Name)
	case store.Cluster:
		d.Note(draft.Changed, o, field, at,
			"ClusterSecretStore %q gives way to a SecretStore of the component, with an API key of its own", store.Name)
	case store.Object == nil:
		d.Note(draft.Changed, o, field, at, "store %s, not in the input, is taken for one of Scaleway by its references",
			store.Name)
	}
}

// canWrite reports whether a Segregation can write such a Secret. It notes what is lost or will differ.
func canWrite(d *draft.Draft, c *draft.Component, o objects.Typed[eso.ExternalSecret]) bool {
	target, at := o.Value.Spec.Target, c.Path("secrets")
	if t := target.Template; t != nil {
		if len(t.Metadata.Labels)+len(t.Metadata.Annotations) > 0 && !wellknown.IsGenerated(o.Labels) {
			d.Note(draft.NotCarried, o.Object, fieldpath.Of("spec", "target", "template", "metadata"), at,
				"a Segregation puts no labels or annotations of yours on Secrets")
		}
	}
	if !target.Creates() {
		d.Note(draft.NotCarried, o.Object, fieldpath.Of("spec", "target", "creationPolicy"), at,
			"a Segregation owns the Secrets it writes and does not add to those of others: "+keepBeside)
		return false
	}
	for _, policy := range []struct {
		field      fieldpath.Path
		value, now string
	}{
		{fieldpath.Of("spec", "target", "creationPolicy"), target.CreationPolicy, eso.CreateOwned},
		{fieldpath.Of("spec", "target", "deletionPolicy"), target.DeletionPolicy, eso.DeletionRetain},
		{fieldpath.Of("spec", "refreshPolicy"), o.Value.Spec.RefreshPolicy, eso.RefreshPeriodic},
	} {
		if policy.value != "" && policy.value != policy.now {
			d.Note(draft.Changed, o.Object, policy.field, at, "it is %q, and will be %s", policy.value, policy.now)
		}
	}
	if target.Immutable {
		d.Note(draft.Changed, o.Object, fieldpath.Of("spec", "target", "immutable"), at,
			"the Secret will not be immutable, so that it follows Scaleway")
	}
	return true
}

// interval between two reads; empty for the operator's default, an hour.
func interval(d *draft.Draft, c *draft.Component, o objects.Typed[eso.ExternalSecret]) spec.Duration {
	written := o.Value.Spec.RefreshInterval
	if written == nil {
		return ""
	}
	span, err := spec.Duration(*written).Parse()
	switch {
	case err != nil:
		d.Note(draft.Changed, o.Object, fieldpath.Of("spec", "refreshInterval"), c.Path("secrets"),
			"a Segregation reads again and again: it will be 1h")
		return ""
	case span == eso.DefaultRefreshInterval:
		return ""
	}
	return spec.Duration(*written)
}

// keepOneFolder finds the folder that most values are read from, and drops the values of others.
func (s *Secret) keepOneFolder(d *draft.Draft) {
	var folders []string
	for _, v := range s.Values {
		folders = append(folders, v.folder)
	}
	s.Folder = draft.MostCommon(folders, "")
	s.Values = slices.DeleteFunc(s.Values, func(v Value) bool {
		foreign := v.folder != "" && v.folder != s.Folder
		if foreign {
			d.Note(draft.NotCarried, v.Object, v.Field, s.Component.Path("secrets"),
				"%s is read from folder %q, and a group reads from one folder, here %q: copy the secret into "+
					"this one or, where no other component reads that folder, make a group of secretGroups for it",
				cmp.Or(v.Key, v.Name), v.folder, s.Folder)
		}
		return foreign
	})
}

// noteDoubts notes what was guessed, each kind of guess once.
func (s *Secret) noteDoubts(d *draft.Draft) {
	for _, doubt := range []string{doubtSlash, doubtName, doubtForm, doubtRooted} {
		first := slices.IndexFunc(s.Values, func(v Value) bool { return v.doubt == doubt })
		if first >= 0 {
			d.Note(draft.Changed, s.Object, s.Values[first].Field, s.Component.Path("secrets"), "%s", doubt)
		}
	}
}
