package cluster_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/strict"
)

// other is a Cluster that says everything.
const other = `apiVersion: cloison.dev/v1alpha1
kind: Cluster
metadata: {name: production}
spec:
  distribution: Other
  podCIDRs: [10.244.0.0/16, "fd00:1::/56"]
  serviceCIDRs: [10.96.0.0/12]
  apiServer:
  - cidr: 192.0.2.10/32
    port: 443
  - cidr: 192.0.2.11/32
  dns:
    namespace: dns
    pods: {app: coredns}
    nodeLocal: 169.254.20.10
  networkPlugin: Cilium
  externalSecrets: {version: v2.9.1, namespace: operators}
  monitoring: {namespace: observability}
  namespacesComplete: true
  namespaces:
    ingress: {trusted: reads the certificates}
    batch: {}
  kinds:
    grafana.com/*: dashboards
    example.com/Toggle: feature flags
`

func load(t *testing.T, text string) (*cluster.Cluster, []finding.Finding) {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	return cluster.Load(document.Content[0], strict.Origin{FirstLine: 1})
}

func TestEverythingIsSaid(t *testing.T) {
	got, findings := load(t, other)
	require.Empty(t, findings)
	assert.Equal(t, &cluster.Cluster{
		Name:         "production",
		PodCIDRs:     []netip.Prefix{netip.MustParsePrefix("10.244.0.0/16"), netip.MustParsePrefix("fd00:1::/56")},
		ServiceCIDRs: []netip.Prefix{netip.MustParsePrefix("10.96.0.0/12")},
		APIServer: cluster.APIServer{
			Service: netip.MustParseAddrPort("10.96.0.1:443"), Port: 6443,
			Servers: []cluster.Server{
				{Addresses: netip.MustParsePrefix("192.0.2.10/32"), Port: 443},
				{Addresses: netip.MustParsePrefix("192.0.2.11/32"), Port: 6443},
			},
		},
		DNS: cluster.DNS{
			Namespace: "dns", Pods: map[string]string{"app": "coredns"},
			NodeLocal: netip.MustParseAddr("169.254.20.10"),
		},
		Metadata:           cluster.Kapsule().Metadata,
		NetworkPlugin:      cluster.PluginCilium,
		ExternalSecrets:    cluster.ExternalSecrets{Version: "v2.9", Namespace: "operators"},
		Monitoring:         "observability",
		NamespacesComplete: true,
		Namespaces:         map[string]cluster.Namespace{"ingress": {Trusted: "reads the certificates"}, "batch": {}},
		Kinds:              cluster.Kinds{"grafana.com/*": "dashboards", "example.com/Toggle": "feature flags"},
	}, got)
	reason, ok := got.Kinds.Harmless("grafana.com", "Dashboard")
	assert.True(t, ok)
	assert.Equal(t, "dashboards", reason)
	_, ok = got.Kinds.Harmless("example.com", "Job")
	assert.False(t, ok)
	assert.Equal(t, []int32{443, 6443}, got.APIServer.Ports())
}

func TestWhatIsLeftOutIsThatOfKapsule(t *testing.T) {
	const start = "apiVersion: cloison.dev/v1alpha1\nkind: Cluster\nmetadata: {name: a}\n"
	kapsule := cluster.Kapsule()
	kapsule.Name = "a"
	for _, spec := range []string{"", "spec: {}", "spec: {distribution: Kapsule}", "spec: {dns: {}}"} {
		got, findings := load(t, start+spec)
		require.Empty(t, findings, spec)
		assert.Equal(t, &kapsule, got, spec)
	}
	got, findings := load(t, start+"spec: {serviceCIDRs: [10.40.0.0/16]}")
	require.Empty(t, findings)
	assert.Equal(t, kapsule.PodCIDRs, got.PodCIDRs)
	assert.Equal(t, "10.40.0.1:443", got.APIServer.Service.String())
	assert.Equal(t, "10.40.0.10", got.DNS.Service.String())
	assert.Equal(t, []int32{6443}, got.APIServer.Ports())
	_, findings = load(t, start+"spec: {apiServer: [{cidr: 100.64.0.0/10}], dns: {nodeLocal: 100.65.0.1}}")
	require.Len(t, findings, 2)
	for _, f := range findings {
		assert.Contains(t, f.String(), "must be outside 100.64.0.0/15, the addresses of pods")
	}
}

func TestOneProblem(t *testing.T) {
	const aBlock = " must be a block of addresses such as 198.51.100.0/24 or 2001:db8::/32"
	for name, test := range map[string]struct{ old, replacement, want string }{
		"another version":         {"v1alpha1", "v9", `apiVersion: "cloison.dev/v9" must be cloison.dev/v1alpha1; fix: write cloison.dev/v1alpha1 (input line 1)`},
		"no name":                 {"{name: production}", "{}", "metadata.name: must be given (input line 3)"},
		"a name with dots":        {"name: production", "name: a.b", `metadata.name: "a.b" must be a DNS label: at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends (input line 3)`},
		"an unknown field":        {"podCIDRs", "podCIDR", `spec.podCIDR: unknown field "podCIDR"; must be one of`},
		"a distribution":          {"Other", "Others", `spec.distribution: "Others" must be Kapsule or Other; fix: write "Other" (input line 5)`},
		"no block":                {"10.96.0.0/12", "ten", `spec.serviceCIDRs[0]: "ten"` + aBlock + ` (input line 7)`},
		"an address":              {"10.96.0.0/12", "10.96.0.1", `spec.serviceCIDRs[0]: "10.96.0.1"` + aBlock + `; fix: write "10.96.0.1/32" for the one address (input line 7)`},
		"bits behind":             {"10.96.0.0/12", "10.97.0.0/12", `spec.serviceCIDRs[0]: "10.97.0.0/12" must be a block of addresses with no bit set behind the prefix; fix: write "10.96.0.0/12" (input line 7)`},
		"everything":              {"10.96.0.0/12", "0.0.0.0/0", `spec.serviceCIDRs[0]: "0.0.0.0/0" must be a part of all addresses; fix: name the addresses that the cluster uses (input line 7)`},
		"IPv4 as IPv6":            {"10.96.0.0/12", `"::ffff:10.96.0.0/108"`, `spec.serviceCIDRs[0]: "::ffff:10.96.0.0/108" must be written as a block of IPv4 addresses such as 198.51.100.0/24; fix: write "10.96.0.0/12" (input line 7)`},
		"no blocks":               {"[10.96.0.0/12]", "[]", "spec.serviceCIDRs: must be given: with distribution Other nothing is assumed (input line 7)"},
		"a block twice":           {"10.96.0.0/12", "10.96.0.0/12, 10.96.0.0/12", `spec.serviceCIDRs[1]: "10.96.0.0/12" must be given once: spec.serviceCIDRs[0] has it; fix: remove one of the two (input line 7)`},
		"pods and Services":       {"10.96.0.0/12", "10.244.8.0/24", "spec.serviceCIDRs[0]: the addresses of Services, 10.244.8.0/24, must lie outside those of pods, 10.244.0.0/16 (input line 7)"},
		"no server":               {"cidr: 192.0.2.10/32\n    ", "", "spec.apiServer[0].cidr: must be given (input line 9)"},
		"a port":                  {"port: 443", "port: 70000", `spec.apiServer[0].port: "70000" must be a port from 1 to 65535 (input line 10)`},
		"no port":                 {"port: 443", "port: https", `spec.apiServer[0].port: must be a whole number, got a text (input line 10)`},
		"a namespace":             {"namespace: dns", "namespace: DNS", `spec.dns.namespace: "DNS" must be a DNS label`},
		"no labels":               {"{app: coredns}", "{}", "spec.dns.pods: must be given: with distribution Other nothing is assumed (input line 14)"},
		"a label":                 {"app: coredns", "-app: coredns", `spec.dns.pods.-app: "-app" must be a label name such as app or example.com/team`},
		"a label's value":         {"app: coredns", "app: -", `spec.dns.pods.app: "-" must be a label value`},
		"no cache":                {"169.254.20.10", "cache", `spec.dns.nodeLocal: "cache" must be an address such as 169.254.20.10 (input line 15)`},
		"a zone":                  {"10.96.0.0/12", `"fe80::1%eth0/64"`, `spec.serviceCIDRs[0]: "fe80::1%eth0/64"` + aBlock + ` (input line 7)`},
		"too few Services":        {"10.96.0.0/12", "10.96.0.0/29, 10.96.1.0/32", `spec.serviceCIDRs[0]: "10.96.0.0/29" must be a block of 16 addresses or more, /28 at most; fix: name the whole block that Services have their addresses from (input line 7)`},
		"pods as servers":         {"192.0.2.10/32", "0.0.0.0/1", `spec.apiServer[0].cidr: "0.0.0.0/1" must be outside 10.244.0.0/16, the addresses of pods: pods change addresses, and components would reach each other; fix: name the addresses that it has, and no others (input line 9)`},
		"metadata's server":       {"192.0.2.10/32", "169.254.0.0/16", `spec.apiServer[0].cidr: "169.254.0.0/16" must be outside the metadata service's addresses, which tells a pod the secrets of its node; fix: name the addresses that it has, and no others (input line 9)`},
		"a pod as cache":          {"169.254.20.10", `"fd00:1::7"`, `spec.dns.nodeLocal: "fd00:1::7" must be outside fd00:1::/56, the addresses of pods`},
		"metadata":                {"169.254.20.10", "169.254.42.42", `spec.dns.nodeLocal: "169.254.42.42" must be outside the metadata service's addresses`},
		"a plugin":                {"Cilium", "cilium", `spec.networkPlugin: "cilium" must be Cilium, Calico or Other; fix: write "Cilium" (input line 16)`},
		"a version":               {"v2.9.1", "2.9.1", `spec.externalSecrets.version: "2.9.1" must be a version such as v2.9; fix: write what the image of the operator has, as v2.9 or v2.9.0 (input line 17)`},
		"an operator's namespace": {"namespace: operators", "namespace: Operators", `spec.externalSecrets.namespace: "Operators" must be a DNS label`},
		"no monitoring":           {"{namespace: observability}", "{}", "spec.monitoring.namespace: must be given (input line 18)"},
		"completeness":            {"namespacesComplete: true", "namespacesComplete: yes!", "spec.namespacesComplete: must be true or false, got a text"},
		"a namespace's name":      {"ingress:", "Ingress:", `spec.namespaces.Ingress: "Ingress" must be a DNS label`},
		"no reason":               {"reads the certificates", `" "`, "spec.namespaces.ingress.trusted: must be a reason, which reports repeat; fix: say why what runs there may have rights over every component, or remove the field (input line 21)"},
		"a kind alone":            {"example.com/Toggle", "Toggle", `spec.kinds.Toggle: "Toggle" must be a custom kind as GROUP/KIND, or GROUP/* for all of a group; fix: write it as in grafana.com/Dashboard (input line 25)`},
		"a judged kind":           {"example.com/Toggle", "external-secrets.io/ExternalSecret", `"external-secrets.io/ExternalSecret" must be a custom kind: those of external-secrets.io are judged one by one; fix: remove the entry; a finding is accepted at its object`},
		"a kind without why":      {"feature flags", `""`, `must be a reason, which reports repeat; fix: say why these kinds neither run pods nor move secrets (input line 25)`},
		"nothing assumed":         {"    namespace: dns\n", "", "spec.dns.namespace: must be given: with distribution Other nothing is assumed (input line 12)"},
	} {
		t.Run(name, func(t *testing.T) {
			got, findings := load(t, strings.Replace(other, test.old, test.replacement, 1))
			assert.Nil(t, got)
			require.NotEmpty(t, findings)
			assert.Equal(t, finding.ClusterInvalid, findings[0].Code)
			assert.Contains(t, findings[0].String(), test.want)
		})
	}
}

func TestWhatIsEmptyIsRefusedWhereThereIsADefault(t *testing.T) {
	kapsule := strings.Replace(other, "Other", "Kapsule", 1)
	for field, empty := range map[string]string{
		"spec.podCIDRs":      strings.Replace(kapsule, `[10.244.0.0/16, "fd00:1::/56"]`, "[]", 1),
		"spec.serviceCIDRs":  strings.Replace(kapsule, "[10.96.0.0/12]", "[]", 1),
		"spec.dns.namespace": strings.Replace(kapsule, "namespace: dns", `namespace: ""`, 1),
		"spec.dns.pods":      strings.Replace(kapsule, "{app: coredns}", "{}", 1),
	} {
		_, findings := load(t, empty)
		require.Len(t, findings, 1)
		assert.Contains(t, findings[0].String(), field+": must not be empty; fix: remove it for the default")
	}
}

func TestAllProblemsAreSaidAtOnce(t *testing.T) {
	_, findings := load(t, "kind: Cluster\nmetadata: {}\nspec: {distribution: Other, apiServer: [{port: 0}], zone: a}\n")
	var fields []string
	for _, f := range findings {
		fields = append(fields, f.Field.String())
	}
	assert.ElementsMatch(t, []string{
		"apiVersion", "metadata.name", "spec.zone", "spec.podCIDRs", "spec.serviceCIDRs", "spec.dns.namespace",
		"spec.dns.pods", "spec.apiServer[0].cidr", "spec.apiServer[0].port",
	}, fields)
}
