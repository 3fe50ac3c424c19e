package generators

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

type ciliumNetworkPolicy = Manifest[cilium.Rule]

// namesPolicy allows the flows to host names.
func (c component) namesPolicy(p *peerFlows) Object {
	var opened []cilium.EgressRule
	for _, flow := range p.flows {
		opened = append(opened, cilium.EgressRule{ToFQDNs: namesOf(flow.Peer), ToPorts: ciliumPorts(flow.Ports)})
	}
	return c.ciliumPolicy(p.name, p.pods, opened)
}

// ciliumPolicy opens connections to host names. Cilium knows their addresses by the answers of the DNS, which it reads
// where a rule of the same policy has it read them. Whoever answers for a name chooses the addresses, so that the
// metadata service is closed. Facts: docs/facts.md, "Policies of Cilium".
func (c component) ciliumPolicy(name string, pods map[string]string, opened []cilium.EgressRule) Object {
	rule := cilium.Rule{EndpointSelector: ciliumSelector(pods), Egress: slices.Concat(c.cluster.readDNS(), opened)}
	var closed cilium.EgressDenyRule
	for _, address := range c.cluster.Metadata {
		closed.ToCIDR = append(closed.ToCIDR, one(address).CIDR)
	}
	rule.EgressDeny = []cilium.EgressDenyRule{closed}
	return &ciliumNetworkPolicy{
		TypeMeta:   typeMeta(cilium.Group+"/"+cilium.Version, cilium.Kind),
		ObjectMeta: c.meta(name),
		Spec:       rule,
	}
}

func namesOf(peer plan.Peer) []cilium.Name {
	names := make([]cilium.Name, len(peer.FQDNs))
	for i, text := range peer.FQDNs {
		names[i] = cilium.NameOf(text)
	}
	return names
}

// readDNS has Cilium read the answers of the cluster's DNS to every question: it allows none that allow-dns does not.
func (a addresses) readDNS() []cilium.EgressRule {
	ports := ciliumPorts([]spec.PortRange{
		{Protocol: corev1.ProtocolTCP, First: dnsPort, Last: dnsPort},
		{Protocol: corev1.ProtocolUDP, First: dnsPort, Last: dnsPort},
	})
	ports[0].Rules = &cilium.Rules{DNS: []cilium.Name{{MatchPattern: cilium.Everything}}}
	dns := ciliumSelector(a.DNS.Pods)
	dns.MatchLabels = with(dns.MatchLabels, map[string]string{cilium.NamespaceLabel: a.DNS.Namespace})
	rules := []cilium.EgressRule{{ToEndpoints: []metav1.LabelSelector{*dns}, ToPorts: ports}}
	if cache := a.DNS.NodeLocal; cache.IsValid() {
		rules = append(rules, cilium.EgressRule{ToCIDR: []string{one(cache).CIDR}, ToPorts: ports})
	}
	return rules
}

// ciliumSelector selects the pods with all these labels; every pod where there are none.
func ciliumSelector(labels map[string]string) *metav1.LabelSelector {
	selector := &metav1.LabelSelector{}
	for name, value := range labels {
		if selector.MatchLabels == nil {
			selector.MatchLabels = map[string]string{}
		}
		selector.MatchLabels[cilium.LabelPrefix+name] = value
	}
	return selector
}

// ciliumPorts returns nil, which means all ports, for no ranges.
func ciliumPorts(ranges []spec.PortRange) []cilium.PortRule {
	var rules []cilium.PortRule
	for some := range slices.Chunk(ranges, cilium.MaxPorts) {
		var rule cilium.PortRule
		for _, r := range some {
			port := cilium.Port{Port: strconv.Itoa(int(r.First)), Protocol: string(r.Protocol)}
			if r.Last != r.First {
				port.EndPort = r.Last
			}
			rule.Ports = append(rule.Ports, port)
		}
		rules = append(rules, rule)
	}
	return rules
}
