package stores

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/stores/explaining"
)

// compareType compares the type of a Secret with what is declared. One without a type is Opaque.
func compareType(r *explaining.Findings, g *group, o objects.Typed[eso.ExternalSecret]) {
	got := ""
	if template := o.Value.Spec.Target.Template; template != nil {
		got = template.Type
	}
	if opaque := string(corev1.SecretTypeOpaque); cmp.Or(got, opaque) != g.Type {
		addDifference(r, o.Object, finding.Warning, templatePath().Child("type"), got, g.Type)
	}
}

func templatePath() fieldpath.Path { return fieldpath.Of("spec", "target", "template") }

// compareTemplate compares the templates that make the keys of a Secret with those that are declared. Their texts are
// not repeated.
func compareTemplate(r *explaining.Findings, g *group, o objects.Typed[eso.ExternalSecret]) {
	at, template := templatePath(), o.Value.Spec.Target.Template
	differs := func(field fieldpath.Path, message string) {
		r.Report(o.Object, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: field, Message: message,
			Fix: "restore what was generated, or declare what is meant",
		})
	}
	if template == nil {
		template = &eso.Template{}
	}
	var missing []string
	for _, key := range slices.Sorted(maps.Keys(g.Template)) {
		text, found := template.Data[key]
		switch {
		case !found:
			missing = append(missing, key)
		case text != g.Template[key]:
			differs(at.Child("data", key), fmt.Sprintf("the template of key %q is not the one that the Segregation declares",
				key))
		}
	}
	if len(missing) > 0 {
		differs(at.Child("data"), fmt.Sprintf("templates of %s are declared for Secret %q, and are not there",
			keyList(missing), g.Target))
	}
	for _, key := range slices.Sorted(maps.Keys(template.Data)) {
		if _, declared := g.Template[key]; !declared {
			r.Report(o.Object, finding.Finding{
				Code: finding.SyncedUndeclared, Severity: finding.Error, Field: at.Child("data", key),
				Message: fmt.Sprintf("the Segregation does not declare a template of key %s in Secret %q", phrase.Quote(key),
					g.Target),
				Fix: "declare it, or remove it",
			})
		}
	}
	if len(template.TemplateFrom) > 0 {
		differs(at.Child("templateFrom"), "templates from elsewhere make keys too; the Segregation declares none")
	}
	want := eso.TemplateReplace
	if g.Merges {
		want = eso.TemplateMerge
	}
	if got := cmp.Or(template.MergePolicy, eso.TemplateReplace); got != want {
		addDifference(r, o.Object, finding.Error, at.Child("mergePolicy"), got, want)
	}
}
