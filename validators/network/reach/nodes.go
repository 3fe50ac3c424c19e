package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// Kind is what a node stands for, as answers in JSON call it.
type Kind string

// The kinds of nodes.
const (
	// Known are pods that workloads of the input make.
	Known Kind = "pods"
	// Selected are pods of a namespace that a rule or flow selects by labels, and that no workload of the input makes.
	Selected Kind = "selectedPods"
	// Any are the pods that may run in a namespace of which no workload is known.
	Any Kind = "anyPods"
	// Everyone is every pod and every address, EveryPod every pod of every namespace.
	Everyone Kind = "everyone"
	EveryPod Kind = "everyPod"
	// Elsewhere are pods that are selected by labels only, in namespaces that need not be known.
	Elsewhere Kind = "elsewhere"
	// Outside are addresses, HostName is a host by its name.
	Outside  Kind = "addresses"
	HostName Kind = "hostName"
)

// rank orders kinds: pods first, then the widest.
func (k Kind) rank() int {
	return slices.Index([]Kind{Known, Selected, Any, Everyone, EveryPod, Elsewhere, Outside, HostName}, k)
}

// Node is what connections begin or end at.
type Node struct {
	Kind Kind
	// Namespace of the pods; nil for what is in none.
	Namespace *model.Namespace
	// Workloads make the pods, sorted by kind and name. Only [Known] pods have any.
	Workloads []*objects.Workload
	Labels    map[string]string
	// Text says what the node is, where it has no workloads.
	Text string
	// Host is true for pods on the network of their node, which policies do not hold.
	Host bool
	// Addresses are those of an [Outside] node.
	Addresses policy.Addresses
	// Later is true for pods that nobody makes yet, of which Selector selects all; only [Map.Later] has such.
	Later    bool
	Selector policy.Selector

	ports     []corev1.ContainerPort
	isolating [2][]*model.Policy
	// rule is one that is for an [Elsewhere] node.
	rule *model.PeerRule
	// selecting has the policies of both directions.
	selecting map[*model.Policy]bool
}

// Names are those of the workloads or, failing that, what the node is.
func (n *Node) Names() []string {
	if len(n.Workloads) == 0 {
		return []string{n.Text}
	}
	var names []string
	for _, w := range n.Workloads {
		names = append(names, w.Kind+" "+w.Name)
	}
	return names
}

// IsPods reports whether the node is pods of one namespace.
func (n *Node) IsPods() bool { return n.Namespace != nil }

// IsOpen reports whether no policy closes the pods in a direction.
func (n *Node) IsOpen(d policy.Direction) bool { return n.Host || len(n.isolating[d]) == 0 }

// rules are those of the policies that close the node in a direction.
func (n *Node) rules(d policy.Direction) []*model.PeerRule {
	if n.IsOpen(d) {
		return nil
	}
	var all []*model.PeerRule
	for _, r := range n.Namespace.Sides[d].Rules {
		if n.selecting[r.Policy] {
			all = append(all, r)
		}
	}
	return all
}

// portsOf are the ports that a rule opens at the node, those among them that are given by name.
func (n *Node) portsOf(r *model.PeerRule) policy.PortSet {
	set := r.Ports.Fixed
	for _, named := range r.Ports.Named {
		for _, p := range n.ports {
			if named.IsName(p) {
				set = set.Union(policy.OnePort(policy.Port{Protocol: named.Protocol, Number: p.ContainerPort}))
			}
		}
	}
	return set
}

// close notes which policies close the node.
func (n *Node) close() *Node {
	n.selecting = map[*model.Policy]bool{}
	for _, d := range policy.Directions() {
		for _, p := range n.Namespace.Sides[d].Policies {
			if p.Selector.Matches(n.Labels) {
				n.isolating[d] = append(n.isolating[d], p)
				n.selecting[p] = true
			}
		}
	}
	return n
}

// selectors are those that tell the pods of a namespace apart, each once, in the order in which they are found.
type selectors struct {
	list  []policy.Selector
	known map[string]bool
}

func (s *selectors) add(selector policy.Selector) {
	text := selector.String()
	if len(selector) == 0 || s.known[text] {
		return
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	s.known[text] = true
	s.list = append(s.list, selector)
}

// aims has the selectors that rules and flows aim at namespaces, and the names of ports that rules have.
type aims struct {
	at map[string]*selectors
	// everywhere are those that may be aimed at any namespace.
	everywhere selectors
	portNames  map[string]bool
}

func (a *aims) of(namespace string) *selectors {
	if a.at[namespace] == nil {
		a.at[namespace] = &selectors{}
	}
	return a.at[namespace]
}

// aims reads all rules and flows.
func (m *Map) aims() *aims {
	a := &aims{at: map[string]*selectors{}, portNames: map[string]bool{}}
	for _, p := range m.Policies {
		a.of(p.Namespace).add(p.Selector)
	}
	for _, namespace := range m.All() {
		for _, r := range namespace.Rules() {
			for _, named := range r.Ports.Named {
				a.portNames[named.Name] = true
			}
			switch {
			case r.Block != nil || r.Everybody:
			case r.In.Own:
				a.of(r.Namespace).add(r.Pods)
			case r.In.Named:
				for _, name := range r.In.Names {
					a.of(name).add(r.Pods)
				}
			default:
				a.everywhere.add(r.Pods)
			}
		}
		for _, d := range policy.Directions() {
			for _, f := range namespace.Declared[d].Flows {
				a.of(namespace.Name).add(f.Own)
				if f.Namespace != "" {
					a.of(f.Namespace).add(f.Connections.Peer)
				}
			}
		}
	}
	return a
}

func (m *Map) addNodes() {
	a := m.aims()
	names := slices.Collect(maps.Keys(a.at))
	for _, namespace := range m.All() {
		names = append(names, namespace.Name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		namespace := m.Namespace(name)
		nodes := known(namespace, a)
		for _, s := range a.of(name).list {
			if !slices.ContainsFunc(nodes, func(n *Node) bool { return s.Matches(n.Labels) }) {
				nodes = append(nodes, selected(namespace, s)...)
			}
		}
		if !namespace.HasWorkloads() {
			rest := &Node{Kind: Any, Namespace: namespace, Text: "any pod"}
			if len(nodes) > 0 {
				rest.Text = "other pods"
			}
			nodes = append(nodes, rest.close())
		}
		m.byNamespace[name] = nodes
		m.Nodes = append(m.Nodes, nodes...)
	}
}

// known are the pods of a namespace that workloads of the input make, those that no selector and no name of a port tells
// apart as one.
func known(namespace *model.Namespace, a *aims) []*Node {
	bySignature := map[string]*Node{}
	var nodes []*Node
	own := a.of(namespace.Name)
	put := func(signature string, make func() *Node, w ...*objects.Workload) {
		n := bySignature[signature]
		if n == nil {
			n = make()
			bySignature[signature] = n
			nodes = append(nodes, n)
		}
		n.Workloads = append(n.Workloads, w...)
	}
	for _, p := range namespace.Pods {
		put(signature(p, own, a), func() *Node {
			n := &Node{Kind: Known, Namespace: namespace, Labels: p.Labels, ports: p.Ports}
			return n.close()
		}, p.Workloads...)
	}
	for _, w := range namespace.Workloads {
		if w.Pod.Spec.HostNetwork {
			put("host", func() *Node { return &Node{Kind: Known, Namespace: namespace, Host: true} }, w)
		}
	}
	for _, n := range nodes {
		slices.SortStableFunc(n.Workloads, func(a, b *objects.Workload) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
		})
	}
	slices.SortStableFunc(nodes, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(a.Workloads[0].Name, b.Workloads[0].Name),
			cmp.Compare(a.Workloads[0].Kind, b.Workloads[0].Kind))
	})
	return nodes
}

// signature is the same for pods that are told apart by nothing.
func signature(p *model.Pods, own *selectors, a *aims) string {
	var b strings.Builder
	for _, list := range [][]policy.Selector{own.list, a.everywhere.list} {
		for _, s := range list {
			if s.Matches(p.Labels) {
				b.WriteByte('1')
			} else {
				b.WriteByte('0')
			}
		}
	}
	var ports []string
	for _, port := range p.Ports {
		if a.portNames[port.Name] {
			ports = append(ports, fmt.Sprintf("%s/%d/%s", port.Name, port.ContainerPort, port.Protocol))
		}
	}
	slices.Sort(ports)
	return b.String() + strings.Join(ports, " ")
}

// mostValues bounds the pods that a selector with several values stands for.
const mostValues = 16

// selected are pods that a selector selects, one for each value where it lists several, beyond the bound one for the rest; none
// where none can be, or where it demands nothing of them.
func selected(namespace *model.Namespace, s policy.Selector) []*Node {
	if !s.DemandsLabel() {
		return nil
	}
	if _, answer := solver.Solve(solver.Literals(solver.Own, s), nil); answer == ternary.No {
		return nil
	}
	choices := []choice{{labels: map[string]string{}}}
	for _, r := range s {
		values := r.Values
		if r.Op == policy.Exists {
			values = []string{"any"}
		}
		if r.Op != policy.In && r.Op != policy.Exists {
			continue
		}
		most := max(1, mostValues/len(choices))
		var next []choice
		for _, c := range choices {
			if c.labels[r.Key] != "" {
				next = append(next, c)
				continue
			}
			for _, value := range values[:min(len(values), most)] {
				next = append(next, c.with(r.Key, value))
			}
			if len(values) > most {
				next = append(next, c.with(r.Key, values[most:]...))
			}
		}
		choices = next
	}
	var nodes []*Node
	for _, c := range choices {
		if s.Matches(c.labels) {
			text := "pods " + c.of.String()
			if len(choices) == 1 {
				text = "pods " + s.String()
			}
			nodes = append(nodes, (&Node{Kind: Selected, Namespace: namespace, Labels: c.labels, Text: text}).close())
		}
	}
	return nodes
}

// choice are pods with some labels, which stand for all that a selector selects.
type choice struct {
	labels map[string]string
	of     policy.Selector
}

// with demands one of some values of a label, the first of which stands for all.
func (c choice) with(key string, values ...string) choice {
	labels := maps.Clone(c.labels)
	labels[key] = values[0]
	return choice{labels, append(slices.Clip(c.of), policy.Requirement{Key: key, Op: policy.In, Values: values})}
}
