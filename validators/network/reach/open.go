package reach

import (
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// Open are the ports that the policies of a node open, in one direction, towards a node that is no pods of one namespace.
// That node may be of another Map.
func (m *Map) Open(n *Node, d policy.Direction, other *Node) policy.PortSet {
	if n.IsOpen(d) {
		return policy.AllPorts()
	}
	var ports policy.PortSet
	if other.Kind == Elsewhere {
		return coveredBy(other.rule, n.rules(d), func(r *model.PeerRule) policy.PortSet { return portsAt(n, d, r) })
	}
	for _, r := range n.rules(d) {
		if m.isFor(r, other) {
			ports = ports.Union(portsAt(n, d, r))
		}
	}
	if other.Kind == HostName && d == policy.Egress {
		for _, p := range n.Namespace.NamesPolicies {
			for i := range p.Names {
				if len(p.Problems) == 0 && p.Selector.Matches(n.Labels) && p.Names[i].Name == other.Text {
					ports = ports.Union(p.Names[i].Ports)
				}
			}
		}
	}
	return ports
}

// OpenToAny are the ports that the policies of a node open, in one direction, for whomever.
func (m *Map) OpenToAny(n *Node, d policy.Direction) policy.PortSet {
	if n.IsOpen(d) {
		return policy.AllPorts()
	}
	var ports policy.PortSet
	for _, r := range n.rules(d) {
		ports = ports.Union(portsAt(n, d, r))
	}
	return ports
}

// OpenNames are the names of ports that a node opens to others, as Open has the numbers.
func (m *Map) OpenNames(n *Node, other *Node) []string {
	var names []string
	for _, r := range n.rules(policy.Egress) {
		if m.isFor(r, other) {
			names = merge(names, portNames(policy.Egress, r))
		}
	}
	return names
}

// Partly are the peers of rules that are for some of what an Everyone, EveryPod or Elsewhere node stands for, on one of some ports,
// as texts, each once.
func (m *Map) Partly(n *Node, d policy.Direction, other *Node, ports policy.PortSet) []string {
	var texts []string
	for _, r := range n.rules(d) {
		isPart := r.Block == nil && !r.Everybody
		switch other.Kind {
		case Elsewhere:
			of, by := connectionsOf(other.rule), connectionsOf(r)
			isPart = isPart && by.Own.Implies(of.Own) && by.Peer.Implies(of.Peer)
		case EveryPod:
		case Everyone:
			isPart = !r.Everybody
		case Known, Selected, Any, Outside, HostName:
			isPart = false
		}
		if isPart && !portsAt(n, d, r).Intersect(ports).IsEmpty() {
			texts = merge(texts, []string{m.PeerText(r)})
		}
	}
	return texts
}

// isFor reports whether a rule is for all that a node stands for.
func (m *Map) isFor(r *model.PeerRule, other *Node) bool {
	if r.Everybody {
		return true
	}
	switch other.Kind {
	case EveryPod:
		return r.IsEveryPod()
	case Elsewhere:
		of, by := connectionsOf(other.rule), connectionsOf(r)
		return r.Block == nil && of.Own.Implies(by.Own) && of.Peer.Implies(by.Peer)
	case Outside:
		return r.Block != nil && m.Addresses.Sets.Contains(r.Block, other.Addresses)
	case Known, Selected, Any, Everyone, HostName:
	}
	return false
}

// Opening has the rules of a side of a node that open one of some ports for the other end; the others are all other
// rules of the policies that close the node. accepting are the pods that accept the connection; nil for addresses.
func (n *Node) Opening(
	d policy.Direction, s Side, accepting *Node, asked policy.PortSet,
) (opening, others []*model.PeerRule) {
	opens := map[*model.PeerRule]bool{}
	for _, r := range s.Rules {
		ports := r.Ports.Fixed
		if accepting != nil {
			ports = accepting.portsOf(r)
		}
		if !ports.Intersect(asked).IsEmpty() {
			opens[r] = true
			opening = append(opening, r)
		}
	}
	for _, r := range n.rules(d) {
		if !opens[r] {
			others = append(others, r)
		}
	}
	return opening, others
}

// Like is the node of pods as this Map has them: with the policies that it has for their labels. Pods that it does not
// know are none of its Nodes.
func (m *Map) Like(n *Node) *Node {
	like := &Node{
		Kind: n.Kind, Namespace: m.Namespace(n.Namespace.Name), Labels: n.Labels, Text: n.Text, Host: n.Host,
		Workloads: n.Workloads, ports: n.ports,
	}
	return like.close()
}
