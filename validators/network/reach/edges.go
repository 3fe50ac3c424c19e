package reach

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// Edge is a connection that the policies allow.
type Edge struct {
	From, To *Node
	Answer
}

// Rules are those by which the connection is open, those of the end that opens it first. An end without any is not
// closed.
func (e *Edge) Rules() []*model.PeerRule {
	return slices.Concat(e.Sides[policy.Egress].Rules, e.Sides[policy.Ingress].Rules)
}

// pair is a connection as a key.
type pair struct{ from, to *Node }

// Edges are all connections that the policies allow, sorted. Where an end is open to everybody, or to many namespaces by
// their labels, the edge is one with [Everyone], [EveryPod] or [Elsewhere]; connections of two such ends are none of their
// own.
func (m *Map) Edges() []Edge {
	c := &collector{Map: m, at: map[pair]int{}, labelled: map[string][]*Node{}}
	for _, n := range m.Nodes {
		for _, d := range policy.Directions() {
			c.collect(n, d)
		}
		c.hostNames(n)
	}
	position := map[*Node]int{}
	for i, n := range m.Nodes {
		position[n] = i + 1
	}
	slices.SortStableFunc(c.edges, func(a, b Edge) int {
		return cmp.Or(compareNodes(position, a.From, b.From), compareNodes(position, a.To, b.To))
	})
	return c.edges
}

// compareNodes sorts pods before what is outside.
func compareNodes(position map[*Node]int, a, b *Node) int {
	switch at, other := position[a], position[b]; {
	case at > 0 && other > 0:
		return cmp.Compare(at, other)
	case at > 0 || other > 0:
		return cmp.Compare(other, at)
	}
	return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), strings.Compare(a.Text, b.Text))
}

const closed = -1

type collector struct {
	*Map
	edges []Edge
	// at is where the edge of a pair is; closed where there is none.
	at map[pair]int
	// labelled are the peers of rules that name no namespace, by their selectors.
	labelled map[string][]*Node
}

// collect finds the connections of a node that its own rules of a direction open.
func (c *collector) collect(n *Node, d policy.Direction) {
	if n.Kind != Known && n.Namespace.Component == nil && len(n.isolating[d]) == 0 {
		return // a peer that others name, of whose own policies nothing is known
	}
	if n.IsOpen(d) {
		c.oneSided(n, d, c.everyone(), nil, policy.AllPorts())
		return
	}
	for _, r := range n.rules(d) {
		if d == policy.Egress && len(r.Ports.Named) > 0 && r.IsBroad() {
			c.withPods(n, d, r) // only those that have such a port
		}
		switch {
		case r.Everybody:
			c.oneSided(n, d, c.everyone(), r, portsAt(n, d, r))
		case r.Block != nil:
			c.oneSided(n, d, c.addresses(r), r, portsAt(n, d, r))
		case r.IsEveryPod():
			c.oneSided(n, d, c.everyPod(), r, portsAt(n, d, r))
		default:
			c.withPods(n, d, r)
		}
	}
}

// portsAt are the ports of a rule towards an end of which the pods are not known.
func portsAt(n *Node, d policy.Direction, r *model.PeerRule) policy.PortSet {
	if d == policy.Ingress {
		return n.portsOf(r)
	}
	return r.Ports.Fixed
}

// mostPeers is how many nodes a rule that names no namespace may be for, so that its connections are listed one by one.
const mostPeers = 30

// withPods finds the connections that a rule opens with pods of known namespaces. Where namespaces are selected by labels
// and there are many, they are one end: what the other side opens for them is found from there.
func (c *collector) withPods(n *Node, d policy.Direction, r *model.PeerRule) {
	peers := c.peers(r)
	isNamed := r.In.Own || r.In.Named || r.In.Impossible
	if isNamed || len(peers) <= mostPeers {
		for _, other := range peers {
			c.between(n, other, d)
		}
	}
	if !isNamed || len(peers) == 0 {
		c.oneSided(n, d, c.elsewhere(r), r, portsAt(n, d, r))
	}
}

// peers are the nodes that a rule is for, for sure.
func (c *collector) peers(r *model.PeerRule) []*Node {
	key := ""
	if !r.In.Own && !r.In.Named {
		key = r.In.Selector.String() + "\n" + r.Pods.String()
		if known, isKnown := c.labelled[key]; isKnown {
			return known
		}
	}
	var peers []*Node
	for _, target := range c.Targets(r) {
		for _, other := range c.In(target.Name) {
			if !other.Host && (key == "" || !other.Later) && r.Pods.Matches(other.Labels) {
				peers = append(peers, other)
			}
		}
	}
	if key != "" {
		c.labelled[key] = peers
	}
	return peers
}

// between adds what is open between two nodes, once.
func (c *collector) between(own, other *Node, d policy.Direction) {
	p := pair{own, other}
	if d == policy.Ingress {
		p = pair{other, own}
	}
	if _, isKnown := c.at[p]; isKnown {
		return
	}
	c.at[p] = closed
	if a := c.Between(p.from, p.to); !a.IsClosed() {
		c.add(Edge{From: p.from, To: p.to, Answer: a})
	}
}

func (c *collector) add(e Edge) {
	c.at[pair{e.From, e.To}] = len(c.edges)
	c.edges = append(c.edges, e)
}

// oneSided adds what a rule opens, or what no policy closes, towards an end that has no policies of its own.
func (c *collector) oneSided(n *Node, d policy.Direction, other *Node, r *model.PeerRule, ports policy.PortSet) {
	names := portNames(d, r)
	if ports.IsEmpty() && len(names) == 0 {
		return
	}
	p := pair{n, other}
	if d == policy.Ingress {
		p = pair{other, n}
	}
	side := Side{Isolating: n.isolating[d], Ports: ports}
	var declared policy.PortSet
	if r != nil {
		side.Rules = []*model.PeerRule{r}
		declared = c.declaredAddresses(n, d, r.Block).Intersect(ports)
	}
	if at, isKnown := c.at[p]; isKnown {
		known := &c.edges[at]
		known.Sides[d].Rules = append(known.Sides[d].Rules, side.Rules...)
		known.Sides[d].Ports = known.Sides[d].Ports.Union(ports)
		known.Ports, known.Declared = known.Sides[d].Ports, known.Declared.Union(declared)
		known.PortNames = merge(known.PortNames, names)
		return
	}
	e := Edge{From: p.from, To: p.to}
	e.Sides[d], e.Ports, e.Declared, e.PortNames = side, ports, declared, names
	c.add(e)
}

// portNames are those of a rule for egress, which only the pods at the other end give numbers; none for no rule.
func portNames(d policy.Direction, r *model.PeerRule) []string {
	if d == policy.Ingress || r == nil || r.Block != nil {
		return nil
	}
	var names []string
	for _, named := range r.Ports.Named {
		names = merge(names, []string{named.Name})
	}
	return names
}

// merge has the names of both lists, sorted, each once.
func merge(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// declaredAddresses are the ports of the flows with addresses that a node's own component declares.
func (m *Map) declaredAddresses(n *Node, d policy.Direction, of policy.Addresses) policy.PortSet {
	var all policy.PortSet
	for _, f := range n.Namespace.Declared[d].Flows {
		if f.Addresses != nil && of != nil && f.Own.Matches(n.Labels) && m.Addresses.Sets.Contains(f.Addresses, of) {
			all = all.Union(f.Ports)
		}
	}
	return all
}

// declaredName are the ports of the flows with a host that a node's own component declares.
func declaredName(n *Node, name string) policy.PortSet {
	var all policy.PortSet
	for _, f := range n.Namespace.Declared[policy.Egress].Names {
		if slices.Contains(f.Names, name) && f.Own.Matches(n.Labels) {
			all = all.Union(f.Ports)
		}
	}
	return all
}

// hostNames adds what policies of Cilium open to a node by names of hosts.
func (c *collector) hostNames(n *Node) {
	for _, p := range n.Namespace.NamesPolicies {
		if len(p.Problems) > 0 || !p.Selector.Matches(n.Labels) || n.Host {
			continue
		}
		for i := range p.Names {
			rule := &p.Names[i]
			other := c.other(HostName, rule.Name)
			declared := declaredName(n, rule.Name).Intersect(rule.Ports)
			if at, isKnown := c.at[pair{n, other}]; isKnown {
				e := &c.edges[at]
				e.Ports, e.Declared = e.Ports.Union(rule.Ports), e.Declared.Union(declared)
				e.HostRules = append(e.HostRules, rule)
				continue
			}
			e := Edge{From: n, To: other}
			e.Ports = rule.Ports
			e.Declared = declared
			e.HostRules = []*model.NameRule{rule}
			c.add(e)
		}
	}
}

// other is the node of something outside, the same for the same text.
func (m *Map) other(kind Kind, text string) *Node {
	key := string(kind) + " " + text
	if m.outside[key] == nil {
		m.outside[key] = &Node{Kind: kind, Text: text}
	}
	return m.outside[key]
}

func (m *Map) everyone() *Node { return m.other(Everyone, "every pod and every address") }

func (m *Map) everyPod() *Node { return m.other(EveryPod, "every pod of every namespace") }

// elsewhere are the pods of a rule that is for namespaces of which not all are known.
func (m *Map) elsewhere(r *model.PeerRule) *Node {
	n := m.other(Elsewhere, elsewhereText(r))
	n.rule = r
	return n
}

func elsewhereText(r *model.PeerRule) string {
	pods := "every pod"
	if len(r.Pods) > 0 {
		pods = "pods " + r.Pods.String()
	}
	switch {
	case r.In.Own:
		return pods + " of namespace " + r.Namespace
	case r.In.Named:
		return pods + " of namespace " + strings.Join(r.In.Names, " or ")
	case r.In.Impossible:
		return pods + " of no namespace: none can have the labels"
	case r.In.IsAny() && len(r.In.Selector) == 0:
		return pods + " of every namespace"
	}
	return pods + " of namespaces labelled " + r.In.Selector.String()
}

// addresses are those of a rule's block, called by what readers know them as.
func (m *Map) addresses(r *model.PeerRule) *Node {
	key := "block " + r.BlockText()
	if m.outside[key] == nil {
		m.outside[key] = &Node{Kind: Outside, Text: m.addressText(r), Addresses: r.Block}
	}
	return m.outside[key]
}

func (m *Map) addressText(r *model.PeerRule) string {
	a, sets := &m.Addresses, m.Addresses.Sets
	ipv4 := sets.Of([]string{"0.0.0.0/0"}, nil)
	equal := func(set policy.Addresses) bool { return sets.Contains(r.Block, set) && sets.Contains(set, r.Block) }
	switch publicIPv4 := sets.Intersect(a.Public, ipv4); {
	case equal(a.Public), equal(publicIPv4):
		return "the internet"
	case equal(sets.Minus(a.Public, ipv4)):
		return "the internet (IPv6)"
	case r.Direction == policy.Egress && m.isAPI(r.Block):
		return "the API server"
	case sets.Contains(r.Block, ipv4):
		return "every address (" + r.BlockText() + ")"
	case sets.Contains(r.Block, publicIPv4):
		return "the internet and more (" + r.BlockText() + ")"
	}
	return r.BlockText()
}

// isAPI reports whether addresses are those of the API server.
func (m *Map) isAPI(block policy.Addresses) bool {
	return slices.ContainsFunc(m.Addresses.API, func(e model.Endpoint) bool {
		sets := m.Addresses.Sets
		return sets.Contains(e.Addresses, block) && sets.Contains(block, e.Addresses)
	})
}
