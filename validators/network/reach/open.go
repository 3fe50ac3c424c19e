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

// isFor reports whether a rule is for all that a node stands for.
func (m *Map) isFor(r *model.PeerRule, other *Node) bool {
	if r.Everybody {
		return true
	}
	isEveryPod := r.Block == nil && r.In.IsAny() && len(r.Pods) == 0
	switch other.Kind {
	case EveryPod:
		return isEveryPod
	case Elsewhere:
		return isEveryPod || r.Block == nil && m.elsewhere(r).Text == other.Text
	case Outside:
		return r.Block != nil && m.Addresses.Sets.Contains(r.Block, other.Addresses)
	case Known, Selected, Any, Everyone, HostName:
	}
	return false
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
