package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/spec"
)

// start is the part of a Segregation above its components.
const start = `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
`

// components is a Segregation with the given components, which start on line 7.
func components(text string) string {
	return start + "  components:\n" + indented(text, 4)
}

func indented(text string, width int) string {
	var out strings.Builder
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		out.WriteString(strings.Repeat(" ", width) + line)
	}
	return out.String()
}

func parse(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	require.Len(t, document.Content, 1)
	return document.Content[0]
}

func load(t *testing.T, text string) (*spec.Segregation, []finding.Finding) {
	t.Helper()
	return spec.Load(parse(t, text), spec.Origin{FirstLine: 1}, cluster.Kapsule())
}

func accepted(t *testing.T, text string) *spec.Segregation {
	t.Helper()
	seg, findings := load(t, text)
	require.NotNil(t, seg, "%v", findings)
	require.False(t, finding.HasErrors(findings))
	return seg
}

// short is "line code field" of each finding.
func short(findings []finding.Finding) []string {
	var lines []string
	for _, f := range findings {
		place, _, _ := strings.Cut(f.String(), ":")
		lines = append(lines, strings.Replace(place, " Segregation shop", "", 1))
	}
	return lines
}
