package resourcelist

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A document that starts with --- is not in the form that is read by lines, so it is written anew.
func TestTextsKeepTheirValueInAnotherForm(t *testing.T) {
	for name, text := range map[string]string{
		"folded":             "    x: >\n      a\n       b\n      c\n",
		"folded, kept":       "    x: >+\n      a\n\n      b\n\n\n",
		"folded, stripped":   "    x: >-\n      a\n\n        b\n",
		"folded key":         "    ? >\n      a\n       b\n    : 1\n",
		"literal":            "    x: |\n      a\n       b\n",
		"quoted twice":       "    x: \"a\\n\n      b\"\n",
		"quoted once":        "    x: 'a\n\n      b'\n",
		"quoted, blank ends": "    x: 'a\n\n      b\n\n      '\n",
		"plain":              "    x: a\n      b\n",
	} {
		t.Run(name, func(t *testing.T) {
			input := []byte("---\n" + head + "items:\n  - data:\n" + shift(text) + "  - b: 1\n")
			list, err := Read(input)
			require.NoError(t, err)
			var out bytes.Buffer
			require.NoError(t, list.Write(&out))
			var before, after any
			require.NoError(t, yaml.Unmarshal(input, &before))
			require.NoError(t, yaml.Unmarshal(out.Bytes(), &after))
			assert.Equal(t, before, after)
		})
	}
}

// shift moves text two columns to the right.
func shift(text string) string {
	return string(bytes.ReplaceAll([]byte("  "+text[:len(text)-1]), []byte("\n"), []byte("\n  "))) + "\n"
}
