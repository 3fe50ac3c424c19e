package stores_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/validators/paths"
)

// TestWhatTheFunctionWritesIsClean judges the expected output of every case, with its Segregations and without.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	files, err := filepath.Glob("../../testdata/cases/*/expected.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		folder := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(folder, "errors.txt")); err == nil {
			continue // refused: the output is the input
		}
		t.Run(filepath.Base(folder), func(t *testing.T) {
			input := readFile(t, folder, "input.yaml")
			expected := readFile(t, path)
			if strings.HasPrefix(filepath.Base(folder), "validates-") {
				expected = input // a validator answers without items
			}
			assert.Empty(t, lines(judged(t, expected, plansOf(t, input)...)))
			assert.Empty(t, lines(judged(t, expected)))
		})
	}
}

// plansOf resolves the Segregations of a ResourceList, and pins what its Inventories have it pin.
func plansOf(t *testing.T, list string) []*plan.Plan {
	t.Helper()
	root, err := yaml.Parse(list)
	require.NoError(t, err)
	var nodes []*yaml.RNode
	if config := root.Field("functionConfig"); config != nil {
		nodes = append(nodes, config.Value)
	}
	if items := root.Field("items"); items != nil {
		elements, err := items.Value.Elements()
		require.NoError(t, err)
		nodes = append(nodes, elements...)
	}
	seen := map[string]bool{}
	var plans []*plan.Plan
	var inventories []*inventory.Inventory
	for _, node := range nodes {
		switch {
		case node.GetKind() == "Segregation" && !seen[node.GetName()]:
			seen[node.GetName()] = true
			plans = append(plans, resolve(t, node.YNode()))
		case node.GetKind() == inventory.Kind:
			known, findings := inventory.Load(node.YNode(), strict.Origin{})
			require.NotNil(t, known, "%v", findings)
			inventories = append(inventories, known)
		}
	}
	for _, f := range paths.Pin(plans, inventories) {
		require.NotEqual(t, finding.Error, f.Severity, f.String())
	}
	return plans
}

// TestExamplesAreClean judges the expected output of the examples.
func TestExamplesAreClean(t *testing.T) {
	for _, folder := range []string{"project-per-component", "secret-groups"} {
		t.Run(folder, func(t *testing.T) {
			expected := readFile(t, "../../examples", folder, "expected.yaml")
			assert.Empty(t, lines(judged(t, expected, planOf(t, readFile(t, "../../examples", folder, "segregation.yaml")))))
			assert.Empty(t, lines(judged(t, expected)))
		})
	}
	for _, overlay := range []string{"dev", "staging", "production"} {
		t.Run(overlay, func(t *testing.T) {
			assert.Empty(t, lines(judged(t, readFile(t, "../../examples/trackdechets/overlays", overlay, "expected.yaml"))))
		})
	}
}
