package policy_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/validators/network/policy"
)

// parsePolicy reads a policy of namespace shop called x.
func parsePolicy(t *testing.T, spec string) []*netv1.NetworkPolicy {
	t.Helper()
	p := &netv1.NetworkPolicy{}
	require.NoError(t, k8syaml.UnmarshalStrict([]byte("metadata: {name: x, namespace: shop}\nspec: {"+spec+"}"), p))
	return []*netv1.NetworkPolicy{p}
}

func pod(namespace, app string) policy.Endpoint {
	return policy.Endpoint{Pod: &policy.Pod{
		Namespace: namespace, NamespaceLabels: map[string]string{
			corev1.LabelMetadataName: namespace, "team": namespace,
		}, Labels: map[string]string{"app": app},
		Ports: []corev1.ContainerPort{
			{Name: "http", ContainerPort: 8080}, {Name: "dns", ContainerPort: 53, Protocol: corev1.ProtocolUDP},
		},
	}}
}

func address(text string) policy.Endpoint {
	return policy.Endpoint{Address: netip.MustParseAddr(text)}
}

func TestAllows(t *testing.T) {
	onHost, withAddress := pod("shop", "ui"), pod("bank", "db")
	onHost.Pod.HostNetwork = true
	withAddress.Address = netip.MustParseAddr("100.64.0.7")
	tcp := func(number int32) policy.Port { return policy.Port{Protocol: corev1.ProtocolTCP, Number: number} }
	for name, test := range map[string]struct {
		spec     string
		from, to policy.Endpoint
		port     policy.Port
		want     bool
	}{
		"a pod that no policy selects": {
			"podSelector: {matchLabels: {app: api}}", pod("bank", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"a pod that a policy selects": {
			"podSelector: {matchLabels: {app: ui}}", pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"a pod of another namespace": {
			"podSelector: {}", pod("shop", "ui"), pod("bank", "ui"), tcp(80), true,
		},
		"ingress only, by default": {
			"podSelector: {}", pod("shop", "ui"), address("8.8.8.8"), tcp(80), true,
		},
		"egress too, where it has rules": {
			"podSelector: {}, egress: [{ports: [{port: 443}]}]", pod("shop", "ui"), address("8.8.8.8"), tcp(80), false,
		},
		"ingress, where only egress has rules": {
			"podSelector: {}, egress: [{}]", pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"egress only, where it is said": {
			"podSelector: {}, policyTypes: [Egress]", pod("bank", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"rules of a direction that is left out": {
			"podSelector: {}, policyTypes: [Ingress], egress: [{ports: [{port: 443}]}]",
			pod("shop", "ui"), address("8.8.8.8"), tcp(80), true,
		},
		"an empty rule": {
			"podSelector: {}, ingress: [{}]", address("8.8.8.8"), pod("shop", "ui"), tcp(80), true,
		},
		"a rule with empty lists": {
			"podSelector: {}, ingress: [{from: [], ports: []}]", address("8.8.8.8"), pod("shop", "ui"), tcp(80), true,
		},
		"pods of the own namespace": {
			"podSelector: {}, ingress: [{from: [{podSelector: {}}]}]",
			pod("shop", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"the same labels in another namespace": {
			"podSelector: {}, ingress: [{from: [{podSelector: {}}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"every namespace": {
			"podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"every namespace is not the internet": {
			"podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]",
			address("8.8.8.8"), pod("shop", "ui"), tcp(80), false,
		},
		"namespace and pod, one of them wrong": {
			"podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: bank}}, " +
				"podSelector: {matchLabels: {app: ui}}}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"namespace or pod": {
			"podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: bank}}}, " +
				"{podSelector: {matchLabels: {app: ui}}}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"not in, for a missing label": {
			"podSelector: {}, ingress: [{from: [{podSelector: {matchExpressions: [{key: x, " +
				"operator: NotIn, values: [y]}]}}]}]",
			pod("shop", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"a block": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
			address("10.1.2.3"), pod("shop", "ui"), tcp(80), true,
		},
		"an exception of a block": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]",
			address("10.1.2.3"), pod("shop", "ui"), tcp(80), false,
		},
		"a block of the other family": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
			address("2001:db8::1"), pod("shop", "ui"), tcp(80), false,
		},
		"a block of IPv6": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '2001:db8::/32'}}]}]",
			address("2001:db8::1"), pod("shop", "ui"), tcp(80), true,
		},
		"a block and a pod without address": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"a block and a pod with its address": {
			"podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 100.64.0.0/15}}]}]",
			withAddress, pod("shop", "ui"), tcp(80), true,
		},
		"a port": {
			"podSelector: {}, ingress: [{ports: [{port: 80}]}]", pod("bank", "db"), pod("shop", "ui"), tcp(80), true,
		},
		"another port": {
			"podSelector: {}, ingress: [{ports: [{port: 80}]}]", pod("bank", "db"), pod("shop", "ui"), tcp(81), false,
		},
		"a port is TCP where it is not said": {
			"podSelector: {}, ingress: [{ports: [{port: 80}]}]",
			pod("bank", "db"), pod("shop", "ui"), policy.Port{Protocol: corev1.ProtocolUDP, Number: 80}, false,
		},
		"a protocol without port": {
			"podSelector: {}, ingress: [{ports: [{protocol: SCTP}]}]",
			pod("bank", "db"), pod("shop", "ui"), policy.Port{Protocol: corev1.ProtocolSCTP, Number: 7}, true,
		},
		"within a range": {
			"podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(90), true,
		},
		"behind a range": {
			"podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(91), false,
		},
		"a named port": {
			"podSelector: {}, ingress: [{ports: [{port: http}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(8080), true,
		},
		"a named port, by another number": {
			"podSelector: {}, ingress: [{ports: [{port: http}]}]",
			pod("bank", "db"), pod("shop", "ui"), tcp(80), false,
		},
		"a named port of another protocol": {
			"podSelector: {}, ingress: [{ports: [{port: dns}]}]", pod("bank", "db"), pod("shop", "ui"), tcp(53), false,
		},
		"a named port of the pod that is reached": {
			"podSelector: {}, egress: [{ports: [{port: http}]}]",
			pod("shop", "ui"), pod("bank", "db"), tcp(8080), true,
		},
		"a named port of an address": {
			"podSelector: {}, egress: [{ports: [{port: http}]}]",
			pod("shop", "ui"), address("8.8.8.8"), tcp(8080), false,
		},
		"policies do not hold a pod on its node": {
			"podSelector: {}, policyTypes: [Ingress, Egress]", onHost, address("8.8.8.8"), tcp(80), true,
		},
		"and do not select it as a peer": {
			"podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", onHost, pod("shop", "api"), tcp(80), false,
		},
		"what the API server refuses is not let in": {
			"podSelector: {}, ingress: [{from: [{}, {ipBlock: {cidr: x}}, " +
				"{podSelector: {matchExpressions: [{key: a, operator: Is}]}}]}]",
			pod("shop", "db"), pod("shop", "ui"), tcp(80), false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(
				t,
				test.want,
				policy.Compile(parsePolicy(t, test.spec)...).Evaluate(test.from, test.to, test.port).Allowed,
			)
		})
	}
}

func TestAVerdictNamesTheRuleOrThePoliciesThatIsolate(t *testing.T) {
	policies := append(
		parsePolicy(
			t, "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ports: [{port: 1}]}, {ports: [{port: 2}]}]",
		),
		parsePolicy(t, "podSelector: {matchLabels: {app: ui}}")...,
	)
	policies[1].Name = "second"
	v := policy.Compile(policies...).Evaluate(
		pod("shop", "ui"), pod("shop", "ui"), policy.Port{Protocol: corev1.ProtocolTCP, Number: 2},
	)
	assert.Equal(t, policy.Verdict{
		Egress: policy.Side{
			Allowed:   true,
			By:        &policy.RuleName{Policy: "shop/x", Field: "spec.egress[1]"},
			Isolating: []string{"shop/x"},
		},
		Ingress: policy.Side{Isolating: []string{"shop/x", "shop/second"}},
	}, v)
}
