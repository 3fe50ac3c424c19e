// Package reach has who reaches whom by the NetworkPolicies of the input: which pods, on which ports, by which rules. It
// judges nothing. Pods that no rule tells apart are one [Node], so that the number of connections depends on the policies
// and not on the number of workloads.
package reach

import (
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// Map has the nodes of a network, and answers who reaches whom. It is not safe for concurrent use.
type Map struct {
	*model.Network
	// Nodes are pods, sorted by namespace and name: those of the input, those that rules or flows select and no workload
	// of the input makes, and for a namespace without workloads the pods that may run there.
	Nodes []*Node

	byNamespace map[string][]*Node
	// outside are peers of rules that are no pods of a known namespace, by text.
	outside map[string]*Node
}

// New finds the nodes of a network.
func New(n *model.Network) *Map {
	m := &Map{Network: n, byNamespace: map[string][]*Node{}, outside: map[string]*Node{}}
	m.addNodes()
	return m
}

// In lists the nodes of a namespace.
func (m *Map) In(namespace string) []*Node { return m.byNamespace[namespace] }

// Answer is what the policies of both ends say about connections from one node to another.
type Answer struct {
	// Sides are those of the end that opens the connection and of the one that accepts it, by direction.
	Sides [2]Side
	// Ports are open at both ends.
	Ports policy.PortSet
	// Maybe are open only if a namespace that is not in the input has labels that a rule selects.
	Maybe policy.PortSet
	// PortNames are the names of ports that are open beside Ports, at pods that are not known.
	PortNames []string
	// HostRules are those for a name of a host that open the connection; none for pods and addresses.
	HostRules []*model.NameRule
	// Declared are those of the Ports that a Segregation declares. Without a Segregation there are none.
	Declared policy.PortSet
}

// Side is what the policies of one end say.
type Side struct {
	// Isolating are the policies that close the end but for what rules open; none where it is open.
	Isolating []*model.Policy
	// Rules are those of the Isolating that open something for the other end.
	Rules []*model.PeerRule
	// Ports are open. Maybe are open where a namespace that is not in the input has labels that a rule selects.
	Ports, Maybe policy.PortSet
}

// IsClosed reports whether nothing is open, for sure or perhaps.
func (a *Answer) IsClosed() bool { return a.Ports.IsEmpty() && a.Maybe.IsEmpty() }

// IsOpen reports whether no policy closes the end.
func (s Side) IsOpen() bool { return len(s.Isolating) == 0 }

// Between answers which ports of one node another one reaches.
func (m *Map) Between(from, to *Node) Answer {
	var a Answer
	a.Sides[policy.Egress] = m.side(policy.Egress, from, to, to)
	a.Sides[policy.Ingress] = m.side(policy.Ingress, to, from, to)
	egress, ingress := &a.Sides[policy.Egress], &a.Sides[policy.Ingress]
	a.Ports = egress.Ports.Intersect(ingress.Ports)
	if !egress.Maybe.IsEmpty() || !ingress.Maybe.IsEmpty() {
		a.Maybe = egress.Ports.Union(egress.Maybe).Intersect(ingress.Ports.Union(ingress.Maybe)).Minus(a.Ports)
	}
	if !a.Ports.IsEmpty() {
		a.Declared = m.declared(from, to).Intersect(a.Ports)
	}
	return a
}

// side is what the policies of one end say about the other.
func (m *Map) side(d policy.Direction, own, other, accepting *Node) Side {
	isolating := own.isolating[d]
	if own.IsOpen(d) {
		return Side{Ports: policy.AllPorts()}
	}
	s := Side{Isolating: isolating}
	for _, r := range own.Namespace.Sides[d].To(other.Namespace, ternary.Unknown) {
		if !own.selecting[r.Policy] || !r.Pods.Matches(other.Labels) || other.Host && !r.Everybody {
			continue
		}
		ports := accepting.portsOf(r)
		if ports.IsEmpty() {
			continue
		}
		s.Rules = append(s.Rules, r)
		if r.Everybody || r.In.Matches(other.Namespace, r.Namespace) == ternary.Yes {
			s.Ports = s.Ports.Union(ports)
		} else {
			s.Maybe = s.Maybe.Union(ports)
		}
	}
	if other.Host {
		s.Maybe = own.maybeWithNode(d)
	}
	return s
}

// maybeWithNode are the ports that may be open with what is on the network of its node: it has the address of the node,
// which is not known, and no labels that a policy sees; and a node always reaches its own pods.
func (n *Node) maybeWithNode(d policy.Direction) policy.PortSet {
	if d == policy.Ingress {
		return policy.AllPorts()
	}
	var ports policy.PortSet
	for _, r := range n.rules(d) {
		if r.Block != nil {
			ports = ports.Union(r.Ports.Fixed)
		}
	}
	return ports
}

// PeerText says whom a rule is for.
func (m *Map) PeerText(r *model.PeerRule) string {
	switch {
	case r.Everybody:
		return m.everyone().Text
	case r.Block != nil:
		return m.addressText(r)
	case r.IsEveryPod():
		return m.everyPod().Text
	}
	return elsewhereText(r)
}

// declared are the ports that a flow from one node to another is declared for, on either side.
func (m *Map) declared(from, to *Node) policy.PortSet {
	var all policy.PortSet
	add := func(d policy.Direction, own, peer *Node) {
		for _, of := range own.Namespace.Declared[d].With(peer.Namespace) {
			if of.Own.Matches(own.Labels) && of.Peer.Matches(peer.Labels) {
				all = all.Union(of.Ports)
			}
		}
	}
	add(policy.Egress, from, to)
	add(policy.Ingress, to, from)
	return all
}
