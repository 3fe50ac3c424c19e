package content

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/sync/template"
	"cloison.dev/cloison/internal/syntax"
)

// shape makes the content of the keys that were read: as they are, or by the template.
func (m *maker) shape(of *eso.ExternalSecret, read map[string][]byte, into *Content) {
	shaped := of.Spec.Target.Template
	if shaped == nil {
		into.Data = read
		into.Labels = maps.Clone(of.Labels)
		into.Annotations = maps.Clone(of.Annotations)
		delete(into.Annotations, corev1.LastAppliedConfigAnnotation)
		return
	}
	into.Type = corev1.SecretType(shaped.Type)
	into.Data = map[string][]byte{}
	if shaped.MergePolicy == eso.TemplateMerge || !shaped.MakesKeys() {
		maps.Copy(into.Data, read)
	}
	into.Labels, into.Annotations = map[string]string{}, map[string]string{}
	values := make(map[string]string, len(read))
	for key, value := range read {
		values[key] = string(value)
	}
	t := templates{maker: m, values: values, into: into}
	t.from(shaped.TemplateFrom)
	at := fieldpath.Of("spec", "target", "template")
	t.each(at.Child("data"), shaped.Data, eso.TargetData)
	t.each(at.Child("metadata", "labels"), shaped.Metadata.Labels, eso.TargetLabels)
	t.each(at.Child("metadata", "annotations"), shaped.Metadata.Annotations, eso.TargetAnnotations)
}

// templates executes the templates of one ExternalSecret.
type templates struct {
	*maker
	values map[string]string
	into   *Content
}

// each executes a template for each of several keys.
func (t templates) each(at fieldpath.Path, texts map[string]string, target string) {
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		made, err := template.Execute(texts[key], t.values)
		if err != nil {
			t.add(Problem{Field: at.Child(key), Text: "the template of " + key + ", " + err.Error()})
			continue
		}
		t.put(at.Child(key), key, made, target)
	}
}

// from executes templates that make keys and values at once. Those of ConfigMaps and Secrets are not served.
func (t templates) from(sources []eso.TemplateFrom) {
	for i, source := range sources {
		if source.Literal == nil {
			continue
		}
		at := fieldpath.Of("spec", "target", "template", "templateFrom").Index(i).Child("literal")
		made, err := template.Execute(*source.Literal, t.values)
		if err != nil {
			t.add(Problem{Field: at, Text: err.Error()})
			continue
		}
		var keys map[string]string
		if yaml.Unmarshal(made, &keys) != nil {
			t.add(Problem{Field: at, Text: "what the template makes must be a map of texts in YAML, and is none"})
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			t.put(at, key, []byte(keys[key]), source.Target)
		}
	}
}

// put writes what a template made.
func (t templates) put(at fieldpath.Path, key string, value []byte, target string) {
	if problem := misfit(key, value, target); problem != "" {
		t.add(Problem{Field: at, Text: problem})
		return
	}
	switch target {
	case eso.TargetLabels:
		t.into.Labels[key] = string(value)
	case eso.TargetAnnotations:
		t.into.Annotations[key] = string(value)
	default:
		t.into.Data[key] = value
	}
}

// misfit is why a Secret cannot hold a key or its value; empty where it can.
func misfit(key string, value []byte, target string) string {
	grammar := syntax.SecretKey
	switch target {
	case eso.TargetLabels:
		grammar = syntax.LabelName
	case eso.TargetAnnotations:
		grammar = syntax.AnnotationName
	}
	switch {
	case !grammar.Matches(key):
		return nameOf(key) + " must be " + grammar.Must
	case target == eso.TargetLabels && !syntax.LabelValue.Matches(string(value)):
		return "what the template makes for " + nameOf(key) + " must be " + syntax.LabelValue.Must
	}
	return ""
}
