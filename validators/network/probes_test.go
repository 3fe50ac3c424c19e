package network_test

import (
	"maps"
	"net/netip"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/validators/network/policy"
)

// letTheSameThrough compares two lists of policies of one namespace on every connection that their selectors, blocks
// and ports tell apart, one at a time.
func letTheSameThrough(namespace string, a, b []*netv1.NetworkPolicy) bool {
	p := &probes{
		labels:     []map[string]string{nil},
		namespaces: []string{namespace},
		ports:      []policy.Port{{Protocol: corev1.ProtocolTCP, Number: 1}},
	}
	for _, changed := range slices.Concat(a, b) {
		p.selector(&changed.Spec.PodSelector)
		if !hasEqual(a, changed) || !hasEqual(b, changed) {
			p.add(changed)
		}
	}
	var others []policy.Endpoint
	for _, namespace := range p.namespaces {
		for _, labels := range p.labels {
			others = append(others, policy.Endpoint{Pod: &policy.Pod{
				Namespace: namespace, Labels: labels,
				NamespaceLabels: map[string]string{corev1.LabelMetadataName: namespace},
			}})
		}
	}
	for _, address := range p.addresses {
		others = append(others, policy.Endpoint{Address: address})
	}
	before, after := policy.Compile(a...), policy.Compile(b...)
	for _, pod := range others[:len(p.labels)] {
		for _, other := range others {
			for _, port := range p.ports {
				allowed := func(p *policy.Policies) [2]bool {
					return [2]bool{
						p.Side(policy.Egress, pod, other, port).Allowed,
						p.Side(policy.Ingress, other, pod, port).Allowed,
					}
				}
				if allowed(before) != allowed(after) {
					return false
				}
			}
		}
	}
	return true
}

func hasEqual(policies []*netv1.NetworkPolicy, policy *netv1.NetworkPolicy) bool {
	return slices.ContainsFunc(
		policies, func(other *netv1.NetworkPolicy) bool { return reflect.DeepEqual(other, policy) },
	)
}

type probes struct {
	namespaces []string
	labels     []map[string]string
	addresses  []netip.Addr
	ports      []policy.Port
}

func (p *probes) add(added *netv1.NetworkPolicy) {
	p.namespace(added.Namespace)
	p.selector(&added.Spec.PodSelector)
	for _, d := range policy.Directions() {
		for _, r := range d.Rules(added) {
			p.rule(r.Peers, r.Ports)
		}
	}
}

func (p *probes) namespace(name string) {
	if !slices.Contains(p.namespaces, name) {
		p.namespaces = append(p.namespaces, name)
	}
}

func (p *probes) selector(s *metav1.LabelSelector) {
	if s == nil || len(s.MatchLabels) == 0 {
		return
	}
	isKnown := func(known map[string]string) bool { return maps.Equal(known, s.MatchLabels) }
	if !slices.ContainsFunc(p.labels, isKnown) {
		p.labels = append(p.labels, s.MatchLabels)
	}
}

func (p *probes) rule(peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	for i := range peers {
		p.selector(peers[i].PodSelector)
		if s := peers[i].NamespaceSelector; s != nil && s.MatchLabels[corev1.LabelMetadataName] != "" {
			p.namespace(s.MatchLabels[corev1.LabelMetadataName])
		}
		if block := peers[i].IPBlock; block != nil {
			for _, text := range append([]string{block.CIDR}, block.Except...) {
				p.block(text)
			}
		}
	}
	for _, port := range ports {
		protocol, first := corev1.ProtocolTCP, int32(1)
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		if port.Port != nil {
			first = port.Port.IntVal
		}
		last := first
		if port.EndPort != nil {
			last = *port.EndPort
		}
		p.port(corev1.ProtocolTCP, first)
		p.port(protocol, first)
		p.port(protocol, last+1)
	}
}

func (p *probes) block(text string) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		for _, address := range []netip.Addr{prefix.Masked().Addr(), prefix.Masked().Addr().Prev()} {
			if address.IsValid() && !slices.Contains(p.addresses, address) {
				p.addresses = append(p.addresses, address)
			}
		}
	}
}

func (p *probes) port(protocol corev1.Protocol, number int32) {
	if port := (policy.Port{Protocol: protocol, Number: number}); !slices.Contains(p.ports, port) {
		p.ports = append(p.ports, port)
	}
}
