package phrase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/phrase"
)

func TestSimilarNames(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"database-url", "DATABASE_URL", true}, {"a.b", "ab", true}, {"", "", true}, {"project_id", "projectID", true},
		{"abc", "abd", false}, {"abcd", "abcde", false}, {"abcde", "abcdx", true}, {"abcde", "abcdefg", true},
		{"abcde", "abcdefgh", false}, {"abcde", "abxyz", false},
	} {
		assert.Equal(t, test.want, phrase.Similar(test.a, test.b), "%q, %q", test.a, test.b)
		assert.Equal(t, test.want, phrase.Similar(test.b, test.a), "%q, %q", test.b, test.a)
	}
}

func TestTheClosestNameHasTheFewestSlips(t *testing.T) {
	for _, test := range []struct {
		name  string
		known []string
		want  string
	}{
		{"database-url", nil, ""},
		{"database-url", []string{"redis-url"}, ""},
		{"database-url", []string{"databse-ur", "databse-url", "database-ur"}, "databse-url"},
		{"database-url", []string{"databse-url", "DATABASE_URL"}, "DATABASE_URL"},
		{"", []string{"a"}, ""},
	} {
		assert.Equal(t, test.want, phrase.Closest(test.name, test.known), "%q of %q", test.name, test.known)
	}
}

func TestShortWordsOfAListMayHaveSlips(t *testing.T) {
	for word, want := range map[string]string{
		"Node": "Pod", "pods": "Pod", "Container": "Container", "x": "", "": "", "deployment": "",
	} {
		assert.Equal(t, want, phrase.ClosestWord(word, []string{"Container", "Pod", "PersistentVolumeClaim"}), "%q",
			word)
	}
}

func TestGuessesAreOnlyMadeWhereThereIsOne(t *testing.T) {
	assert.Equal(t, ` (did you mean "backend"?)`, phrase.DidYouMean("backend"))
	assert.Equal(t, `write "backend"`, phrase.Write("backend"))
	assert.Empty(t, phrase.DidYouMean("")+phrase.Write(""))
}
