package generators_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

func TestPoliciesAreNamedAfterTheirPeers(t *testing.T) {
	for name, test := range map[string]struct {
		flows string
		want  []string
	}{
		"one peer":           {"egress: [{to: {component: b}}]", []string{"allow-to-b"}},
		"one peer, narrowed": {"egress: [{to: {component: b}, pods: {app: x}}]", []string{"allow-to-b"}},
		"one peer, two choices of own pods": {
			"egress: [{to: {component: b}, pods: {app: x}}, {to: {component: b}}]",
			[]string{"allow-to-b", "allow-to-b-from-app-x"},
		},
		"one peer, two ports": {
			"egress: [{to: {component: b}, ports: [1]}, {to: {component: b}, ports: [2]}]", []string{"allow-to-b"},
		},
		"no labels and empty labels": {
			"egress: [{to: {component: b}, pods: {}, ports: [1]}, {to: {component: b}, ports: [2]}]",
			[]string{"allow-to-b"},
		},
		"choices of the peer's pods": {
			"egress: [{to: {component: b, pods: {app: x}}}, {to: {component: b, pods: {app: y}}}]",
			[]string{"allow-to-b"},
		},
		"labels with an empty value": {
			"egress: [{to: {component: b}, pods: {app: \"\"}}, {to: {component: b}}]",
			[]string{"allow-to-b", "allow-to-b-from-app"},
		},
		"labels with dots and underscores": {
			"egress: [{to: {component: b}, pods: {example.com/x..y: a._b}}, {to: {component: b}}]",
			[]string{"allow-to-b", "allow-to-b-from-example.com-x.y-a.b"},
		},
		"labels that differ by case": {
			"egress: [{to: {component: b}, pods: {app: X}}, {to: {component: b}, pods: {app: x}}]",
			[]string{"allow-to-b-from-app-x", "allow-to-b-from-app-x-"},
		},
		"a namespace": {"ingress: [{from: {namespace: monitoring}}]", []string{"allow-from-monitoring"}},
		"a namespace called as a component": {
			"ingress: [{from: {namespace: b}}, {from: {component: b}}]",
			[]string{"allow-from-b", "allow-from-namespace-b"},
		},
		"a component called internet": {
			"egress: [{to: {internet: true}}, {to: {component: internet}}]",
			[]string{"allow-to-internet", "allow-to-internet-internet"},
		},
		"a component called as another pods": {
			"egress: [{to: {component: b}, pods: {x: y}}, {to: {component: b}}, {to: {component: b-from-x-y}}]",
			[]string{"allow-to-b", "allow-to-b-from-x-y", "allow-to-b-from-x-y-"},
		},
		"blocks of addresses": {
			"egress: [{to: {cidr: 198.51.100.0/24}}, {to: {cidr: \"2001:db8::/32\"}}, {to: {cidr: \"::/0\"}}]",
			[]string{"allow-to-0", "allow-to-198.51.100.0-24", "allow-to-2001-db8-32"},
		},
		"the API server": {"egress: [{to: {kubernetesAPI: true}}]", []string{"allow-to-kubernetes-api"}},
	} {
		t.Run(name, func(t *testing.T) {
			objects := generate(t, "a: {"+test.flows+"}\nb: {}\ninternet: {}\nb-from-x-y: {}\n")
			got := flowPolicies(objects, "shop-a")
			require.Len(t, got, len(test.want), "%v", got)
			for i, want := range test.want {
				if strings.HasSuffix(want, "-") { // and a hash
					assert.Regexp(t, "^"+want+"[0-9a-f]{8}$", got[i])
					continue
				}
				assert.Equal(t, want, got[i])
			}
		})
	}
}

func TestNamesOfPoliciesAreUniqueAndShortEnough(t *testing.T) {
	long := strings.Repeat("a", 63)
	labels := ""
	for _, key := range []string{"a", "b", "c", "d"} {
		labels += key + ": " + long + ", "
	}
	objects := generate(
		t,
		"a:\n  egress:\n  - {to: {component: b}, pods: {"+labels+"x: y}}\n  - {to: {component: b}, pods: {"+
			labels+"x: z}}\nb: {}\n",
	)
	names := flowPolicies(objects, "shop-a")
	require.Len(t, names, 2)
	assert.NotEqual(t, names[0], names[1])
	for _, name := range names {
		assert.Empty(t, validation.IsDNS1123Subdomain(name))
	}
}

func TestAFlowBetweenComponentsIsOpenOnBothSidesAndNowhereElse(t *testing.T) {
	for name, spec := range map[string]string{
		"written as egress": "a: {egress: [{to: {component: b, pods: {app: db}}, pods: {app: api}, " +
			"ports: [80-90]}]}\nb: {}\nc: {}\n",
		"written as ingress": "a: {}\nb: {ingress: [{from: {component: a, pods: {app: api}}, pods: {app: db}, " +
			"ports: [80-90]}]}\nc: {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			objects := generate(t, spec)
			out := find[*netv1.NetworkPolicy](t, objects, "shop-a", "allow-to-b").Spec
			in := find[*netv1.NetworkPolicy](t, objects, "shop-b", "allow-from-a").Spec
			assert.Equal(t, map[string]string{"app": "api"}, out.PodSelector.MatchLabels)
			assert.Equal(t, map[string]string{"app": "db"}, in.PodSelector.MatchLabels)
			assert.Equal(t, []netv1.PolicyType{netv1.PolicyTypeEgress}, out.PolicyTypes)
			assert.Equal(t, []netv1.PolicyType{netv1.PolicyTypeIngress}, in.PolicyTypes)
			require.Len(t, out.Egress, 1)
			require.Len(t, in.Ingress, 1)
			assert.Equal(t, peer("shop-b", "db"), out.Egress[0].To)
			assert.Equal(t, peer("shop-a", "api"), in.Ingress[0].From)
			require.Len(t, out.Egress[0].Ports, 1)
			assert.Equal(t, int32(80), out.Egress[0].Ports[0].Port.IntVal)
			assert.Equal(t, int32(90), *out.Egress[0].Ports[0].EndPort)
			assert.Equal(t, out.Egress[0].Ports, in.Ingress[0].Ports)
			assert.Empty(t, flowPolicies(objects, "shop-c"))
			assert.Len(t, flowPolicies(objects, "shop-a"), 1)
			assert.Len(t, flowPolicies(objects, "shop-b"), 1)
		})
	}
}

// peer is one rule's peer: the namespace and the pods together, not one or the other.
func peer(namespace, app string) []netv1.NetworkPolicyPeer {
	var p netv1.NetworkPolicyPeer
	p.NamespaceSelector = selector("kubernetes.io/metadata.name", namespace)
	p.PodSelector = selector("app", app)
	return []netv1.NetworkPolicyPeer{p}
}

func TestInternalTraffic(t *testing.T) {
	objects := generate(t, "a: {}\nb: {internalTraffic: Deny}\n")
	find[*netv1.NetworkPolicy](t, objects, "shop-a", "allow-same-namespace")
	for _, object := range objects {
		if object.GetNamespace() == "shop-b" {
			assert.NotEqual(t, "allow-same-namespace", object.GetName())
		}
	}
	deny := find[*netv1.NetworkPolicy](t, objects, "shop-b", "default-deny").Spec
	assert.Empty(t, deny.PodSelector.MatchLabels, "every pod")
	assert.ElementsMatch(t, []netv1.PolicyType{netv1.PolicyTypeEgress, netv1.PolicyTypeIngress}, deny.PolicyTypes)
	assert.Empty(t, deny.Egress)
	assert.Empty(t, deny.Ingress)
}

func TestTheInternetIsPublicAddressesOnly(t *testing.T) {
	objects := generate(t, "a: {egress: [{to: {internet: true}, ports: [443]}]}\n")
	rules := find[*netv1.NetworkPolicy](t, objects, "shop-a", "allow-to-internet").Spec.Egress
	require.Len(t, rules, 1)
	for _, public := range []string{"51.15.0.1", "8.8.8.8", "2001:4860:4860::8888", "2a00:1450::1"} {
		assert.True(t, reaches(t, rules[0], public), public)
	}
	for _, other := range []string{
		"169.254.42.42", "169.254.169.254", "fd00:42::42", "10.0.0.1", "10.32.0.10", "100.64.0.1", "100.127.255.255",
		"172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
		"::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
		"64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "198.18.0.1", "192.0.2.1",
	} {
		assert.False(t, reaches(t, rules[0], other), other)
	}
}

func TestABlockOfAddressesNeverCoversPods(t *testing.T) {
	objects := generate(
		t, "a: {egress: [{to: {cidr: 0.0.0.0/0}}, {to: {cidr: 100.64.0.0/10}}, {to: {cidr: 198.51.100.0/24}}]}\n",
	)
	for name, other := range map[string]string{
		"allow-to-0.0.0.0-0":       "8.8.8.8",
		"allow-to-100.64.0.0-10":   "100.100.0.1",
		"allow-to-198.51.100.0-24": "198.51.100.9",
	} {
		rule := find[*netv1.NetworkPolicy](t, objects, "shop-a", name).Spec.Egress[0]
		assert.False(t, reaches(t, rule, "100.64.0.1"), name)
		assert.False(t, reaches(t, rule, "100.65.255.254"), name)
		assert.True(t, reaches(t, rule, other), name)
	}
}

func TestTheAPIServerIsNoWayToPodsAndServices(t *testing.T) {
	objects := generate(t, "a: {egress: [{to: {kubernetesAPI: true}}]}\n")
	for _, rule := range find[*netv1.NetworkPolicy](t, objects, "shop-a", "allow-to-kubernetes-api").Spec.Egress {
		require.NotEmpty(t, rule.Ports)
		for _, other := range []string{"100.64.0.1", "10.32.0.10", "10.32.0.2", "169.254.42.42", "fd00:42::42"} {
			assert.False(t, reaches(t, rule, other), other)
		}
	}
}

func reaches(t *testing.T, rule netv1.NetworkPolicyEgressRule, address string) bool {
	t.Helper()
	addr := netip.MustParseAddr(address)
	for _, to := range rule.To {
		if to.IPBlock == nil || !netip.MustParsePrefix(to.IPBlock.CIDR).Contains(addr) {
			continue
		}
		excepted := false
		for _, except := range to.IPBlock.Except {
			prefix := netip.MustParsePrefix(except)
			assert.True(
				t,
				netip.MustParsePrefix(to.IPBlock.CIDR).Contains(prefix.Addr()),
				"the API server refuses an exception outside the block",
			)
			excepted = excepted || prefix.Contains(addr)
		}
		if !excepted {
			return true
		}
	}
	return false
}

func TestDNSGoesOverBothProtocols(t *testing.T) {
	rule := find[*netv1.NetworkPolicy](t, generate(t, "a: {}\n"), "shop-a", "allow-dns").Spec.Egress[0]
	protocols := map[corev1.Protocol]int32{}
	for _, port := range rule.Ports {
		protocols[*port.Protocol] = port.Port.IntVal
	}
	assert.Equal(t, map[corev1.Protocol]int32{corev1.ProtocolTCP: 53, corev1.ProtocolUDP: 53}, protocols)
	require.Len(t, rule.To, 1)
	assert.Equal(t, selector("kubernetes.io/metadata.name", "kube-system"), rule.To[0].NamespaceSelector)
	assert.Equal(t, selector("k8s-app", "kube-dns"), rule.To[0].PodSelector)
}
