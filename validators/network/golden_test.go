package network_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/plan"
)

// TestWhatTheFunctionWritesIsClean judges the expected output of every case, with its Segregations and without.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/cases/*/expected.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		folder := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(folder, "errors.txt")); err == nil {
			continue // refused: the output is the input
		}
		if filepath.Base(folder) == "lists-a-suppressed-finding-with-its-reason" {
			continue // its input breaks a rule of the network on purpose, and an annotation accepts that
		}
		t.Run(filepath.Base(folder), func(t *testing.T) {
			plans := plansOf(t, readFile(t, folder, "input.yaml"))
			expected := readFile(t, path)
			if strings.HasPrefix(filepath.Base(folder), "validates-") {
				expected = readFile(t, folder, "input.yaml") // a validator answers without items
			}
			assert.Empty(t, judged(t, expected, plans...))
			assert.Empty(t, judged(t, expected))
		})
	}
}

// plansOf resolves the Segregations of a ResourceList.
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
	for _, node := range nodes {
		if node.GetKind() == "Segregation" && !seen[node.GetName()] {
			seen[node.GetName()] = true
			plans = append(plans, resolveNode(t, node.YNode()))
		}
	}
	return plans
}

// TestExamplesAreClean judges the expected output of the examples. The overlays of Trackdéchets change quotas only.
func TestExamplesAreClean(t *testing.T) {
	for folder, segregation := range map[string]string{
		"project-per-component":            "project-per-component/segregation.yaml",
		"secret-groups":                    "secret-groups/segregation.yaml",
		"trackdechets/overlays/dev":        "trackdechets/base/segregation.yaml",
		"trackdechets/overlays/staging":    "trackdechets/base/segregation.yaml",
		"trackdechets/overlays/production": "trackdechets/base/segregation.yaml",
	} {
		t.Run(folder, func(t *testing.T) {
			p := resolveText(t, readFile(t, "../../examples", segregation))
			expected := readFile(t, "../../examples", folder, "expected.yaml")
			assert.Empty(t, judged(t, expected, p))
			assert.Empty(t, judged(t, expected))
		})
	}
}
