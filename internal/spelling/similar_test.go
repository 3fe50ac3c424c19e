package spelling_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/spelling"
)

func TestSimilarNames(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"database-url", "DATABASE_URL", true}, {"a.b", "ab", true}, {"", "", true}, {"abc", "abd", false}, {"abcd", "abcde", false},
		{"abcde", "abcdx", true}, {"abcde", "abcdefg", true}, {"abcde", "abcdefgh", false}, {"abcde", "abxyz", false},
	} {
		assert.Equal(t, test.want, spelling.Similar(test.a, test.b), "%q, %q", test.a, test.b)
		assert.Equal(t, test.want, spelling.Similar(test.b, test.a), "%q, %q", test.b, test.a)
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
		assert.Equal(t, test.want, spelling.Closest(test.name, test.known), "%q of %q", test.name, test.known)
	}
}
