package network_test

import (
	"maps"
	"slices"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/validators/network/policy"
)

// traffic is one connection. Every end has an address.
type traffic struct {
	from, to policy.Endpoint
	port     policy.Port
}

// compile reads policies into cyclonus. Its matcher does not know the defaults of policyTypes, which the API server
// fills in before anybody reads a policy.
func compile(policies []*netv1.NetworkPolicy) *matcher.Policy {
	var defaulted []*netv1.NetworkPolicy
	for _, p := range policies {
		p = p.DeepCopy()
		if len(p.Spec.PolicyTypes) == 0 {
			p.Spec.PolicyTypes = []netv1.PolicyType{netv1.PolicyTypeIngress}
			if len(p.Spec.Egress) > 0 {
				p.Spec.PolicyTypes = append(p.Spec.PolicyTypes, netv1.PolicyTypeEgress)
			}
		}
		defaulted = append(defaulted, p)
	}
	return matcher.BuildNetworkPolicies(false, defaulted)
}

// byCyclonus asks cyclonus for its verdict. A pod on the network of its node is an address to it.
func byCyclonus(policies *matcher.Policy, t traffic) bool {
	return policies.IsTrafficAllowed(&matcher.Traffic{
		Source: peer(t.from), Destination: peer(t.to),
		ResolvedPort: int(t.port.Number), ResolvedPortName: portName(t), Protocol: t.port.Protocol,
	}).IsAllowed()
}

func peer(e policy.Endpoint) *matcher.TrafficPeer {
	p := &matcher.TrafficPeer{IP: e.Address.String()}
	if e.Pod != nil && !e.Pod.HostNetwork {
		p.Internal = &matcher.InternalPeer{
			PodLabels: e.Pod.Labels, NamespaceLabels: e.Pod.NamespaceLabels, Namespace: e.Pod.Namespace,
		}
	}
	return p
}

// portName is what the accepting pod calls the port: cyclonus wants it resolved.
func portName(t traffic) string {
	if t.to.Pod == nil || t.to.Pod.HostNetwork {
		return ""
	}
	for _, p := range t.to.Pod.Ports {
		if p.ContainerPort == t.port.Number && policy.ContainerProtocol(p) == t.port.Protocol {
			return p.Name
		}
	}
	return ""
}

// rewrite changes policies so that what cyclonus is known to get wrong (testdata/exceptions) does not come up, and the
// meaning stays: matchLabels become In, and NotIn goes by a second label that every pod and namespace has.
func rewrite(policies []*netv1.NetworkPolicy) []*netv1.NetworkPolicy {
	var rewritten []*netv1.NetworkPolicy
	for _, p := range policies {
		p = p.DeepCopy()
		rewriteSelector(&p.Spec.PodSelector)
		for i := range p.Spec.Egress {
			rewritePeers(p.Spec.Egress[i].To)
		}
		for i := range p.Spec.Ingress {
			rewritePeers(p.Spec.Ingress[i].From)
		}
		rewritten = append(rewritten, p)
	}
	return rewritten
}

// rewritten gives both ends the labels that rewritten policies go by.
func (t traffic) rewritten() traffic {
	t.from, t.to = rewriteEnd(t.from), rewriteEnd(t.to)
	return t
}

func rewritePeers(peers []netv1.NetworkPolicyPeer) {
	for i := range peers {
		rewriteSelector(peers[i].PodSelector)
		rewriteSelector(peers[i].NamespaceSelector)
	}
}

// orNone names the second label.
func orNone(key string) string { return key + "-or-none" }

func rewriteSelector(s *metav1.LabelSelector) {
	if s == nil {
		return
	}
	for i := range s.MatchExpressions {
		if e := &s.MatchExpressions[i]; e.Operator == metav1.LabelSelectorOpNotIn {
			e.Key = orNone(e.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{s.MatchLabels[key]},
		})
	}
	s.MatchLabels = nil
}

func rewriteEnd(e policy.Endpoint) policy.Endpoint {
	if e.Pod != nil {
		pod := *e.Pod
		pod.Labels, pod.NamespaceLabels = withNone(pod.Labels), withNone(pod.NamespaceLabels)
		e.Pod = &pod
	}
	return e
}

func withNone(labels map[string]string) map[string]string {
	all := maps.Clone(labels)
	if all == nil {
		all = map[string]string{}
	}
	for _, key := range keys {
		value, found := labels[key]
		if !found {
			value = "none-of-them"
		}
		all[orNone(key)] = value
	}
	return all
}
