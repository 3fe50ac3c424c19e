package docs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/spec"
)

// TestTheSegregationsOfThePageForTeamsAreAccepted reads every block of team.md that is a whole Segregation.
func TestTheSegregationsOfThePageForTeamsAreAccepted(t *testing.T) {
	page, err := os.ReadFile("team.md")
	require.NoError(t, err)
	read := 0
	for i, part := range strings.Split(string(page), "```yaml\n")[1:] {
		block, _, closed := strings.Cut(part, "```\n")
		require.True(t, closed, "block %d", i)
		if !strings.Contains(block, "kind: Segregation\n") || strings.Contains(block, ", a patch\n") {
			continue
		}
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(block), &document), "block %d", i)
		_, findings := spec.Load(document.Content[0], spec.Origin{FirstLine: 1}, cluster.Kapsule())
		assert.Empty(t, findings, "block %d", i)
		read++
	}
	assert.GreaterOrEqual(t, read, 5)
}
