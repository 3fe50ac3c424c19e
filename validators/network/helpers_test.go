package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

func check(set *objects.Set, components *scope.Scope) []finding.Finding {
	findings := network.Check(set, components, cluster.Kapsule()).Findings
	finding.Sort(findings)
	return findings
}

var judge manifests.Judge = check

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

// named selects a namespace by its name.
func named(namespace string) string {
	return "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + namespace + "}}"
}
