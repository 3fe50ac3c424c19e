// Package policy has the semantics of Kubernetes' NetworkPolicies: which pods a policy isolates, which peers its rules
// are for, what the API server refuses. [Policies.Evaluate] decides one connection.
package policy

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Policies are NetworkPolicies that are ready to be evaluated.
type Policies struct{ byNamespace map[string][]compiled }

// Compile reads NetworkPolicies. A selector, block or port that the API server refuses matches nothing.
func Compile(policies ...*netv1.NetworkPolicy) *Policies {
	p := &Policies{byNamespace: map[string][]compiled{}}
	for _, policy := range policies {
		p.byNamespace[policy.Namespace] = append(p.byNamespace[policy.Namespace], compile(policy))
	}
	return p
}

// Verdict is the decision of policies about a connection.
type Verdict struct {
	// Allowed is true where both sides allow the connection.
	Allowed bool
	// Egress is the side of the end that opens the connection, Ingress that of the end that accepts it.
	Egress, Ingress Side
}

// Side is the decision at one end.
type Side struct {
	Allowed bool
	// By is the first rule that allows the connection; nil where no policy isolates the pod, and where no rule allows
	// it.
	By *RuleName
	// Isolating are the policies that isolate the pod in this direction, in the order of the input, as
	// "namespace/name".
	Isolating []string
}

// Side is the side of one direction.
func (v Verdict) Side(d Direction) Side {
	if d == Egress {
		return v.Egress
	}
	return v.Ingress
}

// RuleName names a rule of a NetworkPolicy.
type RuleName struct {
	// Policy is the NetworkPolicy's name: namespace/name.
	Policy string
	// Field is the rule's path: spec.egress[0].
	Field string
}

// Evaluate decides a connection: a pod that no policy selects for a direction is open in it; one that is selected is
// open as far as a rule of any of these policies allows. It does not know what network plugins allow in addition: the
// traffic of a pod with itself and with its own node. Facts: docs/facts.md, "Semantics of NetworkPolicies".
func (p *Policies) Evaluate(from, to Endpoint, port Port) Verdict {
	v := Verdict{Egress: p.Side(Egress, from, to, port), Ingress: p.Side(Ingress, from, to, port)}
	v.Allowed = v.Egress.Allowed && v.Ingress.Allowed
	return v
}

// Side decides one side of a connection.
func (p *Policies) Side(d Direction, from, to Endpoint, port Port) Side {
	if d == Egress {
		return p.side(d, from, to, connection{to: to, port: port})
	}
	return p.side(d, to, from, connection{to: to, port: port})
}

// connection is where a connection arrives. Names of ports are those of the pod that accepts it, in both directions.
type connection struct {
	to   Endpoint
	port Port
}

func (p *Policies) side(d Direction, own, peer Endpoint, c connection) Side {
	pod := own.isolable()
	if pod == nil {
		return Side{Allowed: true}
	}
	var side Side
	for _, policy := range p.byNamespace[pod.Namespace] {
		if !policy.isolates[d] || !policy.pods.Matches(labels.Set(pod.Labels)) {
			continue
		}
		side.Isolating = append(side.Isolating, policy.name)
		for _, r := range policy.rules[d] {
			if side.By == nil && c.isOn(r.ports) && r.isFor(pod.Namespace, peer) {
				side.By = &RuleName{Policy: policy.name, Field: r.field}
			}
		}
	}
	side.Allowed = side.By != nil || len(side.Isolating) == 0
	return side
}

// compiled is a NetworkPolicy with its selectors and blocks parsed.
type compiled struct {
	name     string
	pods     labels.Selector
	isolates [2]bool
	rules    [2][]compiledRule
}

type compiledRule struct {
	field string
	// peers are those that can match something; everybody is true for a rule without peers.
	everybody bool
	peers     []compiledPeer
	ports     []netv1.NetworkPolicyPort
}

// compiledPeer is either a block or a choice of pods.
type compiledPeer struct {
	block  netip.Prefix
	except []netip.Prefix
	// namespaces is nil for the namespace of the policy.
	namespaces, pods labels.Selector
}

func compile(policy *netv1.NetworkPolicy) compiled {
	c := compiled{name: policy.Namespace + "/" + policy.Name, pods: compileSelector(&policy.Spec.PodSelector)}
	for _, d := range Directions() {
		c.isolates[d] = d.Isolates(policy)
		for _, r := range d.Rules(policy) {
			rule := compiledRule{field: r.Field.String(), everybody: len(r.Peers) == 0, ports: r.Ports}
			for i := range r.Peers {
				if peer, ok := compilePeer(&r.Peers[i]); ok {
					rule.peers = append(rule.peers, peer)
				}
			}
			c.rules[d] = append(c.rules[d], rule)
		}
	}
	return c
}

// compilePeer reads a peer; ok is false for one that matches nothing.
func compilePeer(p *netv1.NetworkPolicyPeer) (c compiledPeer, ok bool) {
	switch {
	case p.IPBlock != nil:
		block, err := netip.ParsePrefix(p.IPBlock.CIDR)
		if err != nil {
			return c, false
		}
		c.block = block
		for _, text := range p.IPBlock.Except {
			if except, err := netip.ParsePrefix(text); err == nil {
				c.except = append(c.except, except)
			}
		}
		return c, true
	case p.NamespaceSelector == nil && p.PodSelector == nil:
		return c, false
	}
	c.pods = labels.Everything()
	if p.PodSelector != nil {
		c.pods = compileSelector(p.PodSelector)
	}
	if p.NamespaceSelector != nil {
		c.namespaces = compileSelector(p.NamespaceSelector)
	}
	return c, true
}

func compileSelector(selector *metav1.LabelSelector) labels.Selector {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return labels.Nothing()
	}
	return compiled
}

// isFor reports whether a rule of a policy in namespace is for the peer.
func (r *compiledRule) isFor(namespace string, peer Endpoint) bool {
	return r.everybody || slices.ContainsFunc(r.peers, func(p compiledPeer) bool { return p.matches(namespace, peer) })
}

func (p *compiledPeer) matches(namespace string, peer Endpoint) bool {
	if p.block.IsValid() {
		isExcepted := func(except netip.Prefix) bool { return except.Contains(peer.Address) }
		return p.block.Contains(peer.Address) && !slices.ContainsFunc(p.except, isExcepted)
	}
	pod := peer.isolable()
	if pod == nil {
		return false
	}
	inNamespace := pod.Namespace == namespace
	if p.namespaces != nil {
		inNamespace = p.namespaces.Matches(labels.Set(pod.NamespaceLabels))
	}
	return inNamespace && p.pods.Matches(labels.Set(pod.Labels))
}

// isOn reports whether the connection arrives at one of the ports. No ports mean all.
func (c connection) isOn(ports []netv1.NetworkPolicyPort) bool {
	if len(ports) == 0 {
		return true
	}
	for i := range ports {
		if Protocol(&ports[i]) == c.port.Protocol && c.isAt(&ports[i]) {
			return true
		}
	}
	return false
}

// Protocol is the protocol of a policy's port: TCP where it gives none.
func Protocol(port *netv1.NetworkPolicyPort) corev1.Protocol {
	if port.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *port.Protocol
}

func (c connection) isAt(port *netv1.NetworkPolicyPort) bool {
	switch {
	case port.Port == nil:
		return port.EndPort == nil
	case port.Port.Type == intstr.String:
		return port.EndPort == nil && c.to.names(port.Port.StrVal, c.port)
	case port.EndPort != nil:
		return port.Port.IntVal <= c.port.Number && c.port.Number <= *port.EndPort
	}
	return port.Port.IntVal == c.port.Number
}
