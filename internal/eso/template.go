package eso

import (
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/form"
)

// TemplateKey is a key that a template makes.
type TemplateKey struct {
	Name string
	// Text of the template; empty where a ConfigMap or Secret holds it.
	Text string
	// Source is the index in templateFrom; -1 for template.data.
	Source int
}

// MakesKeys reports whether the template makes keys, and not only labels and the like. It may be nil.
func (t *Template) MakesKeys() bool { return t != nil && len(t.Data)+len(t.TemplateFrom) > 0 }

// Keys that the template makes: those of data, sorted, then those of templateFrom. There may be more, where a
// template makes names too.
func (t *Template) Keys() (keys []TemplateKey, more bool) {
	for _, name := range slices.Sorted(maps.Keys(t.Data)) {
		keys = append(keys, TemplateKey{Name: name, Text: t.Data[name], Source: -1})
	}
	for i, from := range t.TemplateFrom {
		if !from.MakesKeys() {
			continue
		}
		more = more || from.Literal != nil
		for _, ref := range []*TemplateRef{from.ConfigMap, from.Secret} {
			if ref == nil {
				continue
			}
			for _, item := range ref.Items {
				if item.TemplateAs == "KeysAndValues" {
					more = true
					continue
				}
				keys = append(keys, TemplateKey{Name: item.Key, Source: i})
			}
		}
	}
	return keys, more
}

// MakesKeys reports whether the templates make keys, and not labels or annotations. Since v1.0 of the operator the case
// of the target does not count.
func (f *TemplateFrom) MakesKeys() bool {
	return !strings.EqualFold(f.Target, TargetAnnotations) && !strings.EqualFold(f.Target, TargetLabels)
}

// variableForm finds the names in a template: .DATABASE_URL, "a.dotted-key".
var variableForm = form.New(`[-._a-zA-Z0-9]+`)

// Variables are the keys that a template may take values from. They include words that are no keys.
func Variables(template string) map[string]bool {
	words := map[string]bool{}
	for _, word := range variableForm().FindAllString(template, -1) {
		words[word], words[strings.TrimPrefix(word, ".")] = true, true
	}
	return words
}
