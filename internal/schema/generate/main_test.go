package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/invopop/jsonschema"
)

func TestTheCommittedSchemaIsWhatTheGeneratorMakes(t *testing.T) {
	t.Chdir("..")
	root, err := generate(specFolder)
	require.NoError(t, err)
	want, err := schemaText(root)
	require.NoError(t, err)
	got, err := os.ReadFile(output)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run make generate")
}

func TestTheCommittedReferenceIsWhatTheGeneratorMakes(t *testing.T) {
	t.Chdir("..")
	root, err := generate(specFolder)
	require.NoError(t, err)
	want, err := reference(root)
	require.NoError(t, err)
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run make generate")
}

func TestTheCommittedDefinitionsAreWhatTheGeneratorMakes(t *testing.T) {
	t.Chdir("..")
	want, err := definitions(esoFolder)
	require.NoError(t, err)
	require.Len(t, want, 2)
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(crdFolder, name))
		require.NoError(t, err)
		assert.Equal(t, string(text), string(got), "run make generate")
	}
}

func TestDescriptionsHaveNoLinksToGo(t *testing.T) {
	for text, want := range map[string]string{
		"In Go's notation. See [Spec.Interval].":           "In Go's notation.",
		"The namespaces: see [Spec.UsableFrom].":           "The namespaces.",
		"What the [Version] was made of.":                  "What the Version was made of.",
		"One value. See [Parse]. Example: path:/folder/x.": "One value. Example: path:/folder/x.",
	} {
		assert.Equal(t, want, withoutLinks(text))
	}
}

func TestARuleForAFieldThatDoesNotExistIsRefused(t *testing.T) {
	types := map[string]*jsonschema.Schema{"Peer": {Properties: jsonschema.NewProperties()}}
	for _, name := range []string{"Peer.part", "Pear", "Pear.component"} {
		err := apply(map[string]rule{name: unique}, types)
		assert.EqualError(t, err, "rule for "+name+", which package spec does not have")
	}
}

func TestExamplesAndDefaultsLeaveTheDescription(t *testing.T) {
	tests := []struct{ name, text, label, value, rest string }{
		{"a word is cut out", "Put before. Default: /. Example: /production.", "Default", "/",
			"Put before. Example: /production."},
		{"at the end", "Put before. Example: /production.", "Example", "/production", "Put before."},
		{"alone", "Default: 1h.", "Default", "1h", ""},
		{"several words stay", "Ports. Default: all ports.", "Default", "", "Ports. Default: all ports."},
		{"dots inside a value", "Block. Example: 198.51.100.0/24.", "Example", "198.51.100.0/24", "Block."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, rest := cutValue(test.text, test.label)
			assert.Equal(t, test.value, value)
			assert.Equal(t, test.rest, rest)
		})
	}
}
