package network

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Allows decides whether NetworkPolicies let a connection through, as their API defines it (API reference of
// NetworkPolicySpec): a pod that no policy selects for a direction is open in it; one that is selected is open for what the
// rules of all policies together allow. A selector, block or port that the API server would refuse matches nothing.
//
// It does not know what every plugin lets through: traffic of a pod with itself and with its own node.
func Allows(policies []*netv1.NetworkPolicy, from, to Endpoint, port Port) Verdict {
	verdict := Verdict{
		Egress:  judge(policies, egress, from, to, connection{to: to, port: port}),
		Ingress: judge(policies, ingress, to, from, connection{to: to, port: port}),
	}
	verdict.Allowed = verdict.Egress.Allowed && verdict.Ingress.Allowed
	return verdict
}

// connection is where a connection arrives. Names of ports are those of the pod that accepts it, in both directions.
type connection struct {
	to   Endpoint
	port Port
}

// judge decides one side: the policies of own, with the other end as the peer.
func judge(policies []*netv1.NetworkPolicy, d direction, own, peer Endpoint, c connection) Side {
	pod := own.isolable()
	if pod == nil {
		return Side{Allowed: true}
	}
	var side Side
	for _, policy := range policies {
		if policy.Namespace != pod.Namespace || !d.holds(policy) || !selects(&policy.Spec.PodSelector, pod.Labels) {
			continue
		}
		name := policy.Namespace + "/" + policy.Name
		side.Isolating = append(side.Isolating, name)
		for _, r := range d.rules(policy) {
			if side.By == nil && c.on(r.ports) && isPeer(r.peers, pod.Namespace, peer) {
				side.By = &Rule{Policy: name, Field: r.field}
			}
		}
	}
	side.Allowed = side.By != nil || len(side.Isolating) == 0
	return side
}

func selects(selector *metav1.LabelSelector, set map[string]string) bool {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && compiled.Matches(labels.Set(set))
}

// isPeer says whether a rule of a policy in namespace is about the peer. No peers mean everybody.
func isPeer(peers []netv1.NetworkPolicyPeer, namespace string, peer Endpoint) bool {
	if len(peers) == 0 {
		return true
	}
	for i := range peers {
		p := &peers[i]
		if p.IPBlock != nil {
			if peer.Address.IsValid() && inBlock(p.IPBlock, peer.Address) {
				return true
			}
			continue
		}
		if pod := peer.isolable(); pod != nil && isPod(p, namespace, pod) {
			return true
		}
	}
	return false
}

func isPod(p *netv1.NetworkPolicyPeer, namespace string, pod *Pod) bool {
	switch {
	case p.NamespaceSelector == nil && p.PodSelector == nil:
		return false // the API server refuses a peer that is nothing
	case p.NamespaceSelector == nil && pod.Namespace != namespace:
		return false
	case p.NamespaceSelector != nil && !selects(p.NamespaceSelector, pod.NamespaceLabels):
		return false
	}
	return p.PodSelector == nil || selects(p.PodSelector, pod.Labels)
}

func inBlock(block *netv1.IPBlock, address netip.Addr) bool {
	if !contains(block.CIDR, address) {
		return false
	}
	for _, except := range block.Except {
		if contains(except, address) {
			return false
		}
	}
	return true
}

func contains(cidr string, address netip.Addr) bool {
	prefix, err := netip.ParsePrefix(cidr)
	return err == nil && prefix.Contains(address)
}

// on says whether the connection arrives at one of the ports. No ports mean all.
func (c connection) on(ports []netv1.NetworkPolicyPort) bool {
	if len(ports) == 0 {
		return true
	}
	for i := range ports {
		if protocolOf(&ports[i]) == c.port.Protocol && c.at(&ports[i]) {
			return true
		}
	}
	return false
}

func protocolOf(port *netv1.NetworkPolicyPort) corev1.Protocol {
	if port.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *port.Protocol
}

func (c connection) at(port *netv1.NetworkPolicyPort) bool {
	switch {
	case port.Port == nil:
		return port.EndPort == nil
	case port.Port.Type == intstr.String:
		return port.EndPort == nil && c.named(port.Port.StrVal)
	case port.EndPort != nil:
		return port.Port.IntVal <= c.port.Number && c.port.Number <= *port.EndPort
	}
	return port.Port.IntVal == c.port.Number
}

// named says whether the accepting pod gives its port this name.
func (c connection) named(name string) bool {
	pod := c.to.isolable()
	if pod == nil {
		return false
	}
	for _, p := range pod.Ports {
		if p.Name == name && p.ContainerPort == c.port.Number && portProtocol(p) == c.port.Protocol {
			return true
		}
	}
	return false
}

// portProtocol is TCP where a container does not say it.
func portProtocol(port corev1.ContainerPort) corev1.Protocol {
	if port.Protocol == "" {
		return corev1.ProtocolTCP
	}
	return port.Protocol
}
