package reach

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// WithAddresses answers on which ports a node may open connections to addresses or, for ingress, accept them from
// there. A rule counts that is for some of the addresses; see [Map.ReachesAll] and [Map.Perhaps].
func (m *Map) WithAddresses(n *Node, d policy.Direction, of policy.Addresses) Answer {
	s := Side{Isolating: n.isolating[d]}
	if n.IsOpen(d) {
		s.Isolating, s.Ports = nil, policy.AllPorts()
	}
	for _, r := range n.rules(d) {
		ports := portsAt(n, d, r)
		if !ports.IsEmpty() && (r.Everybody || r.Block != nil && m.Addresses.Sets.Overlap(r.Block, of)) {
			s.Rules, s.Ports = append(s.Rules, r), s.Ports.Union(ports)
		}
	}
	a := Answer{Ports: s.Ports, Declared: m.declaredAddresses(n, d, of).Intersect(s.Ports)}
	a.Sides[d] = s
	a.Sides[d.Opposite()].Ports = policy.AllPorts()
	return a
}

// ReachesAll reports whether the rules of a node are, all together, for each of some addresses on each of some ports.
func (m *Map) ReachesAll(n *Node, d policy.Direction, of policy.Addresses, ports policy.PortSet) bool {
	if n.IsOpen(d) {
		return true
	}
	var rules []*model.PeerRule
	var opened []policy.PortSet
	for _, r := range n.rules(d) {
		if r.Everybody || r.Block != nil && m.Addresses.Sets.Overlap(r.Block, of) {
			rules, opened = append(rules, r), append(opened, portsAt(n, d, r))
		}
	}
	return !slices.ContainsFunc(ports.Representatives(opened), func(port policy.Port) bool {
		rest := of
		for i, r := range rules {
			switch {
			case !opened[i].Contains(port):
			case r.Everybody:
				return false
			default:
				rest = m.Addresses.Sets.Minus(rest, r.Block)
			}
		}
		return !policy.IsEmpty(rest)
	})
}

// Perhaps has the rules of a node that open one of some ports for something that may have one of some addresses, which
// manifests do not say: pods, what a Service of the cluster stands for, and hosts by their names.
func (m *Map) Perhaps(
	n *Node, d policy.Direction, of policy.Addresses, asked policy.PortSet,
) (rules []*model.PeerRule, names []*model.NameRule) {
	ofPods := m.Addresses.Sets.Overlap(of, m.Addresses.Pods)
	for _, r := range n.rules(d) {
		if ofPods && m.perhapsPods(n, d, r, asked) || d == policy.Egress && m.perhapsService(r, of) {
			rules = append(rules, r)
		}
	}
	if d == policy.Ingress || n.IsOpen(d) {
		return rules, nil
	}
	for _, p := range n.Namespace.NamesPolicies {
		for i := range p.Names {
			isOpen := !p.Names[i].Ports.Intersect(asked).IsEmpty()
			if isOpen && len(p.Problems) == 0 && p.Selector.Matches(n.Labels) {
				names = append(names, &p.Names[i])
			}
		}
	}
	return rules, names
}

// perhapsPods reports whether a rule opens a port for pods. One that it opens by a name may have any number there.
func (m *Map) perhapsPods(n *Node, d policy.Direction, r *model.PeerRule, asked policy.PortSet) bool {
	if r.Everybody || r.Block != nil || r.In.Impossible {
		return false
	}
	return d == policy.Egress && len(r.Ports.Named) > 0 || !portsAt(n, d, r).Intersect(asked).IsEmpty()
}

// perhapsService reports whether a rule is for what may be behind the address of a Service: pods, on whatever port the
// Service leads to, or the API server.
func (m *Map) perhapsService(r *model.PeerRule, of policy.Addresses) bool {
	sets := m.Addresses.Sets
	within := func(all ...netip.Prefix) bool {
		return slices.ContainsFunc(all, func(p netip.Prefix) bool {
			return sets.Overlap(of, sets.Of([]string{p.String()}, nil))
		})
	}
	switch {
	case r.Everybody:
		return false
	case r.Block == nil:
		return !r.In.Impossible && within(m.Cluster.ServiceCIDRs...)
	}
	api := m.Cluster.APIServer.Service.Addr()
	return api.IsValid() && within(netip.PrefixFrom(api, api.BitLen())) &&
		slices.ContainsFunc(m.Addresses.API, func(e model.Endpoint) bool {
			port := policy.Port{Protocol: corev1.ProtocolTCP, Number: e.Port}
			return sets.Overlap(r.Block, e.Addresses) && r.Ports.Fixed.Contains(port)
		})
}
