package stores

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// secretsAsDeclared compares the Secret of every group with what is declared.
func (d *declared) secretsAsDeclared() verdict.Result {
	r := explaining.New(explaining.OfDeclaredSecrets)
	for i := range d.groups {
		if d.groups[i].hasKeys() {
			d.compareGroup(r, &d.groups[i])
		}
	}
	return r.Result
}

// compareGroup compares the Secret of a group, and what is in it, with what is declared.
func (d *declared) compareGroup(r *explaining.Findings, g *group) {
	target := g.ref(g.Target)
	writers := d.writers[target]
	if len(writers) == 0 {
		if o, found := d.byName[g.ref(g.ExternalSecret)]; found && d.byTarget[targetOf(o)] == nil {
			addDifference(r, o.Object, finding.Error, fieldpath.Of("spec", "target", "name"), o.Value.Spec.Target.Name,
				g.Target)
			return
		}
		addAbsence(r, eso.ExternalSecretKind, g.ref(g.ExternalSecret),
			fmt.Sprintf("no ExternalSecret writes Secret %q of %s, so the keys %s are missing",
				g.Target, g, keyList(declaredKeys(g))))
		return
	}
	for _, o := range writers {
		d.compareSecret(r, g, o)
	}
	if len(g.Template) == 0 && d.isTemplated(g) {
		return
	}
	w := &wanted{found: r, group: g, by: writers[0].Object, left: slices.Clone(d.readsOf[target])}
	w.matchKeys()
}

func declaredKeys(g *group) []string {
	var keys []string
	for _, entry := range slices.Concat(g.Entries, g.Optional) {
		keys = append(keys, entry.Key)
	}
	for _, extract := range g.Extract {
		keys = append(keys, "of JSON secret "+extract.Secret)
	}
	return keys
}

// keyList names keys, the first few of them.
func keyList(keys []string) string {
	const few = 6
	return phrase.Few(few, keys)
}

// compareSecret compares how a Secret is written with what is declared.
func (d *declared) compareSecret(r *explaining.Findings, g *group, o objects.Typed[eso.ExternalSecret]) {
	spec := &o.Value.Spec
	r.Decide(o.Object, fieldpath.Of("spec"), explaining.AsDeclared)
	if policy := spec.Target.CreationPolicy; policy != "" && policy != eso.CreateOwned {
		addDifference(r, o.Object, finding.Error, fieldpath.Of("spec", "target", "creationPolicy"), policy,
			eso.CreateOwned)
	}
	compareType(r, g, o)
	if len(g.Template) > 0 {
		compareTemplate(r, g, o)
	} else if spec.Target.Template.MakesKeys() {
		r.Report(o.Object, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: fieldpath.Of("spec", "target", "template"),
			Message: "a template makes the content of the Secret; the Segregation declares the values as they are " +
				"in Scaleway",
			Fix: "remove data and templateFrom of the template",
		})
	}
	interval, err := spec.Interval()
	if err == nil && interval != g.RefreshInterval {
		field := fieldpath.Of("spec", "refreshInterval")
		f := difference(finding.Warning, field, interval.String(), g.RefreshInterval.String())
		r.ReportUnless(o.Object, []fieldpath.Path{field, fieldpath.Of("spec", "refreshPolicy")}, f)
	}
}

// isTemplated reports whether a template makes the keys of the Secret of a group.
func (d *declared) isTemplated(g *group) bool {
	return slices.ContainsFunc(d.writers[g.ref(g.Target)], func(o objects.Typed[eso.ExternalSecret]) bool {
		return o.Value.Spec.Target.Template.MakesKeys()
	})
}

// wanted matches the entries of a Secret with the keys that are declared.
type wanted struct {
	found *explaining.Findings
	group *group
	// by is where what is missing is reported.
	by *objects.Object
	// left are the reads that are not matched yet.
	left []*secretflow.Read
	// missing are the keys that no entry writes.
	missing []plan.Entry
}

// report adds a finding about an entry, unless the entry or the field is explained already. It explains only its
// field, and nothing where that is the whole entry: what else is wrong with the entry is to be found too.
func (w *wanted) report(read *secretflow.Read, f finding.Finding) {
	entry, field := verdict.Subject{Object: read.By, Field: read.Field},
		verdict.Subject{Object: read.By, Field: f.Field}
	c := verdict.Candidate{
		Finding: read.By.About(f), Precedence: int(explaining.OfDeclaredKeys), Unless: []verdict.Subject{entry, field},
	}
	if field != entry {
		c.Explains = []verdict.Subject{field}
	}
	w.found.Result.Add(c)
}

// entryDiffers adds the finding about a field of an entry that is not as declared.
func (w *wanted) entryDiffers(read *secretflow.Read, field fieldpath.Path, got, want string) {
	w.report(read, difference(finding.Error, field, got, want))
}

func (w *wanted) matchKeys() {
	for _, read := range w.left {
		w.compareStoreOf(read)
	}
	for _, entry := range w.group.Entries {
		w.matchKey(entry, eso.ReadValue)
	}
	for _, entry := range w.group.Optional {
		w.matchKey(entry, eso.ReadFind)
	}
	w.matchRenamed()
	var missing []string
	for _, entry := range w.missing {
		missing = append(missing, entry.Key)
	}
	for _, extract := range w.group.Extract {
		if !w.matchExtract(extract) {
			missing = append(missing, "of JSON secret "+extract.Secret)
		}
	}
	if len(missing) > 0 {
		w.found.Report(w.by, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: fieldpath.Of("spec", "data"),
			Message: fmt.Sprintf("the keys %s of Secret %q are declared, but nothing writes them", keyList(missing),
				w.group.Target),
			Fix: "restore what was generated",
		})
	}
	w.undeclaredKeys()
}

// compareStoreOf compares the store of an entry with what is declared, once for what all entries share.
func (w *wanted) compareStoreOf(read *secretflow.Read) {
	if read.Generates || read.StoreRef.Name == "" {
		return
	}
	if read.StoreRef.Kind != eso.SecretStoreKind {
		addDifference(w.found, read.By, finding.Error, read.StoreField.Child("kind"), read.StoreRef.Kind,
			eso.SecretStoreKind)
	} else if read.StoreRef.Name != w.group.Store {
		addDifference(w.found, read.By, finding.Error, read.StoreField.Child("name"), read.StoreRef.Name,
			w.group.Store)
	}
}

// matchKey matches one key. Entries that write it once more are found as such.
func (w *wanted) matchKey(entry plan.Entry, kind eso.ReadKind) {
	var first *secretflow.Read
	w.left = slices.DeleteFunc(w.left, func(read *secretflow.Read) bool {
		if read.Key != entry.Key {
			return false
		}
		if first == nil {
			first = read
		}
		return true
	})
	if first == nil {
		w.missing = append(w.missing, entry)
		return
	}
	w.compareEntry(first, entry, kind)
}

// compareEntry compares the entry that writes a key with what is declared.
func (w *wanted) compareEntry(read *secretflow.Read, entry plan.Entry, kind eso.ReadKind) {
	switch {
	case kind == eso.ReadFind && read.Kind == eso.ReadValue:
		w.report(read, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Warning, Field: read.Field,
			Message: fmt.Sprintf("key %q is declared optional; written like this, it keeps all others from syncing "+
				"while its secret is missing", read.Key),
			Fix: "search it with dataFrom.find, or declare it in keys",
		})
	case kind == eso.ReadValue && read.Kind == eso.ReadFind:
		w.report(read, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Warning, Field: read.Field,
			Message: fmt.Sprintf("key %q is declared required; written like this, it is left out unseen while its "+
				"secret is missing", read.Key),
			Fix: "read it with data, or declare it in optionalKeys",
		})
	}
	w.compareRemote(read, secretflow.Remote{
		Reference: eso.PathReference(w.group.Folder, entry.Secret), Property: entry.Property, Version: entry.Version,
	})
}

// matchRenamed matches missing keys with entries that read the right secret into a wrong key, or whose key is not known
// because of what is found already.
func (w *wanted) matchRenamed() {
	w.missing = slices.DeleteFunc(w.missing, func(entry plan.Entry) bool {
		at := slices.IndexFunc(w.left, func(read *secretflow.Read) bool { return w.means(read, entry) })
		if at < 0 {
			return false
		}
		read := w.left[at]
		w.left = slices.Delete(w.left, at, at+1)
		switch {
		case read.Kind == eso.ReadValue:
			w.entryDiffers(read, read.Field.Child("secretKey"), read.Key, entry.Key)
		case read.Remote.Name == "":
			w.entryDiffers(read, read.Field.Child("find", "name", "regexp"), read.DataFrom.Find.Expression(),
				eso.ExactName(entry.Secret))
		default:
			w.entryDiffers(read, read.Field.Child("rewrite"), read.Key, entry.Key)
		}
		return true
	})
}

// means reports whether an entry that writes no declared key seems to be for this one.
func (w *wanted) means(read *secretflow.Read, entry plan.Entry) bool {
	if read.Kind == eso.ReadExtract || read.Remote.Folder != w.group.Folder || w.isDeclared(read.Key) {
		return false
	}
	if read.Kind == eso.ReadFind && read.Remote.Name == "" {
		return slices.ContainsFunc(read.DataFrom.Rewrite, func(rewrite eso.Rewrite) bool {
			return rewrite.RegExp != nil && rewrite.RegExp.Target != nil && *rewrite.RegExp.Target == entry.Key
		})
	}
	return read.Remote.Name == entry.Secret && read.Remote.Property == entry.Property
}

func (w *wanted) isDeclared(key string) bool {
	is := func(entry plan.Entry) bool { return entry.Key == key }
	return slices.ContainsFunc(w.group.Entries, is) || slices.ContainsFunc(w.group.Optional, is)
}

func (w *wanted) isExtracted(secret string) bool {
	return slices.ContainsFunc(w.group.Extract, func(extract plan.Extract) bool { return extract.Secret == secret })
}

// matchExtract matches a JSON secret whose every property becomes a key with the entry that reads it or, where there is
// none, with one that reads what is not declared.
func (w *wanted) matchExtract(wants plan.Extract) bool {
	at := slices.IndexFunc(w.left, func(read *secretflow.Read) bool {
		return read.Kind == eso.ReadExtract && read.Remote.Name == wants.Secret
	})
	if at < 0 {
		at = slices.IndexFunc(w.left, func(read *secretflow.Read) bool {
			return read.Kind == eso.ReadExtract && !w.isExtracted(read.Remote.Name)
		})
	}
	if at < 0 {
		return false
	}
	read := w.left[at]
	w.left = slices.Delete(w.left, at, at+1)
	w.compareRemote(read, secretflow.Remote{Reference: eso.PathReference(w.group.Folder, wants.Secret),
		Version: wants.Version})
	if len(read.DataFrom.Rewrite) > 0 {
		w.report(read, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: read.Field.Child("rewrite"),
			Message: "the keys are rewritten; the Segregation declares the properties' names", Fix: "remove rewrite",
		})
	}
	return true
}

// undeclaredKeys reports the entries that match nothing that is declared.
func (w *wanted) undeclaredKeys() {
	for _, read := range w.left {
		what := fmt.Sprintf("key %q", read.Key)
		switch {
		case read.Kind == eso.ReadExtract:
			what = fmt.Sprintf("that JSON secret %q is extracted", read.Remote.Name)
		case read.Key == "" && read.Kind == eso.ReadFind:
			what = "a search for secrets of unknown names"
		case read.Kind == eso.ReadGenerator:
			what = "values of a generator"
		}
		entry := []verdict.Subject{{Object: read.By, Field: read.Field}}
		w.found.AddAt(explaining.OfDeclaredKeys, read.By, entry, finding.Finding{
			Code: finding.SyncedUndeclared, Severity: finding.Error, Field: read.Field,
			Message: fmt.Sprintf("the Segregation does not declare %s in Secret %q", what, w.group.Target),
			Fix:     "declare it, or remove it",
		})
	}
}
