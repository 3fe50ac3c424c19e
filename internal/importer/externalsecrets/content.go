package externalsecrets

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/spec"
)

// Content is how a Secret is made of the values.
type Content struct {
	// Type is empty for Opaque.
	Type string
	// Template is nil where the Secret has the values as they are.
	Template map[string]string
}

// IsPlain reports whether the Secret has the values as they are, and no type.
func (c Content) IsPlain() bool { return c.Type == "" && len(c.Template) == 0 }

// readContent reads what a template makes of the values. It reports false, with a note, where no Segregation can say
// it.
func (s *Secret) readContent(d *draft.Draft, t *eso.Template) bool {
	if t == nil {
		return true
	}
	if t.Type != string(corev1.SecretTypeOpaque) {
		s.Content.Type = t.Type
	}
	if !t.MakesKeys() {
		return true
	}
	if why := s.unfit(t); why != "" {
		d.Note(draft.NotCarried, s.Object, templatePath(), s.Component.Path("secrets", "template"),
			"%s: "+keepBeside+", with a folder and an API key of its own", why)
		return false
	}
	s.Content.Template = maps.Clone(t.Data)
	if t.MergePolicy == eso.TemplateMerge {
		s.keepNamed()
	} else {
		s.dropUnused(d)
	}
	return true
}

func templatePath() fieldpath.Path { return fieldpath.Of("spec", "target", "template") }

// unfit is why a Segregation has no such template; empty where it has.
func (s *Secret) unfit(t *eso.Template) string {
	if len(t.TemplateFrom) > 0 {
		return "a Segregation has a template for each key, and none from elsewhere"
	}
	keys, open := map[string]bool{}, false
	for _, v := range s.Values {
		keys[v.Key], open = true, open || v.Extract
	}
	for _, key := range slices.Sorted(maps.Keys(t.Data)) {
		use, is := eso.ParseTemplateUse(t.Data[key])
		if !is {
			return fmt.Sprintf("the template of key %s cannot be read", phrase.Quote(key))
		}
		if unknown := use.Unknown(); len(unknown) > 0 {
			return fmt.Sprintf("the template of key %s calls %s, which a Segregation does not have", phrase.Quote(key),
				phrase.Quote(unknown[0]))
		}
		for _, taken := range use.Keys {
			if !open && !keys[taken.Name] || taken.Field != "" {
				return fmt.Sprintf("the template of key %s takes %s, which is none of the keys", phrase.Quote(key),
					phrase.Quote(taken.Name))
			}
		}
	}
	return ""
}

// named are the keys that the templates name.
func (s *Secret) named() map[string]bool {
	all := map[string]bool{}
	for _, text := range s.Content.Template {
		use, _ := eso.ParseTemplateUse(text)
		maps.Copy(all, use.Names())
	}
	return all
}

// isOpen reports whether the group keeps all keys in its Secret, as one with optional keys or extracts does.
func (s *Secret) isOpen() bool {
	return slices.ContainsFunc(s.Values, func(v Value) bool { return v.Optional || v.Extract })
}

// keepNamed has the Secret keep the keys that templates name, which a Segregation leaves out.
func (s *Secret) keepNamed() {
	if s.isOpen() {
		return
	}
	named := s.named()
	for _, v := range s.Values {
		if _, made := s.Content.Template[v.Key]; named[v.Key] && !made {
			s.Content.Template[v.Key] = spec.ValueTemplate(v.Key)
		}
	}
}

// dropUnused leaves out what a Segregation would put into the Secret, and the templates that it writes itself.
func (s *Secret) dropUnused(d *draft.Draft) {
	if s.isOpen() {
		d.Note(draft.Changed, s.Object, templatePath().Child("mergePolicy"), s.Component.Path("secrets", "template"),
			"the Secret will have the keys that are read, too: optional and extracted ones are not known before")
		return
	}
	passed := map[string]bool{}
	for _, v := range s.Values {
		text, made := s.Content.Template[v.Key]
		if !made || text != spec.ValueTemplate(v.Key) {
			continue
		}
		delete(s.Content.Template, v.Key)
		if passed[v.Key] = !s.named()[v.Key]; !passed[v.Key] {
			s.Content.Template[v.Key] = text
		}
	}
	named := s.named()
	s.Values = slices.DeleteFunc(s.Values, func(v Value) bool {
		_, made := s.Content.Template[v.Key]
		unused := !made && !named[v.Key] && !passed[v.Key]
		if unused {
			d.Note(draft.Changed, v.Object, v.Field, s.Component.Path("secrets", "keys"),
				"key %s is read, and is neither in the Secret nor in a template: it is left out", cmp.Or(v.Key, v.Name))
		}
		return unused
	})
}
