package stores

import (
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// withoutSecretKeys is the first version of the operator whose templates do not read Secrets by getSecretKey.
var withoutSecretKeys = eso.Version{Major: 1, Minor: 2}

// templated is an object with a template.
type templated struct {
	by *objects.Object
	// path of the template in by.
	path     fieldpath.Path
	template *eso.Template
	// namespace is empty where the object is for several.
	namespace string
	// values are those that the template may use; nil where they are not known.
	values *values
}

// values are the keys that the entries of an ExternalSecret read; false for one that may be missing.
type values struct {
	keys map[string]bool
	// open is true where there may be others.
	open bool
}

// text is one template, and where it is written.
type text struct {
	field fieldpath.Path
	// at is where it is found in words; empty for what is at the field itself.
	at   string
	text string
}

// templates are those of the input.
func (j *judge) templates() []templated {
	var all []templated
	add := func(o *objects.Object, path fieldpath.Path, template *eso.Template, namespace string, known *values) {
		if template != nil {
			all = append(all, templated{o, path, template, namespace, known})
		}
	}
	for _, o := range j.set.ExternalSecrets {
		spec := &o.Value.Spec
		add(o.Object, fieldpath.Of("spec", "target", "template"), spec.Target.Template, o.Namespace, valuesOf(spec))
	}
	for _, o := range j.set.ClusterExternalSecrets {
		if spec := o.Value.Spec.ExternalSecretSpec; spec != nil {
			path := fieldpath.Of("spec", "externalSecretSpec", "target", "template")
			add(o.Object, path, spec.Target.Template, "", valuesOf(spec))
		}
	}
	for _, o := range j.set.PushSecrets {
		add(o.Object, fieldpath.Of("spec", "template"), o.Value.Spec.Template, o.Namespace, nil)
	}
	for _, o := range j.set.ClusterPushSecrets {
		if spec := o.Value.Spec.PushSecretSpec; spec != nil {
			add(o.Object, fieldpath.Of("spec", "pushSecretSpec", "template"), spec.Template, "", nil)
		}
	}
	return all
}

func valuesOf(spec *eso.ExternalSecretSpec) *values {
	known := &values{keys: map[string]bool{}}
	for _, read := range spec.Reads() {
		if read.Key == "" || read.Generates {
			known.open = true
			continue
		}
		known.keys[read.Key] = known.keys[read.Key] || !read.Optional
	}
	return known
}

// texts are the templates that are written in the object itself.
func (t *templated) texts() []text {
	var all []text
	for _, part := range []struct {
		field fieldpath.Path
		texts map[string]string
	}{
		{t.path.Child("data"), t.template.Data},
		{t.path.Child("metadata", "labels"), t.template.Metadata.Labels},
		{t.path.Child("metadata", "annotations"), t.template.Metadata.Annotations},
	} {
		for _, name := range slices.Sorted(maps.Keys(part.texts)) {
			all = append(all, text{field: part.field.Child(name), text: part.texts[name]})
		}
	}
	for i, from := range t.template.TemplateFrom {
		if from.Literal != nil {
			field := t.path.Child("templateFrom").Index(i).Child("literal")
			all = append(all, text{field: field, text: *from.Literal})
		}
	}
	return all
}

// templateUses finds what templates use and nothing reads.
func (j *judge) templateUses() verdict.Result {
	r := explaining.New(explaining.OfReferences)
	sources := j.templateSources()
	for _, t := range j.templates() {
		texts := t.texts()
		for i, from := range t.template.TemplateFrom {
			field := t.path.Child("templateFrom").Index(i)
			texts = append(texts, sources.textsOf(r, &t, field.Child("configMap"), "ConfigMap", from.ConfigMap)...)
			texts = append(texts, sources.textsOf(r, &t, field.Child("secret"), "Secret", from.Secret)...)
		}
		for _, one := range texts {
			usesOfText(r, &t, one)
		}
	}
	return r.Result
}

// usesOfText reports what one template uses and nothing reads, each key once.
func usesOfText(r *explaining.Findings, t *templated, one text) {
	use, ok := eso.ParseTemplateUse(one.text)
	if !ok {
		r.ReportUnless(t.by, []fieldpath.Path{one.field}, finding.Finding{
			Code: finding.TemplateUsesMissing, Severity: finding.Error, Field: one.field,
			Message: one.at + "it is no Go template, so nothing is synced", Fix: "correct it",
		})
		return
	}
	if t.values == nil {
		return
	}
	seen := map[eso.KeyUse]bool{}
	for _, key := range use.Keys {
		if f, wrong := t.values.judge(key); wrong && !seen[key] {
			seen[key] = true
			f.Code, f.Field, f.Message = finding.TemplateUsesMissing, one.field, one.at+f.Message
			r.ReportUnless(t.by, []fieldpath.Path{one.field}, f)
		}
	}
}

// judge is the finding about the use of a key; wrong is false where it is there.
func (v *values) judge(key eso.KeyUse) (f finding.Finding, wrong bool) {
	required, known := v.keys[key.Name]
	switch {
	case key.Field != "":
		f = finding.Finding{
			Severity: finding.Error, Fix: "take it apart with fromJson, or read the property by an entry of data",
			Message: fmt.Sprintf("the template takes field %q of key %q, whose value is text; the operator fails there, "+
				"and syncs nothing", key.Field, key.Name),
		}
	case known && required || !known && v.open:
		return f, false
	case known:
		f = finding.Finding{
			Severity: finding.Warning, Fix: "read it by an entry of data, or take it with index",
			Message: fmt.Sprintf("the template uses key %q, which is searched and may be missing; then the operator "+
				"fails, and syncs nothing", key.Name),
		}
	default:
		f = finding.Finding{
			Severity: finding.Error, Fix: "correct the name, or read the key",
			Message: fmt.Sprintf("the template uses key %q, which no entry reads; the operator fails there, and syncs "+
				"nothing", key.Name),
		}
	}
	if !key.Always {
		f.Severity = finding.Warning
	}
	return f, true
}

// templateSources are the ConfigMaps and Secrets of the input from which templates are taken.
type templateSources struct {
	configMaps map[secretflow.Ref]map[string]string
	flow       *secretflow.Graph
}

func (j *judge) templateSources() *templateSources {
	s := &templateSources{configMaps: map[secretflow.Ref]map[string]string{}, flow: j.flow}
	for _, o := range j.set.ConfigMaps {
		s.configMaps[secretflow.Ref{Namespace: o.Namespace, Name: o.Name}] = o.Value.Data
	}
	return s
}

// textsOf are the templates that a ConfigMap holds. Those of Secrets are not read: they are values.
func (s *templateSources) textsOf(
	r *explaining.Findings, t *templated, field fieldpath.Path, kind string, ref *eso.TemplateRef,
) []text {
	if ref == nil || t.namespace == "" {
		return nil
	}
	name := secretflow.Ref{Namespace: t.namespace, Name: ref.Name}
	has, found, open := s.keysOf(kind, name)
	var texts []text
	for i, item := range ref.Items {
		at := field.Child("items").Index(i).Child("key")
		switch {
		case !found:
			r.ReportUnless(t.by, []fieldpath.Path{field.Child("name"), at}, finding.Finding{
				Code: finding.TemplateUsesMissing, Severity: finding.Info, Field: field.Child("name"),
				Message: fmt.Sprintf("assumed: %s %s is there and has the key %q; it is not in the input, so its template "+
					"was not read", kind, objects.Path(name.Namespace, name.Name), item.Key),
				Fix: "check it together with the " + kind,
			})
		case has(item.Key) && kind == "ConfigMap":
			texts = append(texts, text{
				field: at, text: s.configMaps[name][item.Key],
				at: fmt.Sprintf("in ConfigMap %s: ", objects.Path(name.Namespace, name.Name)),
			})
		case !has(item.Key) && !open:
			r.ReportUnless(t.by, []fieldpath.Path{at}, finding.Finding{
				Code: finding.TemplateUsesMissing, Severity: finding.Error, Field: at,
				Message: fmt.Sprintf("%s %s has no key %q; the operator fails there, and syncs nothing", kind,
					objects.Path(name.Namespace, name.Name), item.Key),
				Fix: "correct the key",
			})
		}
	}
	return texts
}

// keysOf looks a source up: which keys it has, whether it is in the input, and whether it may have others.
func (s *templateSources) keysOf(kind string, name secretflow.Ref) (has func(string) bool, found, open bool) {
	if kind == "ConfigMap" {
		data, found := s.configMaps[name]
		return func(key string) bool { _, is := data[key]; return is }, found, false
	}
	secret := s.flow.Lookup(name)
	if secret == nil || len(secret.Creators) == 0 {
		return nil, false, false
	}
	return func(key string) bool {
		return slices.ContainsFunc(secret.Keys, func(k secretflow.Key) bool { return k.Name == key })
	}, true, secret.Open
}

// templateReads finds templates that copy other Secrets.
func (j *judge) templateReads() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	apiKeys := j.apiKeysOf()
	for _, t := range j.templates() {
		if t.namespace != "" && j.components.Of(t.namespace) == nil {
			continue
		}
		for _, one := range t.texts() {
			use, _ := eso.ParseTemplateUse(one.text)
			for _, read := range use.SecretKeys {
				j.readsByFunction(r, &t, one.field, read, apiKeys)
			}
		}
		for i, from := range t.template.TemplateFrom {
			if from.Secret != nil && t.namespace != "" {
				ref := secretflow.Ref{Namespace: t.namespace, Name: from.Secret.Name}
				copiesAPIKey(r, &t, t.path.Child("templateFrom").Index(i).Child("secret", "name"), ref, apiKeys)
			}
		}
	}
	return r.Result
}

// apiKeysOf are the stores whose API key each Secret holds.
func (j *judge) apiKeysOf() map[secretflow.Ref]string {
	found := map[secretflow.Ref]string{}
	for i := range j.components.Components {
		component := &j.components.Components[i]
		if component.Plan == nil {
			continue
		}
		for k := range component.Plan.Groups {
			group := &component.Plan.Groups[k]
			ref := secretflow.Ref{Namespace: component.Namespace, Name: group.Credentials.Name}
			found[ref] = "SecretStore " + objects.Path(component.Namespace, group.Store)
		}
	}
	for _, store := range j.flow.Stores {
		for _, ref := range []secretflow.Ref{store.AccessKeyIn, store.SecretKeyIn} {
			if ref.Name != "" {
				found[ref] = store.String()
			}
		}
	}
	return found
}

// copiesAPIKey reports a template that is taken from a Secret with an API key.
func copiesAPIKey(
	r *explaining.Findings, t *templated, field fieldpath.Path, ref secretflow.Ref, apiKeys map[secretflow.Ref]string,
) {
	store := apiKeys[ref]
	if store == "" {
		return
	}
	r.Report(t.by, finding.Finding{
		Code: finding.TemplateReadsSecret, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("the template copies Secret %s, which holds the API key of %s",
			objects.Path(ref.Namespace, ref.Name), store),
		Counterexample: "whoever gets what " + t.by.String() + " writes reads whatever the API key reads",
		Fix:            "remove it; nothing but the store needs the API key",
		Lead:           t.lead(ref),
	})
}

// lead is that whoever is in the namespace that the template writes to has a Secret.
func (t *templated) lead(ref secretflow.Ref) *finding.Lead {
	if t.namespace == "" {
		return nil
	}
	return finding.NewLead(finding.OfComponent.In(t.namespace), secretEnd(ref))
}

// readsByFunction reports a call of getSecretKey.
func (j *judge) readsByFunction(
	r *explaining.Findings, t *templated, field fieldpath.Path, read eso.SecretKeyUse, apiKeys map[secretflow.Ref]string,
) {
	f := finding.Finding{
		Code: finding.TemplateReadsSecret, Severity: finding.Error, Field: field,
		Fix: "remove getSecretKey; read from Scaleway",
	}
	ref := secretflow.Ref{Namespace: read.Namespace, Name: read.Name}
	switch {
	case j.version.From(withoutSecretKeys):
		f.Code = finding.TemplateUsesMissing
		f.Message = fmt.Sprintf("the operator has no function getSecretKey since %s, so nothing is synced",
			withoutSecretKeys)
	case read.Namespace == "" || read.Name == "":
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("not decided: getSecretKey reads a Secret of any namespace with the operator's rights, "+
			"before %s; which one is not written out", withoutSecretKeys)
	case read.Namespace == t.namespace:
		copiesAPIKey(r, t, field, ref, apiKeys)
		return
	case j.components.Of(read.Namespace) == nil:
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("not decided: getSecretKey reads Secret %s with the operator's rights, before %s; its "+
			"namespace is no component", objects.Path(ref.Namespace, ref.Name), withoutSecretKeys)
	default:
		f.Message = fmt.Sprintf("getSecretKey reads Secret %s of %s with the operator's rights, before %s",
			objects.Path(ref.Namespace, ref.Name), j.name(read.Namespace), withoutSecretKeys)
		f.Lead = t.lead(ref)
		f.Counterexample = fmt.Sprintf("whoever gets what %s writes has key %q of Secret %s", t.by, read.Key,
			objects.Path(ref.Namespace, ref.Name))
	}
	r.Report(t.by, f)
}

// otherKinds finds ExternalSecrets that write an object of another kind than a Secret.
func (j *judge) otherKinds() verdict.Result {
	r := explaining.New(explaining.OfLeftovers)
	report := func(o *objects.Object, path fieldpath.Path, target *eso.Target) {
		if target.Manifest == nil {
			return
		}
		manifest := target.Manifest
		f := finding.Finding{
			Code: finding.WritesOtherKind, Severity: finding.Warning, Field: path.Child("manifest"), Fix: "write a Secret",
		}
		if manifest.APIVersion == "v1" && manifest.Kind == "ConfigMap" {
			f.Message = "target.manifest writes the values into a ConfigMap, which more may read than Secrets"
		} else {
			f.Undecided = true
			f.Message = fmt.Sprintf("not decided: target.manifest writes a %s of %s, whose content was not checked",
				manifest.Kind, manifest.APIVersion)
		}
		r.ReportUnless(o, []fieldpath.Path{path.Child("manifest")}, f)
	}
	for _, o := range j.set.ExternalSecrets {
		if j.components.Of(o.Namespace) != nil {
			report(o.Object, fieldpath.Of("spec", "target"), &o.Value.Spec.Target)
		}
	}
	for _, o := range j.set.ClusterExternalSecrets {
		if spec := o.Value.Spec.ExternalSecretSpec; spec != nil {
			report(o.Object, fieldpath.Of("spec", "externalSecretSpec", "target"), &spec.Target)
		}
	}
	return r.Result
}
