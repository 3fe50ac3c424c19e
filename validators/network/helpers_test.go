package network_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/network"
)

// check judges manifests without a Segregation.
func check(t *testing.T, manifests string) []string {
	t.Helper()
	return brief(judged(t, manifests))
}

// judged judges manifests, with the Segregations whose plans are given.
func judged(t *testing.T, manifests string, plans ...*plan.Plan) []finding.Finding {
	t.Helper()
	all, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	set, _ := objects.NewSet(all)
	findings := network.Check(set, scope.New(set, plans), cluster.Kapsule()).Findings
	finding.Sort(findings)
	return findings
}

// brief formats findings as "severity code object field".
func brief(findings []finding.Finding) []string {
	var texts []string
	for _, f := range findings {
		texts = append(texts, strings.TrimSpace(strings.Join([]string{string(f.Severity), strings.TrimPrefix(string(f.Code), "CLS-"), f.Object.String(), f.Field}, " ")))
	}
	return texts
}

// resolve makes the plan of a Segregation called shop with the given components, indented by nothing.
func resolve(t testing.TB, components string) *plan.Plan {
	t.Helper()
	return resolveText(t, `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    `+strings.ReplaceAll(strings.TrimSpace(components), "\n", "\n    ")+"\n")
}

func resolveText(t testing.TB, text string) *plan.Plan {
	t.Helper()
	node, err := yaml.Parse(text)
	require.NoError(t, err)
	return resolveNode(t, node.YNode())
}

func resolveNode(t testing.TB, node *yaml.Node) *plan.Plan {
	t.Helper()
	seg, findings := spec.Load(node, spec.Origin{})
	require.NotNil(t, seg, "%v", findings)
	require.False(t, finding.HasErrors(findings), "%v", findings)
	p, err := plan.Resolve(seg)
	require.NoError(t, err)
	return p
}

// generate writes what a plan expands to.
func generate(t testing.TB, p *plan.Plan) string {
	t.Helper()
	var text strings.Builder
	for _, object := range generators.Generate(p, cluster.Kapsule()) {
		encoded, err := k8syaml.Marshal(object)
		require.NoError(t, err)
		text.WriteString("---\n" + string(encoded))
	}
	return text.String()
}

func readFile(t testing.TB, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}
