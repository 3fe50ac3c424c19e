package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit/manifests"
)

const declared = `
frontend:
  ingress: [{from: {namespace: ingress-nginx}, pods: {app: ui}, ports: [3000]}]
  egress: [{to: {component: backend, pods: {app: api}}, pods: {app: ui}, ports: [4000]}]
backend:
  egress: [{to: {internet: true}, ports: [443]}]
batch:
  internalTraffic: Deny
  egress: [{to: {cidr: 198.51.100.0/24}}, {to: {component: batch, pods: {app: db}}, ports: [5432]}]
`

// extra is a policy of a component for every pod.
func extra(component, fields string) string {
	return "---\n" + networkPolicy("shop-"+component, "x", "podSelector: {}, "+fields)
}

func TestMoreThanIsDeclared(t *testing.T) {
	toAll := "policyTypes: [Egress], egress: [{to: [{" + named("shop-backend") + "}], ports: [{port: 22}]}]"
	fromAll := "from: [{" + named("shop-frontend") + "}]"
	for name, test := range map[string]struct {
		add  string
		want []string
	}{
		"nothing more": {"", nil},
		"one side only": {
			extra("backend", "ingress: [{"+fromAll+"}]"),
			[]string{"warning N020 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"both sides": {
			extra("backend", "ingress: [{"+fromAll+"}]") + extra("frontend", toAll),
			[]string{"error N002 NetworkPolicy shop-frontend/x spec.egress[0].to[0]"},
		},
		"both sides, on ports that do not meet": {
			extra("backend", "ingress: [{"+fromAll+", ports: [{port: 23, endPort: 99}]}]") + extra("frontend", toAll),
			[]string{
				"warning N020 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
				"warning N020 NetworkPolicy shop-frontend/x spec.egress[0].to[0]",
			},
		},
		"what is declared, once more, but to every pod": {
			extra("backend", "ingress: [{from: [{"+named("shop-frontend")+
				", podSelector: {matchLabels: {app: ui, x: z}}}], ports: [{port: 4000}]}]"),
			[]string{"warning N020 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"another namespace comes in": {
			extra("backend", "ingress: [{from: [{"+named("monitoring")+"}], ports: [{port: 9090}]}]"),
			[]string{"error N006 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"another namespace is reached": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{"+named("monitoring")+"}]}]"),
			[]string{"error N004 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"other pods beside the DNS": {
			extra(
				"backend", "policyTypes: [Egress], egress: [{to: [{"+named("kube-system")+"}], ports: [{port: 53}]}]",
			),
			[]string{"warning N004 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"every namespace, harmless for the components": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]"),
			[]string{"error N007 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"every namespace, reached by a component": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]") +
				extra(
					"batch", "policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 80}]}]",
				),
			[]string{
				"error N007 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
				"error N007 NetworkPolicy shop-batch/x spec.egress[0].to[0]",
			},
		},
		"the whole internet on more ports": {
			extra(
				"backend",
				"policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 8.8.8.0/24}}], "+
					"ports: [{port: 443, endPort: 444}]}]",
			),
			[]string{"error N004 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"a part of the internet that is declared": {
			extra(
				"backend",
				"policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 8.8.8.0/24}}], ports: [{port: 443}]}]",
			),
			nil,
		},
		"private addresses": {
			extra(
				"backend",
				"policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}]",
			),
			[]string{"error N004 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"addresses of pods": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 100.64.1.0/24}}]}]"),
			[]string{"undecided warning N008 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"addresses of pods that let them in": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 100.64.1.0/24}}]}]") +
				extra("batch", "ingress: [{from: [{"+named("shop-backend")+"}]}]"),
			[]string{
				"error N008 NetworkPolicy shop-backend/x spec.egress[0].to[0]",
				"warning N020 NetworkPolicy shop-batch/x spec.ingress[0].from[0]",
			},
		},
		"the metadata service": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.42.42/32}}]}]"),
			[]string{"error N005 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"everything": {
			extra("backend", "policyTypes: [Egress], egress: [{}]"),
			[]string{"error N021 NetworkPolicy shop-backend/x spec.egress[0]"},
		},
		"addresses come in": {extra("backend", "ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]"), []string{
			"error N006 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
		}},
		"inside a namespace that denies it, one side": {
			extra("batch", "ingress: [{from: [{podSelector: {}}]}]"),
			[]string{"warning N020 NetworkPolicy shop-batch/x spec.ingress[0].from[0]"},
		},
		"inside a namespace that denies it, both sides": {
			extra(
				"batch",
				"policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}], "+
					"egress: [{to: [{podSelector: {}}]}]",
			),
			[]string{"error N002 NetworkPolicy shop-batch/x spec.egress[0].to[0]"},
		},
		"every namespace but one": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: "+
				"kubernetes.io/metadata.name, operator: NotIn, values: [default]}]}}], ports: [{port: 80}]}]"),
			[]string{"error N007 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"every namespace without a label": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: team, "+
				"operator: DoesNotExist}]}}], ports: [{port: 80}]}]"),
			[]string{"error N007 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"certain pods of every namespace": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: ui}}}], "+
				"ports: [{port: 80}]}]"),
			[]string{"error N007 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"DNS of every namespace": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], "+
				"ports: [{port: 53, protocol: UDP}]}]"),
			[]string{"error N014 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"every address": {
			extra("backend", "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 80}]}]"),
			[]string{"error N006 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"the metadata service, where it does not listen": {
			extra("backend", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.42.42/32}}], "+
				"ports: [{port: 443}]}]"),
			[]string{"error N005 NetworkPolicy shop-backend/x spec.egress[0].to[0]"},
		},
		"a namespace by a label that must be there": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: team, "+
				"operator: Exists}]}}], ports: [{port: 80}]}]"),
			[]string{"error N011 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"a namespace by another label": {
			extra(
				"backend", "ingress: [{from: [{namespaceSelector: {matchLabels: {cloison.dev/component: batch}}}]}]",
			),
			[]string{"error N011 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"a namespace by another label that none has": {
			extra("backend", "ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]"),
			[]string{"error N011 NetworkPolicy shop-backend/x spec.ingress[0].from[0]"},
		},
		"a port whose number nobody knows": {
			extra("backend", "ingress: [{"+fromAll+", ports: [{port: web}]}]"),
			[]string{"undecided warning N016 NetworkPolicy shop-backend/x spec.ingress[0].ports[0].port"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := manifests.Shop(t, declared)
			assert.ElementsMatch(t, test.want, manifests.Brief(judge.Check(t, generate(t, p)+test.add, p)))
		})
	}
}

func TestLessThanIsDeclared(t *testing.T) {
	for name, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"another port": {
			"port: 4000",
			"port: 4001",
			[]string{
				"error N003 NetworkPolicy shop-backend/allow-from-frontend spec.ingress[0]",
				"error N003 NetworkPolicy shop-frontend/allow-to-backend spec.egress[0]",
				"error N002 NetworkPolicy shop-frontend/allow-to-backend spec.egress[0].to[0]",
			},
		},
		"another namespace": {
			"kubernetes.io/metadata.name: shop-frontend",
			"kubernetes.io/metadata.name: frontend",
			[]string{
				"error N006 NetworkPolicy shop-backend/allow-from-frontend spec.ingress[0].from[0]",
				"error N003 NetworkPolicy shop-backend/default-deny",
			},
		},
		"a misspelt namespace": {
			"kubernetes.io/metadata.name: shop-backend",
			"kubernetes.io/metadata.name: shop-bakcend",
			[]string{"error N003 NetworkPolicy shop-frontend/allow-to-backend spec.egress[0].to[0]"},
		},
		"a smaller block": {
			"cidr: 198.51.100.0/24",
			"cidr: 198.51.100.0/25",
			[]string{"error N003 NetworkPolicy shop-batch/allow-to-198.51.100.0-24 spec.egress[0]"},
		},
		"a label by which it is not known": {
			"kubernetes.io/metadata.name: ingress-nginx",
			"name: ingress-nginx",
			[]string{"error N011 NetworkPolicy shop-frontend/allow-from-ingress-nginx spec.ingress[0].from[0]"},
		},
		"a block that is none": {
			"cidr: 198.51.100.0/24",
			"cidr: 198.51.100.0/33",
			[]string{"error N017 NetworkPolicy shop-batch/allow-to-198.51.100.0-24 spec.egress[0].to[0].ipBlock.cidr"},
		},
		"DNS pods with another label": {
			"k8s-app: kube-dns",
			"k8s-app: dns",
			[]string{
				"error N012 NetworkPolicy shop-backend/allow-dns spec.egress[0]",
				"error N012 NetworkPolicy shop-batch/allow-dns spec.egress[0]",
				"error N012 NetworkPolicy shop-frontend/allow-dns spec.egress[0]",
			},
		},
		"DNS over another protocol": {
			"protocol: UDP",
			"protocol: SCTP",
			[]string{
				"error N012 NetworkPolicy shop-backend/allow-dns spec.egress[0]",
				"error N012 NetworkPolicy shop-batch/allow-dns spec.egress[0]",
				"error N012 NetworkPolicy shop-frontend/allow-dns spec.egress[0]",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := manifests.Shop(t, declared)
			text := generate(t, p)
			require.Contains(t, text, test.from)
			found := judge.Check(t, strings.ReplaceAll(text, test.from, test.to), p)
			assert.ElementsMatch(t, test.want, manifests.Brief(found))
		})
	}
}

func TestANamespaceOfNearlyTheSameNameMayBeMeant(t *testing.T) {
	p := manifests.Shop(t, `a:
  egress: [{to: {namespace: redis-1}, ports: [6379]}, {to: {namespace: redis-2}, ports: [6379]}]
`)
	text := generate(t, p)
	const one = "kubernetes.io/metadata.name: redis-1"
	require.Contains(t, text, one)
	found := judge.Check(t, strings.ReplaceAll(text, one, "kubernetes.io/metadata.name: redis-2"), p)
	assert.Equal(t, []string{"error N003 NetworkPolicy shop-a/default-deny"}, manifests.Brief(found))
}
