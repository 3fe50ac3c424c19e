package generators

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

const dnsPort = 53

func (c component) networkPolicies() []Object {
	policies := []Object{c.defaultDeny(), c.allowDNS()}
	if c.InternalTraffic {
		policies = append(policies, c.allowSameNamespace())
	}
	policies = append(policies, c.flowPolicies(egress, c.Egress)...)
	return append(policies, c.flowPolicies(ingress, c.Ingress)...)
}

func (c component) networkPolicy(name string, spec netv1.NetworkPolicySpec) Object {
	return &netv1.NetworkPolicy{
		TypeMeta:   typeMeta(netv1.SchemeGroupVersion.String(), "NetworkPolicy"),
		ObjectMeta: c.meta(name),
		Spec:       spec,
	}
}

// defaultDeny selects every pod, those that operators create later too, and allows nothing.
func (c component) defaultDeny() Object {
	return c.networkPolicy("default-deny", netv1.NetworkPolicySpec{
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress, netv1.PolicyTypeIngress},
	})
}

// allowDNS allows TCP too, for answers that do not fit into one packet.
func (c component) allowDNS() Object {
	dns := []netv1.NetworkPolicyPeer{{
		NamespaceSelector: namespaceSelector(c.cluster.DNS.Namespace),
		PodSelector:       podSelector(c.cluster.DNS.Pods),
	}}
	if cache := c.cluster.DNS.NodeLocal; cache.IsValid() {
		dns = append(dns, ipBlocks(one(cache))...)
	}
	return c.networkPolicy("allow-dns", netv1.NetworkPolicySpec{
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress},
		Egress: []netv1.NetworkPolicyEgressRule{{
			To: dns,
			Ports: policyPorts([]spec.PortRange{
				{Protocol: corev1.ProtocolTCP, First: dnsPort, Last: dnsPort},
				{Protocol: corev1.ProtocolUDP, First: dnsPort, Last: dnsPort},
			}),
		}},
	})
}

func (c component) allowSameNamespace() Object {
	everyPod := []netv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}
	return c.networkPolicy("allow-same-namespace", netv1.NetworkPolicySpec{
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress, netv1.PolicyTypeIngress},
		Egress:      []netv1.NetworkPolicyEgressRule{{To: everyPod}},
		Ingress:     []netv1.NetworkPolicyIngressRule{{From: everyPod}},
	})
}

// direction is the side of a connection that the component is on.
type direction bool

const (
	egress  direction = true
	ingress direction = false
)

// flowPolicies returns one policy for each peer and selection of the component's own pods, since a NetworkPolicy
// selects one set of pods.
func (c component) flowPolicies(d direction, flows []plan.Flow) []Object {
	var policies []Object
	for _, peer := range flowsByPeer(d, flows) {
		if peer.peer.Kind == plan.PeerFQDNs {
			policies = append(policies, c.namesPolicy(peer))
			continue
		}
		policies = append(policies, c.networkPolicy(peer.name, c.cluster.policySpec(peer, d)))
	}
	return policies
}

// policySpec allows the flows with a peer in one direction.
func (a addresses) policySpec(p *peerFlows, d direction) netv1.NetworkPolicySpec {
	policy := netv1.NetworkPolicySpec{PodSelector: *podSelector(p.pods)}
	for _, flow := range p.flows {
		if d == egress {
			policy.PolicyTypes = []netv1.PolicyType{netv1.PolicyTypeEgress}
			policy.Egress = append(policy.Egress, a.egressRules(flow)...)
			continue
		}
		policy.PolicyTypes = []netv1.PolicyType{netv1.PolicyTypeIngress}
		rule := netv1.NetworkPolicyIngressRule{From: a.policyPeers(flow), Ports: policyPorts(flow.Ports)}
		policy.Ingress = append(policy.Ingress, rule)
	}
	return policy
}

func (a addresses) egressRules(flow plan.Flow) []netv1.NetworkPolicyEgressRule {
	if flow.Peer.Kind == plan.PeerKubernetesAPI {
		return a.kubernetesAPIRules(flow.Ports)
	}
	return []netv1.NetworkPolicyEgressRule{{To: a.policyPeers(flow), Ports: policyPorts(flow.Ports)}}
}

// kubernetesAPIRules allow the API server at each of its addresses, on its port there, or only where ports has it.
func (a addresses) kubernetesAPIRules(ports []spec.PortRange) []netv1.NetworkPolicyEgressRule {
	var rules []netv1.NetworkPolicyEgressRule
	for _, at := range a.kubernetesAPI() {
		if port := onePort(at.port); len(ports) == 0 || slices.Contains(ports, port[0]) {
			rules = append(rules, netv1.NetworkPolicyEgressRule{To: ipBlocks(at.block), Ports: policyPorts(port)})
		}
	}
	return rules
}

// namespaceSelector selects a namespace by the label that only the API server can set.
func namespaceSelector(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{wellknown.NamespaceNameLabel: name}}
}

// podSelector selects the pods with all these labels; every pod where there are none.
func podSelector(labels map[string]string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: labels}
}

func (a addresses) policyPeers(flow plan.Flow) []netv1.NetworkPolicyPeer {
	switch flow.Peer.Kind {
	case plan.PeerComponent, plan.PeerNamespace:
		peer := netv1.NetworkPolicyPeer{NamespaceSelector: namespaceSelector(flow.Peer.Namespace)}
		if len(flow.PeerPods) > 0 {
			peer.PodSelector = podSelector(flow.PeerPods)
		}
		return []netv1.NetworkPolicyPeer{peer}
	case plan.PeerCIDR:
		return ipBlocks(a.cidr(flow.Peer.CIDR))
	case plan.PeerInternet:
		return ipBlocks(a.internet()...)
	case plan.PeerKubernetesAPI: // which calls from its own addresses, whatever that of its Service
		return ipBlocks(a.servers()...)
	}
	return nil
}

func ipBlocks(blocks ...netv1.IPBlock) []netv1.NetworkPolicyPeer {
	peers := make([]netv1.NetworkPolicyPeer, len(blocks))
	for i := range blocks {
		peers[i].IPBlock = &blocks[i]
	}
	return peers
}

func onePort(port int32) []spec.PortRange {
	return []spec.PortRange{{Protocol: corev1.ProtocolTCP, First: port, Last: port}}
}

// policyPorts returns nil, which means all ports, for no ranges.
func policyPorts(ranges []spec.PortRange) []netv1.NetworkPolicyPort {
	var ports []netv1.NetworkPolicyPort
	for _, r := range ranges {
		port := netv1.NetworkPolicyPort{Protocol: new(r.Protocol), Port: new(intstr.FromInt32(r.First))}
		if r.Last != r.First {
			port.EndPort = new(r.Last)
		}
		ports = append(ports, port)
	}
	return ports
}
