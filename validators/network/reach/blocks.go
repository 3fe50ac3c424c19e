package reach

import (
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// Block is what a rule opens to addresses.
type Block struct {
	Rule      *model.PeerRule
	Addresses policy.Addresses
	Ports     policy.PortSet
}

// Blocks are the addresses that the policies of a node open, in one direction: each block of a rule by itself. A rule
// without peers is for every address.
func (m *Map) Blocks(n *Node, d policy.Direction) []Block {
	var all []Block
	for _, r := range n.rules(d) {
		b := Block{Rule: r, Addresses: r.Block, Ports: portsAt(n, d, r)}
		if r.Everybody {
			b.Addresses = m.Addresses.Everywhere
		}
		if b.Addresses != nil && !b.Ports.IsEmpty() {
			all = append(all, b)
		}
	}
	return all
}

// connectionsOf are those with the pods of a rule: Own are the namespaces by their labels, Peer the pods.
func connectionsOf(r *model.PeerRule) solver.Connections {
	c := solver.Connections{Own: r.In.Selector, Peer: r.Pods}
	if r.In.Own {
		c.Own = policy.Exactly(map[string]string{wellknown.NamespaceNameLabel: r.Namespace})
	}
	return c
}

// coveredBy are the ports on which rules, one or all together, are for all pods that a rule selects.
func coveredBy(of *model.PeerRule, rules []*model.PeerRule, portsOf func(*model.PeerRule) policy.PortSet) policy.PortSet {
	var ports policy.PortSet
	wanted := connectionsOf(of)
	var parts []solver.Connections
	for _, r := range rules {
		if r.Block != nil {
			continue
		}
		c := connectionsOf(r)
		c.Ports = portsOf(r)
		if r.Everybody || wanted.Own.Implies(c.Own) && wanted.Peer.Implies(c.Peer) {
			ports = ports.Union(c.Ports)
		} else {
			parts = append(parts, c)
		}
	}
	if len(parts) < 2 || len(parts) > mostPeers {
		return ports
	}
	sets := make([]policy.PortSet, len(parts))
	for i := range parts {
		sets[i] = parts[i].Ports
	}
	for _, cell := range policy.Cells(sets) {
		q := solver.Query{Of: wanted}
		q.Of.Ports = cell
		for _, c := range parts {
			if !c.Ports.Intersect(cell).IsEmpty() {
				q.Except = append(q.Except, c)
			}
		}
		if _, answer := q.Find(nil); answer == ternary.No {
			ports = ports.Union(cell)
		}
	}
	return ports
}
