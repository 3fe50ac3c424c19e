package spec_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// FuzzLoad loads anything that is YAML.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("../../testdata/cases/*/input.yaml")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		list, err := yaml.Parse(string(content))
		if err != nil || list.Field("items") == nil {
			continue
		}
		items, err := list.Field("items").Value.Elements()
		if err != nil {
			continue
		}
		for _, item := range items {
			if item.GetKind() == wellknown.SegregationKind && len(content) < 20_000 {
				f.Add(item.MustString())
			}
		}
	}
	f.Add("a: &a [*a, {<<: *a, ? [x] : y, 1: 2, ~: 3}]\nkind: &k Segregation\nspec: {components: {*k : *a}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
			return
		}
		node := document.Content[0]
		seg, findings := spec.Load(node, spec.Origin{FirstLine: 1}, cluster.Kapsule())
		again, same := spec.Load(node, spec.Origin{FirstLine: 1}, cluster.Kapsule())
		require.Equal(t, seg, again)
		require.Equal(t, findings, same)
		require.Equal(t, finding.HasErrors(findings), seg == nil, "either a Segregation or an error")
		for _, f := range findings {
			require.NotEmpty(t, f.Message)
			require.NotContains(t, f.String(), "\n")
			require.GreaterOrEqual(t, f.Line, 0)
			require.Less(t, len(f.String()), 5000)
		}
		if seg != nil {
			_, err := plan.Resolve(seg, cluster.Kapsule())
			require.NoError(t, err, "what is accepted must have a plan")
		}
	})
}
