package network_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/validators/network/policy"
)

// The small world of the random cases.
var (
	namespaces = []string{"a", "b", "c"}
	// keys of labels, of pods and of namespaces.
	keys      = []string{"app", "tier", corev1.LabelMetadataName}
	values    = []string{"", "x", "y"}
	names     = []string{"http", "dns", "metrics"}
	protocols = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
	blocks    = []string{
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.2/31", "10.0.0.1/32", "::/0", "fd00::/8", "fd00::/126",
	}
	addresses = []string{
		"10.0.0.0",
		"10.0.0.1",
		"10.0.0.2",
		"10.0.0.3",
		"10.9.9.9",
		"192.0.2.1",
		"fd00::",
		"fd00::1",
		"fd00::9",
		"2001:db8::1",
	}
)

type random struct{ *rand.Rand }

func pick[T any](r random, from []T) T { return from[r.IntN(len(from))] }

func (r random) labels() map[string]string {
	labels := map[string]string{}
	for _, key := range keys[:2] {
		if r.IntN(3) > 0 {
			labels[key] = pick(r, values)
		}
	}
	return labels
}

// selector picks one with up to one label and up to two expressions.
func (r random) selector(keys []string, values []string) *metav1.LabelSelector {
	s := &metav1.LabelSelector{}
	if r.IntN(3) == 0 {
		s.MatchLabels = map[string]string{pick(r, keys): pick(r, values)}
	}
	for range max(0, r.IntN(4)-1) {
		e := metav1.LabelSelectorRequirement{Key: pick(r, keys)}
		e.Operator = pick(r, []metav1.LabelSelectorOperator{
			metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn,
			metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist,
		})
		if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
			e.Values = [][]string{{pick(r, values)}, {pick(r, values), pick(r, values)}}[r.IntN(2)]
		}
		s.MatchExpressions = append(s.MatchExpressions, e)
	}
	return s
}

func (r random) peers() []netv1.NetworkPolicyPeer {
	var peers []netv1.NetworkPolicyPeer
	for range r.IntN(4) {
		var p netv1.NetworkPolicyPeer
		switch r.IntN(4) {
		case 0:
			p.IPBlock = &netv1.IPBlock{CIDR: pick(r, blocks)}
			p.IPBlock.Except = r.except(p.IPBlock.CIDR)
		case 1:
			p.PodSelector = r.selector(keys[:2], values)
		case 2:
			p.NamespaceSelector = r.selector(keys, append(namespaces, values...))
		case 3:
			p.PodSelector, p.NamespaceSelector = r.selector(keys[:2], values), r.selector(
				keys, append(namespaces, values...),
			)
		}
		peers = append(peers, p)
	}
	return peers
}

// except picks blocks inside a block, as the API server demands.
func (r random) except(cidr string) []string {
	outer := netip.MustParsePrefix(cidr)
	var except []string
	for _, text := range blocks {
		inner := netip.MustParsePrefix(text)
		if outer.Contains(inner.Addr()) && inner.Bits() > outer.Bits() && r.IntN(3) == 0 {
			except = append(except, text)
		}
	}
	return except
}

func (r random) ports() []netv1.NetworkPolicyPort {
	var ports []netv1.NetworkPolicyPort
	for range max(0, r.IntN(5)-1) {
		var p netv1.NetworkPolicyPort
		if r.IntN(3) > 0 {
			p.Protocol = new(pick(r, protocols))
		}
		switch r.IntN(4) {
		case 0:
			p.Port = new(intstr.FromString(pick(r, names)))
		case 1:
			p.Port = new(intstr.FromInt32(r.number()))
		case 2:
			first := r.number()
			p.Port, p.EndPort = new(intstr.FromInt32(first)), new(first+r.Int32N(3))
		}
		ports = append(ports, p)
	}
	return ports
}

func (r random) number() int32 { return 79 + r.Int32N(5) }

func (r random) policies() []*netv1.NetworkPolicy {
	var policies []*netv1.NetworkPolicy
	for i := range 1 + r.IntN(4) {
		p := &netv1.NetworkPolicy{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("p%d", i), Namespace: pick(r, namespaces[:2])},
		}
		p.Spec.PodSelector = *r.selector(keys[:2], values)
		p.Spec.PolicyTypes = [][]netv1.PolicyType{
			nil,
			{netv1.PolicyTypeIngress},
			{netv1.PolicyTypeEgress},
			{netv1.PolicyTypeIngress, netv1.PolicyTypeEgress},
		}[r.IntN(4)]
		for range r.IntN(3) {
			p.Spec.Ingress = append(p.Spec.Ingress, netv1.NetworkPolicyIngressRule{From: r.peers(), Ports: r.ports()})
		}
		for range r.IntN(3) {
			p.Spec.Egress = append(p.Spec.Egress, netv1.NetworkPolicyEgressRule{To: r.peers(), Ports: r.ports()})
		}
		policies = append(policies, p)
	}
	return policies
}

// world has one choice of labels for each namespace.
type world map[string]map[string]string

func (r random) world() world {
	w := world{}
	for _, name := range namespaces {
		w[name] = r.labels()
		w[name][corev1.LabelMetadataName] = name
	}
	return w
}

func (r random) end(w world) policy.Endpoint {
	e := policy.Endpoint{Address: netip.MustParseAddr(pick(r, addresses))}
	if r.IntN(5) == 0 {
		return e
	}
	namespace := pick(r, namespaces)
	e.Pod = &policy.Pod{
		Namespace: namespace, NamespaceLabels: w[namespace], Labels: r.labels(), HostNetwork: r.IntN(12) == 0,
	}
	for i, name := range names { // no two names for one port: cyclonus takes one name
		if r.IntN(2) == 0 {
			e.Pod.Ports = append(
				e.Pod.Ports,
				corev1.ContainerPort{
					Name: name, ContainerPort: 79 + int32(i), Protocol: pick(r, append(protocols, "")),
				},
			)
		}
	}
	return e
}

func (r random) traffic(w world) traffic {
	return traffic{from: r.end(w), to: r.end(w), port: policy.Port{Protocol: pick(r, protocols), Number: r.number()}}
}
