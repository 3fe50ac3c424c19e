package stores

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/secretflow"
)

// secret holds the Secret of a group against what is declared.
func (d *declared) secret(g *group) {
	if len(g.Entries)+len(g.Optional)+len(g.Extract) == 0 {
		return
	}
	target := g.ref(g.Target)
	writers := d.writers[target]
	if len(writers) == 0 {
		if o, found := d.byName[g.ref(g.ExternalSecret)]; found && d.byTarget[targetOf(o)] == nil {
			d.differs(o.Object, finding.Error, "spec.target.name", o.Value.Spec.Target.Name, g.Target)
			return
		}
		d.absent("ExternalSecret", g.ref(g.ExternalSecret),
			fmt.Sprintf("no ExternalSecret writes Secret %q of %s, so the keys %s are missing", g.Target, g, keyList(declaredKeys(g))))
		return
	}
	for _, o := range writers {
		d.how(g, o)
	}
	if slices.ContainsFunc(writers, d.isTemplated) {
		return
	}
	w := &wanted{declared: d, group: g, by: writers[0].Object, left: slices.Clone(d.readsOf[target])}
	w.check()
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
	if more := len(keys) - few; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(keys[:few], ", "), more)
	}
	return strings.Join(keys, ", ")
}

// how holds the way in which a Secret is written against what is declared.
func (d *declared) how(g *group, o objects.Typed[eso.ExternalSecret]) {
	spec := &o.Value.Spec
	if policy := spec.Target.CreationPolicy; policy != "" && policy != "Owner" {
		d.differs(o.Object, finding.Error, "spec.target.creationPolicy", policy, "Owner")
	}
	if template := spec.Target.Template; template != nil {
		if template.Type != "" && template.Type != "Opaque" {
			d.differs(o.Object, finding.Warning, "spec.target.template.type", template.Type, "Opaque")
		}
		if d.isTemplated(o) {
			d.report(o.Object, finding.Finding{
				Code: finding.NotAsDeclared, Severity: finding.Error, Field: "spec.target.template",
				Message: "a template makes the content of the Secret; the Segregation declares the values as they are in Scaleway",
				Fix:     "remove data and templateFrom of the template",
			})
		}
	}
	const standard = time.Hour // the API's default
	interval := standard
	if spec.RefreshInterval != nil {
		parsed, err := time.ParseDuration(*spec.RefreshInterval)
		if err != nil {
			return // found where the values are judged
		}
		interval = parsed
	}
	if interval != g.RefreshInterval && !d.isBlamed(o.Object, "spec.refreshPolicy") {
		d.differs(o.Object, finding.Warning, "spec.refreshInterval", interval.String(), g.RefreshInterval.String())
	}
}

func (d *declared) isTemplated(o objects.Typed[eso.ExternalSecret]) bool {
	template := o.Value.Spec.Target.Template
	return template != nil && len(template.Data)+len(template.TemplateFrom) > 0
}

// wanted matches the entries of a Secret with the keys that are declared.
type wanted struct {
	*declared
	group *group
	// by is where what is missing is reported.
	by *objects.Object
	// left are the reads that are not matched yet.
	left []*secretflow.Read
	// missing are the keys that no entry writes.
	missing []plan.Entry
}

func (w *wanted) check() {
	for _, read := range w.left {
		w.store(read)
	}
	for _, entry := range w.group.Entries {
		w.key(entry, eso.ReadValue)
	}
	for _, entry := range w.group.Optional {
		w.key(entry, eso.ReadFind)
	}
	w.renamed()
	var missing []string
	for _, entry := range w.missing {
		missing = append(missing, entry.Key)
	}
	for _, extract := range w.group.Extract {
		if !w.extract(extract) {
			missing = append(missing, "of JSON secret "+extract.Secret)
		}
	}
	if len(missing) > 0 {
		w.report(w.by, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: "spec.data",
			Message: fmt.Sprintf("the keys %s of Secret %q are declared, but nothing writes them", keyList(missing), w.group.Target),
			Fix:     "restore what was generated",
		})
	}
	w.undeclaredKeys()
}

// store holds the store of an entry against what is declared, once for what all entries share.
func (w *wanted) store(read *secretflow.Read) {
	if read.Kind == eso.ReadGenerator || read.StoreRef.Name == "" {
		return
	}
	if read.StoreRef.Kind != "SecretStore" {
		w.differs(read.By, finding.Error, read.StoreField+".kind", read.StoreRef.Kind, "SecretStore")
	} else if read.StoreRef.Name != w.group.Store {
		w.differs(read.By, finding.Error, read.StoreField+".name", read.StoreRef.Name, w.group.Store)
	}
	if read.Store == nil && w.stores[w.group.ref(w.group.Store)] == nil {
		w.blame(read.By, read.StoreField) // the store that is missing is found already
	}
}

// key matches one key. Entries that write it once more are found as such.
func (w *wanted) key(entry plan.Entry, kind eso.ReadKind) {
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
	if !w.isBlamed(first.By, first.Field) {
		w.compare(first, entry, kind)
	}
}

func (w *wanted) compare(read *secretflow.Read, entry plan.Entry, kind eso.ReadKind) {
	switch {
	case kind == eso.ReadFind && read.Kind == eso.ReadValue:
		w.report(read.By, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Warning, Field: read.Field,
			Message: fmt.Sprintf("key %q is declared optional; written like this, it keeps all others from syncing while its secret is missing", read.Key),
			Fix:     "search it with dataFrom.find, or declare it in keys",
		})
	case kind == eso.ReadValue && read.Kind == eso.ReadFind:
		w.report(read.By, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Warning, Field: read.Field,
			Message: fmt.Sprintf("key %q is declared required; written like this, it is left out unseen while its secret is missing", read.Key),
			Fix:     "read it with data, or declare it in optionalKeys",
		})
	}
	w.remote(read, secretflow.Remote{
		Reference: eso.PathReference(w.group.Folder, entry.Secret), Property: entry.Property, Version: entry.Version,
	})
}

// renamed matches missing keys with entries that read the right secret into a wrong key, or whose key is not known because
// of what is found already.
func (w *wanted) renamed() {
	w.missing = slices.DeleteFunc(w.missing, func(entry plan.Entry) bool {
		at := slices.IndexFunc(w.left, func(read *secretflow.Read) bool { return w.means(read, entry) })
		if at < 0 {
			return false
		}
		read := w.left[at]
		w.left = slices.Delete(w.left, at, at+1)
		switch {
		case w.isBlamed(read.By, read.Field):
		case read.Kind == eso.ReadValue:
			w.differs(read.By, finding.Error, read.Field+".secretKey", read.Key, entry.Key)
		case read.Remote.Name == "":
			w.differs(read.By, finding.Error, read.Field+".find.name.regexp", expression(read), "^"+regexp.QuoteMeta(entry.Secret)+"$")
		default:
			w.differs(read.By, finding.Error, read.Field+".rewrite", read.Key, entry.Key)
		}
		return true
	})
}

// means says whether an entry that writes no declared key seems to be for this one.
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

// expression is what a search looks for.
func expression(read *secretflow.Read) string {
	if read.DataFrom.Find.Name == nil {
		return ""
	}
	return read.DataFrom.Find.Name.RegExp
}

func (w *wanted) isDeclared(key string) bool {
	is := func(entry plan.Entry) bool { return entry.Key == key }
	return slices.ContainsFunc(w.group.Entries, is) || slices.ContainsFunc(w.group.Optional, is)
}

func (w *wanted) isExtracted(secret string) bool {
	return slices.ContainsFunc(w.group.Extract, func(extract plan.Extract) bool { return extract.Secret == secret })
}

// extract matches a JSON secret whose every property becomes a key: the entry that reads it or, where there is none, one that
// reads what is not declared.
func (w *wanted) extract(wants plan.Extract) bool {
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
	if !w.isBlamed(read.By, read.Field) {
		w.remote(read, secretflow.Remote{Reference: eso.PathReference(w.group.Folder, wants.Secret), Version: wants.Version})
		if len(read.DataFrom.Rewrite) > 0 {
			w.report(read.By, finding.Finding{
				Code: finding.NotAsDeclared, Severity: finding.Error, Field: read.Field + ".rewrite",
				Message: "the keys are rewritten; the Segregation declares the properties' names", Fix: "remove rewrite",
			})
		}
	}
	return true
}

// undeclaredKeys reports the entries that match nothing that is declared.
func (w *wanted) undeclaredKeys() {
	for _, read := range w.left {
		if w.isBlamed(read.By, read.Field) {
			continue
		}
		what := fmt.Sprintf("key %q", read.Key)
		switch {
		case read.Kind == eso.ReadExtract:
			what = fmt.Sprintf("that JSON secret %q is extracted", read.Remote.Name)
		case read.Key == "" && read.Kind == eso.ReadFind:
			what = "a search for secrets of unknown names"
		case read.Kind == eso.ReadGenerator:
			what = "values of a generator"
		}
		w.report(read.By, finding.Finding{
			Code: finding.UndeclaredSecret, Severity: finding.Error, Field: read.Field,
			Message: fmt.Sprintf("the Segregation does not declare %s in Secret %q", what, w.group.Target), Fix: "declare it, or remove it",
		})
	}
}
