package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// measured has a component whose runtime's metrics are read from a namespace, and one without a runtime.
func measured(t *testing.T, metricsFrom string) *plan.Plan {
	t.Helper()
	p := manifests.Shop(t, "{a: {secrets: {keys: [A]}}, b: {}}")
	p.Sync = plan.Sync{
		Engine: spec.EngineCloison, Image: "sync:v1", MetricsFrom: metricsFrom, Pod: plan.RuntimePod{Replicas: 1},
	}
	return p
}

func TestMetricsAreOpenToTheDeclaredNamespaceAndToNobodyElse(t *testing.T) {
	const (
		name   = "kubernetes.io/metadata.name: monitoring"
		policy = " NetworkPolicy shop-a/cloison-sync spec."
		peer   = policy + "ingress[0].from[0]"
	)
	text := generate(t, measured(t, "monitoring"))
	for title, test := range map[string]struct {
		old, changed string
		want         []string
	}{
		"as generated": {"", "", nil},
		"from another namespace": {name, "kubernetes.io/metadata.name: elsewhere",
			[]string{"error N003 NetworkPolicy shop-a/default-deny", "error N006" + peer}},
		"from another component": {name, "kubernetes.io/metadata.name: shop-b",
			[]string{"error N003 NetworkPolicy shop-a/default-deny", "warning N020" + peer}},
		"from every namespace": {"namespaceSelector:\n        matchLabels:\n          " + name, "namespaceSelector: {}",
			[]string{"error N007" + peer}},
		"from everybody": {"  - from:\n    - namespaceSelector:\n        matchLabels:\n          " + name +
			"\n    ports:",
			"  - ports:", []string{"error N021" + policy + "ingress[0]"}},
		"to another port": {"ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          " + name +
			"\n    ports:\n    - port: 8080", "ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n " +
			"         " +
			name + "\n    ports:\n    - port: 8081", []string{"error N003" + policy + "ingress[0]", "error N006" +
			peer}},
		"to every port": {"    ports:\n    - port: 8080\n      protocol: TCP\n", "", []string{"error N006" + peer}},
		"to every pod": {"podSelector:\n    matchLabels:\n      app.kubernetes.io/name: cloison-sync",
			"podSelector: {}",
			[]string{
				"error N004" + policy + "egress[0].to[0]", "error N004" + policy + "egress[1].to[0]",
				"error N004" + policy + "egress[2].to[0]", "error N006" + peer,
			}},
	} {
		t.Run(title, func(t *testing.T) {
			require.Contains(t, text, test.old)
			changed := strings.ReplaceAll(text, test.old, test.changed)
			got := manifests.Brief(judge.Check(t, changed, measured(t, "monitoring")))
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func TestAPortForMetricsThatNobodyDeclaredIsFound(t *testing.T) {
	got := manifests.Brief(judge.Check(t, generate(t, measured(t, "monitoring")), measured(t, "")))
	assert.ElementsMatch(t, []string{
		"error N006 NetworkPolicy shop-a/cloison-sync spec.ingress[0].from[0]",
	}, got)
}
