package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

const namesDeclared = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    backend: {egress: [{to: {fqdns: ["*.example.com"]}, pods: {app: api}, ports: [443]}]}
    frontend: {}
`

// withCilium is a Kapsule that is known to have Cilium.
func withCilium() cluster.Cluster {
	in := cluster.Kapsule()
	in.NetworkPlugin = cluster.PluginCilium
	return in
}

// asked is the rule by which Cilium reads the answers of the DNS.
const asked = `{toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}], ` +
	`toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]}`

const closed = `egressDeny: [{toCIDR: [169.254.42.42/32, "fd00:42::42/128"]}]`

// names is a CiliumNetworkPolicy of a component.
func names(component, spec string) string {
	return "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop-" + component +
		"}\nspec: {" + spec + "}\n"
}

func TestNamesOfHosts(t *testing.T) {
	const api, every = "endpointSelector: {matchLabels: {app: api}}, ", "endpointSelector: {}, "
	const declaredName = `{toFQDNs: [{matchPattern: "*.example.com"}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}`
	for name, test := range map[string]struct {
		add  string
		want []string
	}{
		"nothing more": {"", nil},
		"a part of what is declared": {
			names("backend", api+"egress: ["+asked+`, {toFQDNs: [{matchName: A.example.com.}], toPorts: [{ports: [{port: "443", `+
				`protocol: TCP}]}]}], `+closed), nil,
		},
		"another name": {
			names("frontend", every+"egress: ["+asked+", {toFQDNs: [{matchName: evil.example.org}]}], "+closed),
			[]string{"error N004 CiliumNetworkPolicy shop-frontend/x spec.egress[1].toFQDNs[0]"},
		},
		"the name below": {
			names("backend", api+"egress: ["+asked+`, {toFQDNs: [{matchName: a.b.example.com}, {matchName: example.com}, `+
				`{matchPattern: "*"}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}], `+closed),
			[]string{
				"error N004 CiliumNetworkPolicy shop-backend/x spec.egress[1].toFQDNs[0]",
				"error N004 CiliumNetworkPolicy shop-backend/x spec.egress[1].toFQDNs[1]",
				"error N004 CiliumNetworkPolicy shop-backend/x spec.egress[1].toFQDNs[2]",
			},
		},
		"more pods, another protocol and other ports": {
			names("backend", every+"egress: ["+declaredName+"], "+closed) +
				strings.Replace(names("backend", api+`egress: [{toFQDNs: [{matchPattern: "*.example.com"}], toPorts: [{ports: `+
					`[{port: "443"}]}]}, {toFQDNs: [{matchName: a.example.com}]}], `+closed), "name: x", "name: y", 1),
			[]string{
				"error N004 CiliumNetworkPolicy shop-backend/x spec.egress[0].toFQDNs[0]",
				"error N004 CiliumNetworkPolicy shop-backend/y spec.egress[0].toFQDNs[0]",
				"error N004 CiliumNetworkPolicy shop-backend/y spec.egress[1].toFQDNs[0]",
			},
		},
		"the metadata service left open": {
			names("backend", api+"egress: ["+declaredName+"]"),
			[]string{"warning N005 CiliumNetworkPolicy shop-backend/x spec.egress[0].toFQDNs[0]"},
		},
		"what is not evaluated": {
			names("backend", api+"egress: [{toEntities: [world]}]") + names("frontend", every+"ingress: [{}]"),
			[]string{
				"undecided warning N016 CiliumNetworkPolicy shop-backend/x spec.egress[0].toEntities",
				"undecided warning N016 CiliumNetworkPolicy shop-frontend/x spec.ingress",
			},
		},
		"blocks and pods are not evaluated": {
			names("frontend", every+"egress: [{toCIDR: [198.51.100.0/24]}]"),
			[]string{"undecided warning N016 CiliumNetworkPolicy shop-frontend/x spec.egress[0]"},
		},
		"a block that closes what is declared": {
			names("backend", api+`egress: [`+asked+`], egressDeny: [{toCIDR: [0.0.0.0/0]}]`),
			[]string{"undecided warning N016 CiliumNetworkPolicy shop-backend/x spec.egressDeny"},
		},
		"what Cilium refuses": {
			names("frontend", every+`egress: [{toFQDNs: [{matchName: "a b"}, {}]}, {toFQDN: []}, {toFQDNs: [{matchName: a.b}], `+
				`toCIDR: [192.0.2.1/32]}]`),
			[]string{"error N017 CiliumNetworkPolicy shop-frontend/x spec.egress[1].toFQDN"},
		},
		"what Cilium refuses, with the fields that it has": {
			names("frontend", every+`egress: [{toFQDNs: [{matchName: "a b"}, {}]}, {toFQDNs: [{matchName: a.b}], `+
				`toCIDR: [192.0.2.1/32]}, {toFQDNs: [{matchName: a.b}], toPorts: [{ports: [{port: "0"}]}]}]`),
			[]string{
				"error N017 CiliumNetworkPolicy shop-frontend/x spec.egress[0].toFQDNs[0].matchName",
				"error N017 CiliumNetworkPolicy shop-frontend/x spec.egress[0].toFQDNs[1]",
				"error N017 CiliumNetworkPolicy shop-frontend/x spec.egress[1]",
				"error N017 CiliumNetworkPolicy shop-frontend/x spec.egress[2].toPorts[0].ports[0].port",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, judgeNames(t, generateNames(t)+test.add, withCilium()))
		})
	}
}

func TestNamesOfHostsThatAreBlocked(t *testing.T) {
	generated := generateNames(t)
	for name, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"the policy is missing": {
			"kind: CiliumNetworkPolicy", "kind: CiliumNode", []string{"error N003 Namespace shop-backend"},
		},
		"another name": {
			"'*.example.com'", "'*.example.org'", []string{
				"error N003 CiliumNetworkPolicy shop-backend/allow-to-any.example.com",
				"error N004 CiliumNetworkPolicy shop-backend/allow-to-any.example.com spec.egress[1].toFQDNs[0]",
			},
		},
		"the answers are not read": {
			"matchPattern: '*'", "matchName: example.com",
			[]string{"error N003 CiliumNetworkPolicy shop-backend/allow-to-any.example.com"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, generated, test.from)
			assert.Equal(t, test.want, judgeNames(t, strings.Replace(generated, test.from, test.to, 1), withCilium()))
		})
	}
}

// TestWithoutCiliumNamesAreNotEvaluated has a cluster of which the network plugin is not known.
func TestWithoutCiliumNamesAreNotEvaluated(t *testing.T) {
	assert.Contains(t, judgeNames(t, generateNames(t), cluster.Kapsule()),
		"undecided warning N016 CiliumNetworkPolicy shop-backend/allow-to-any.example.com")
}

func namesPlan(t *testing.T) *plan.Plan {
	t.Helper()
	node, err := yaml.Parse(namesDeclared)
	require.NoError(t, err)
	return manifests.Resolve(t, node.YNode(), withCilium())
}

func generateNames(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, object := range generators.Generate(namesPlan(t), withCilium()) {
		encoded, err := k8syaml.Marshal(object)
		require.NoError(t, err)
		text.WriteString("---\n" + string(encoded))
	}
	return text.String()
}

func judgeNames(t *testing.T, text string, in cluster.Cluster) []string {
	t.Helper()
	set := manifests.Set(t, text)
	findings := network.Check(set, scope.New(set, []*plan.Plan{namesPlan(t)}), in).Findings
	finding.Sort(findings)
	return manifests.Brief(findings)
}
