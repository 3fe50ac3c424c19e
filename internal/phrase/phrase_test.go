package phrase_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/phrase"
)

func TestListsNameTheFirstOfMany(t *testing.T) {
	names := strings.Split("abcdef", "")
	for _, test := range []struct {
		names     []string
		few, with string
	}{
		{nil, "", ""},
		{names[:1], "a", "a"},
		{names[:2], "a, b", "a and b"},
		{names[:4], "a, b, c, d", "a, b, c and d"},
		{names[:5], "a, b, c and 2 more", "a, b, c and 2 more"},
	} {
		assert.Equal(t, test.few, phrase.Few(3, test.names))
		assert.Equal(t, test.with, phrase.And(3, test.names))
	}
	assert.Equal(t, "a, b, c, d, e, f", phrase.List(names))
}

func TestCounts(t *testing.T) {
	for want, got := range map[string]string{
		"1 secret": phrase.Count(1, "secret"), "0 secrets": phrase.Count(0, "secret"),
		"2 secrets": phrase.Count(2, "secret"),
		"1 policy":  phrase.Count(1, "policy"), "2 policies": phrase.Count(2, "policy"),
		"2 keys":     phrase.Count(2, "key"),
		"properties": phrase.Plural(3, "property"),
		"is":         phrase.Are(1), "are": phrase.Are(0),
	} {
		assert.Equal(t, want, got)
	}
}

func TestQuotesAreBoundedAndPrintable(t *testing.T) {
	assert.Equal(t, `"a\x1b[31m\n"`, phrase.Quote("a\x1b[31m\n"))
	assert.Equal(t, `"`+strings.Repeat("a", 80)+`"`, phrase.Quote(strings.Repeat("a", 80)))
	assert.Equal(t, `"`+strings.Repeat("a", 80)+`"...`, phrase.Quote(strings.Repeat("a", 81)))
	assert.Equal(t, strings.Repeat("é", 40), phrase.Shorten(strings.Repeat("é", 41)))
	assert.Equal(t, strings.Repeat("a", 79), phrase.Shorten(strings.Repeat("a", 79)+"é"), "no half of a letter")
}

func TestWhatMayBeASecretIsNotRepeated(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "api-token": true, "a/b c_d.E": true, strings.Repeat("a", 40): true, strings.Repeat("a", 41): false,
		"hunter2": false, "pa$$word": false, "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90": false,
		"SCW0123456789ABCDEFG": false,
		"a\nb":                 false, "geheim!": false, "sécret": false,
	} {
		assert.Equal(t, want, phrase.IsName(text), "%q", text)
	}
	for text, want := range map[string]bool{
		"3": true, "1e5": true, "-0.5": true, "Yes": true, "hunter2": false, "": false,
	} {
		assert.Equal(t, want, phrase.IsLiteral(text), "%q", text)
	}
	for text, want := range map[string]bool{
		"https://api.scaleway.com": true, "https://me:pw@h": false, "https://h?token=x": false, "https://h#x": false,
	} {
		assert.Equal(t, want, phrase.IsPublicURL(text), "%q", text)
	}
}

func TestQuoted(t *testing.T) {
	assert.Empty(t, phrase.Quoted(nil))
	assert.Equal(t, `"a", "b\n"`, phrase.Quoted([]string{"a", "b\n"}))
}

func TestAlternativesAreNamed(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"},
	} {
		assert.Equal(t, want, phrase.Or(names))
	}
}
