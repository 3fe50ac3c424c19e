package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// in puts manifests that are written for namespace shop into the namespace of a component.
func in(component, text string) string {
	return "---" + strings.ReplaceAll(text, "namespace: shop,", "namespace: shop-"+component+",")
}

func TestCounterexamples(t *testing.T) {
	p := manifests.Shop(t, declared)
	generated := generate(t, p)
	reachesAll := "policyTypes: [Egress], egress: [{to: [{" + named("shop-backend") + "}], ports: [{port: 22}]}]"
	fromAll := "ingress: [{from: [{" + named("shop-frontend") + "}]}]"
	for name, test := range map[string]struct {
		findings []finding.Finding
		want     string
	}{
		"a workload that no policy selects": {
			judge.Check(t, ui+dns+policyOf("podSelector: {matchLabels: {app: api}}")),
			"pod of Deployment shop/ui (app=ui) is selected by no NetworkPolicy for ingress: every pod and " +
				"every address can reach it",
		},
		"a pod that an operator creates": {
			judge.Check(t, ui+dns+policyOf("podSelector: {matchLabels: {app: ui}}")+postgres),
			"a pod that CloudNativePG creates in namespace shop (without the label app) is selected by no " +
				"NetworkPolicy for ingress: every pod and every address can reach it",
		},
		"two workloads": {
			judge.Check(
				t,
				generated+in("frontend", ui)+in("backend", strings.ReplaceAll(ui, "ui", "job"))+
					extra("backend", fromAll)+extra("frontend", reachesAll),
				p,
			),
			"pod of Deployment shop-frontend/ui (app=ui) → pod of Deployment shop-backend/job (app=job) on TCP 22: " +
				"egress by NetworkPolicy shop-frontend/x spec.egress[0], " +
				"ingress by NetworkPolicy shop-backend/x spec.ingress[0]",
		},
		"an address": {
			judge.Check(
				t,
				generated+in("backend", ui)+
					extra(
						"backend",
						"policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}]",
					),
				p,
			),
			"pod of Deployment shop-backend/ui (app=ui) → 10.0.0.1 on TCP 443: egress by NetworkPolicy " +
				"shop-backend/x spec.egress[0]",
		},
		"a flow that is blocked": {
			judge.Check(t, strings.Replace(generated, "port: 4000", "port: 4001", 1)+in("frontend", ui), p),
			"pod of Deployment shop-frontend/ui (app=ui) → a pod in namespace shop-backend (app=api) on TCP 4000: " +
				"NetworkPolicy shop-backend/default-deny holds the pod, and no ingress rule lets it through",
		},
		"a port by name": {
			judge.Check(
				t,
				generated+in("frontend", ui)+in("backend", strings.ReplaceAll(
					strings.ReplaceAll(ui, "{name: ui, ports", "{name: ui, args: ['--grpc=:4000'], ports"), "ui", "api"))+
					extra("backend", strings.Replace(fromAll, "}]}]", "}], ports: [{port: http}]}]", 1)),
				p,
			),
			"pod of Deployment shop-frontend/ui (app=ui) → pod of Deployment shop-backend/api (app=api) on " +
				"TCP 8080: ingress by NetworkPolicy shop-backend/x spec.ingress[0]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, test.findings)
			assert.Equal(t, test.want, test.findings[0].Counterexample, "%v", test.findings)
		})
	}
}

func TestTheCostDoesNotGrowWithReplicas(t *testing.T) {
	var pods strings.Builder
	for i := range 2000 {
		pods.WriteString(
			"---\napiVersion: v1\nkind: Pod\nmetadata: {name: p" + strings.Repeat("x", i%7) +
				", namespace: shop, labels: {app: ui}}\nspec: {containers: [{name: x}]}\n",
		)
	}
	assert.Len(t, judge.Check(t, pods.String()), 2)
}
