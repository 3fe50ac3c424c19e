package fieldpath_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
)

func TestAPathIsWrittenInOneFormAndReadBack(t *testing.T) {
	for text, test := range map[string]struct {
		path  fieldpath.Path
		steps []string
	}{
		"":                   {fieldpath.Path{}, nil},
		"spec":               {fieldpath.Of("spec"), []string{"spec"}},
		"spec.ports[0].port": {fieldpath.Of("spec", "ports").Index(0).Child("port"), []string{"spec", "ports", "0", "port"}},
		"metadata.labels[app.kubernetes.io/name]": {
			fieldpath.Of("metadata", "labels", "app.kubernetes.io/name"), []string{"metadata", "labels", "app.kubernetes.io/name"},
		},
		"map[tls.crt].secret": {fieldpath.Of("map", "tls.crt", "secret"), []string{"map", "tls.crt", "secret"}},
		"items[12]":           {fieldpath.Of("items").Index(12), []string{"items", "12"}},
		"[0]":                 {fieldpath.Path{}.Index(0), []string{"0"}},
		"data[a]b]":           {fieldpath.Of("data", "a]b"), []string{"data", "a]b"}},
		"data[]":              {fieldpath.Of("data", ""), []string{"data", ""}},
	} {
		assert.Equal(t, text, test.path.String())
		assert.Equal(t, test.steps, test.path.Steps(), "%s", text)
		assert.Equal(t, text, fieldpath.Parse(text).String())
	}
}

func TestAPathDoesNotChange(t *testing.T) {
	spec := fieldpath.Of("spec")
	first, second := spec.Child("a"), spec.Child("b")
	assert.Equal(t, []string{"spec", "spec.a", "spec.b"}, []string{spec.String(), first.String(), second.String()})
	assert.True(t, fieldpath.Path{}.IsZero())
	assert.False(t, spec.IsZero())
}
