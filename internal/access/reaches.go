package access

import (
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
)

// Party is what connections begin or end at. Pods that no policy tells apart are one.
type Party struct {
	Kind reach.Kind `json:"kind"`
	// Component is the name of the component whose pods they are; empty for those of none.
	Component string `json:"component,omitempty"`
	// Namespace of the pods; empty for what is in none.
	Namespace string `json:"namespace,omitempty"`
	// Workloads make the pods, sorted by name.
	Workloads []Object `json:"workloads,omitempty"`
	// Text says what it is, where it has no workloads.
	Text string `json:"text,omitempty"`
	// HostNetwork is true for pods on the network of their node, which policies do not hold.
	HostNetwork bool `json:"hostNetwork,omitempty"`
}

// IsPods reports whether the party is pods of one namespace.
func (p *Party) IsPods() bool {
	return p.Kind == reach.Known || p.Kind == reach.Selected || p.Kind == reach.Any
}

// Names are those of the workloads or, failing that, what the party is.
func (p *Party) Names() []string {
	if len(p.Workloads) == 0 {
		return []string{p.Text}
	}
	names := make([]string, len(p.Workloads))
	for i, w := range p.Workloads {
		names[i] = w.Kind + " " + w.Name
	}
	return names
}

// Verdict is whether a Segregation declares something.
type Verdict string

// What a Segregation declares of a connection. Without a Segregation it is empty.
const (
	Declared       Verdict = "yes"
	PartlyDeclared Verdict = "partly"
	Undeclared     Verdict = "no"
)

// Reach is a connection that the policies allow. Where an end is open to everybody, that is one with a Party for
// everybody.
type Reach struct {
	// From opens the connection, To accepts it: numbers of Parties.
	From int `json:"from"`
	To   int `json:"to"`
	// Ports are those that are open. None are all, where Closed is false. Format: 5432, 53/UDP, 8000-8010.
	Ports []string `json:"ports,omitempty"`
	// MaybePorts are open only where a namespace that is not in the input has labels that a rule selects.
	MaybePorts []string `json:"maybePorts,omitempty"`
	// Closed is true where only MaybePorts may be open.
	Closed bool `json:"closed,omitempty"`
	// By are the rules that open it. An end of which no rule is there is not closed by any policy.
	By       []Rule  `json:"by"`
	Declared Verdict `json:"declared,omitempty"`
	// DNS is true for questions to the DNS of the cluster.
	DNS bool `json:"dns,omitempty"`
}

// Rule is a rule of a policy, or of a role.
type Rule struct {
	Object
	// Field of the rule. Format: spec.egress[0].
	Field string `json:"field,omitempty"`
	File  string `json:"file,omitempty"`
	// Line counts from 1; 0 means not known.
	Line int `json:"line,omitempty"`
}

// Place names where the rule is: the file and line or, failing that, nothing.
func (r Rule) Place() string {
	switch {
	case r.File != "" && r.Line > 0:
		return fmt.Sprintf("%s:%d", r.File, r.Line)
	case r.Line > 0:
		return fmt.Sprintf("line %d", r.Line)
	}
	return r.File
}

// String names the rule: NetworkPolicy shop/allow-x spec.egress[0].
func (r Rule) String() string {
	text := r.Kind + " " + objects.Path(r.Namespace, r.Name)
	if r.Field != "" {
		text += " " + r.Field
	}
	return text
}

// At names the rule and its place: NetworkPolicy shop/allow-x spec.egress[0] (shop.yaml:12).
func (r Rule) At() string {
	if place := r.Place(); place != "" {
		return r.String() + " (" + place + ")"
	}
	return r.String()
}

// RuleAt is a field of an object as a rule.
func RuleAt(o *objects.Object, field fieldpath.Path) Rule {
	return Rule{Object: objectOf(o), Field: field.String(), File: o.File, Line: o.Line(field)}
}

// Closed reports in which directions a policy closes every pod of a namespace, those that are still to come included.
type Closed struct {
	Ingress bool `json:"ingress"`
	Egress  bool `json:"egress"`
}

// reaches fills in who reaches whom.
func (m *Model) reaches() {
	for i := range m.Components {
		c := &m.Components[i]
		sides := &m.Map.Namespace(c.Namespace).Sides
		c.Closed = &Closed{Ingress: sides[policy.Ingress].CatchAll() != nil, Egress: sides[policy.Egress].CatchAll() != nil}
	}
	numbers := map[*reach.Node]int{}
	number := func(n *reach.Node) int {
		at, isKnown := numbers[n]
		if !isKnown {
			at = len(m.Parties)
			numbers[n] = at
			m.Parties = append(m.Parties, m.Party(n))
		}
		return at
	}
	for _, n := range m.Map.Nodes {
		number(n)
	}
	edges := m.Map.Edges()
	for i := range edges {
		e := &edges[i]
		m.Reaches = append(m.Reaches, Reach{
			From: number(e.From), To: number(e.To),
			Ports: append(PortTexts(e.Ports), named(e.PortNames)...), MaybePorts: PortTexts(e.Maybe),
			Closed: e.Ports.IsEmpty() && len(e.PortNames) == 0,
			By:     rulesOf(e), Declared: m.declared(e), DNS: m.isDNS(e),
		})
	}
}

// named are ports by the names that pods give them.
func named(names []string) []string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = "the port called " + name
	}
	return texts
}

// Party is a node as a Party.
func (m *Model) Party(n *reach.Node) Party {
	p := Party{Kind: n.Kind, HostNetwork: n.Host}
	if n.Namespace != nil {
		p.Namespace = n.Namespace.Name
		if c := m.Scope.Of(p.Namespace); c != nil {
			p.Component = c.Name
		}
	}
	for _, w := range n.Workloads {
		p.Workloads = append(p.Workloads, objectOf(w.Object))
	}
	if len(p.Workloads) == 0 {
		p.Text = n.Text
	}
	return p
}

func rulesOf(e *reach.Edge) []Rule {
	rules := []Rule{}
	for _, r := range e.Rules() {
		rules = append(rules, RuleAt(r.Object, r.Rule))
	}
	for _, r := range e.HostRules {
		rules = append(rules, RuleAt(r.Object, r.Field))
	}
	return rules
}

// declared is what Segregations say of a connection.
func (m *Model) declared(e *reach.Edge) Verdict {
	switch {
	case !m.Planned:
		return ""
	case e.Declared.IsEmpty():
		return Undeclared
	case e.Ports.Minus(e.Declared).IsEmpty():
		return Declared
	}
	return PartlyDeclared
}

// isDNS reports whether a connection is for questions to the DNS of the cluster, and for nothing else.
func (m *Model) isDNS(e *reach.Edge) bool {
	const port = 53
	if e.To.Namespace == nil {
		cache := m.Map.Addresses.DNSCache
		return cache != nil && e.To.Addresses == cache && e.Ports.IsOnly(port)
	}
	return e.To.Namespace.Name == m.Cluster.DNS.Namespace && e.Ports.IsOnly(port)
}

// PortTexts lists ports as a Segregation does; none for every port, and for no port.
func PortTexts(set policy.PortSet) []string {
	var texts []string
	for _, r := range set.Ranges {
		text := strconv.Itoa(int(r.First))
		if r.Last != r.First {
			text += fmt.Sprintf("-%d", r.Last)
		}
		if r.Protocol != corev1.ProtocolTCP {
			text += "/" + string(r.Protocol)
		}
		texts = append(texts, text)
	}
	return texts
}
