package kustomization_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
)

// TestTheBaseIsWhatTheFunctionWrites expands the Segregation of the base with the function.
func TestTheBaseIsWhatTheFunctionWrites(t *testing.T) {
	list, err := yaml.Marshal(map[string]any{
		"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList",
		"functionConfig": decode(t, testkit.Read(t, "generate/segregation.yaml")),
	})
	require.NoError(t, err)
	outcome := fn.Run(list)
	require.False(t, outcome.Failed(), "%v", outcome.Findings)
	var got struct{ Items []map[string]any }
	require.NoError(t, yaml.Unmarshal(outcome.Output, &got))
	want := slices.DeleteFunc(got.Items, func(item map[string]any) bool {
		metadata := item["metadata"].(map[string]any)
		delete(metadata, "annotations") // where kpt is to write the object
		return metadata["name"] != "cloison-sync"
	})
	require.Len(t, want, 5)
	parsed, err := objects.Parse("runtime.yaml", []byte(testkit.Read(t, "sync/base/runtime.yaml")))
	require.NoError(t, err)
	require.Len(t, parsed, len(want))
	for i, object := range parsed {
		text, err := object.JSON()
		require.NoError(t, err)
		assert.Equal(t, want[i], decode(t, string(text)), "run make generate")
	}
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	return value
}
