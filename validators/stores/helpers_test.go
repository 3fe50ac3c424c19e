package stores_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/stores"
)

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}

// planOf resolves a Segregation.
func planOf(t *testing.T, text string) *plan.Plan {
	t.Helper()
	node, err := yaml.Parse(text)
	require.NoError(t, err)
	return resolve(t, node.YNode())
}

func resolve(t *testing.T, node *yaml.Node) *plan.Plan {
	t.Helper()
	segregation, findings := spec.Load(node, spec.Origin{})
	require.NotNil(t, segregation, "%v", findings)
	resolved, err := plan.Resolve(segregation)
	require.NoError(t, err)
	return resolved
}

// judged checks manifests: a stream of documents, or a ResourceList.
func judged(t *testing.T, text string, plans ...*plan.Plan) []finding.Finding {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, _ := objects.NewSet(all)
	found := stores.Check(set, scope.New(set, plans), secretflow.New(set))
	finding.Sort(found)
	return found
}

// lines writes findings as people read them.
func lines(found []finding.Finding) []string {
	lines := []string{}
	for _, f := range found {
		f.Line = 0
		lines = append(lines, f.String())
	}
	return lines
}
