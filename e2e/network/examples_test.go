package network_test

import (
	"net/netip"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network/policy"
)

// TestAgreesWithCyclonusOnEveryExample compares the verdicts on what the examples and the golden cases hold: every pair
// of workloads, undeclared pods, addresses at the edges of every block, and the ports that are mentioned.
func TestAgreesWithCyclonusOnEveryExample(t *testing.T) {
	for _, pattern := range []string{
		"examples/*/expected.yaml", "examples/*/overlays/*/expected.yaml", "testdata/cases/*/expected.yaml",
	} {
		paths, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, paths, pattern)
		for _, path := range paths {
			t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
				set, _ := objects.NewSet(manifests.Case{Text: testkit.Read(t, path)}.Objects(t))
				compare(t, set)
			})
		}
	}
}

func compare(t *testing.T, set *objects.Set) {
	var policies []*netv1.NetworkPolicy
	for _, p := range set.NetworkPolicies {
		policies = append(policies, p.Value)
	}
	compiled, evaluator, p := compile(policies), policy.Compile(policies...), newPlaces(set)
	disagreements, cases := 0, 0
	for _, from := range p.ends {
		for _, to := range p.ends {
			if from.Pod == nil && to.Pod == nil {
				continue
			}
			for _, port := range p.ports {
				c := traffic{from, to, port}
				if cases++; evaluator.Evaluate(from, to, port).Allowed != byCyclonus(compiled, c) {
					disagreements++
				}
			}
		}
	}
	t.Logf("%d policies, %d cases", len(policies), cases)
	assert.Zero(t, disagreements)
}

// places are the ends and ports that the policies of an example may tell apart.
type places struct {
	ends  []policy.Endpoint
	ports []policy.Port
}

func newPlaces(set *objects.Set) *places {
	p := &places{ports: []policy.Port{{Protocol: corev1.ProtocolTCP, Number: 1}}}
	for _, name := range []string{"kube-system", "default"} {
		p.pod(name, nil, nil)
		p.pod(name, map[string]string{"k8s-app": "kube-dns"}, nil)
	}
	for _, n := range set.Namespaces {
		p.pod(n.Name, nil, nil)
	}
	for _, w := range set.Workloads {
		var ports []corev1.ContainerPort
		for c := range w.Containers() {
			ports = append(ports, c.Ports...)
		}
		p.pod(w.Namespace, w.Pod.Labels, ports)
	}
	for _, typed := range set.NetworkPolicies {
		p.pod(typed.Namespace, typed.Value.Spec.PodSelector.MatchLabels, nil)
		for _, d := range policy.Directions() {
			for _, r := range d.Rules(typed.Value) {
				p.rule(r.Peers, r.Ports)
			}
		}
	}
	return p
}

func (p *places) pod(namespace string, labels map[string]string, ports []corev1.ContainerPort) {
	p.end(policy.Endpoint{Address: netip.MustParseAddr("100.64.0.1"), Pod: &policy.Pod{
		Namespace: namespace, NamespaceLabels: map[string]string{
			corev1.LabelMetadataName: namespace,
		}, Labels: labels, Ports: ports,
	}})
}

func (p *places) end(e policy.Endpoint) {
	if !slices.ContainsFunc(p.ends, func(known policy.Endpoint) bool { return assert.ObjectsAreEqual(known, e) }) {
		p.ends = append(p.ends, e)
	}
}

func (p *places) rule(peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	for _, peer := range peers {
		if peer.IPBlock == nil {
			continue
		}
		for _, text := range append([]string{peer.IPBlock.CIDR}, peer.IPBlock.Except...) {
			first := netip.MustParsePrefix(text).Masked().Addr()
			for _, address := range []netip.Addr{first, first.Prev()} {
				if address.IsValid() {
					p.end(policy.Endpoint{Address: address})
				}
			}
		}
	}
	for _, port := range ports {
		if port.Port != nil {
			protocol := corev1.ProtocolTCP
			if port.Protocol != nil {
				protocol = *port.Protocol
			}
			for _, number := range []int32{port.Port.IntVal, port.Port.IntVal + 1} {
				if at := (policy.Port{Protocol: protocol, Number: number}); !slices.Contains(p.ports, at) {
					p.ports = append(p.ports, at)
				}
			}
		}
	}
}
