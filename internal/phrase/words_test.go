package phrase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/phrase"
)

func TestWordsAreReplaced(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"..":                                "<..>",
		"in a/b.yaml:12, too.":              "<in> <a/b.yaml:12>, <too>.",
		`spec.data[0] of "x-1/é" → 8080: y`: `<spec.data>[<0>] <of> "<x-1/é>" <→> <8080>: <y>`,
	} {
		assert.Equal(t, want, phrase.ReplaceWords(text, func(_, word string) string { return "<" + word + ">" }))
	}
	before := func(before, _ string) string { return before }
	assert.Equal(t, " a ", phrase.ReplaceWords("a b", before))
}

func TestNamesOfManifests(t *testing.T) {
	for word, want := range map[string]bool{
		"a.yaml": true, "a/b.yml:12": true, "c.json": true, "a.txt": false, "yaml": false, "a.yaml.b": false,
	} {
		assert.Equal(t, want, phrase.IsManifestName(word), word)
	}
}
