package access

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
)

// Path is the answer whether one end reaches another. It is written as JSON: other fields may be added, none renamed.
type Path struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Asked is the port that was asked for; empty means any. Format: 5432, 53/UDP.
	Asked string `json:"asked,omitempty"`
	// Reached is true where the policies let connections through.
	Reached bool `json:"reached"`
	// Maybe is true where they do only if a namespace that is not in the input has labels that a rule selects.
	Maybe bool `json:"maybe,omitempty"`
	// Ports are those that are open, of those asked for; none are all, where Reached is true.
	Ports    []string `json:"ports,omitempty"`
	Declared Verdict  `json:"declared,omitempty"`
	// Partly is true where only some of the addresses that were asked for are open.
	Partly bool `json:"partly,omitempty"`
	// Sides are what the policies of each end say, that of the end that opens the connection first. An end that is no
	// pods of the input has none.
	Sides []PathSide `json:"sides"`
	// Namespaces are those of the ends, for what else is known of them.
	Namespaces []string `json:"-"`
}

// PathSide is what the policies of one end say.
type PathSide struct {
	// Direction is egress or ingress.
	Direction string `json:"direction"`
	// Of is the component or namespace whose policies count.
	Of string `json:"of"`
	// Open is true where no policy closes the end.
	Open bool `json:"open,omitempty"`
	// Allowed is true where the end lets the connection through.
	Allowed bool `json:"allowed"`
	// ClosedBy are the policies that close the end but for what rules open.
	ClosedBy []Rule `json:"closedBy,omitempty"`
	// Rules are those that are for the other end, Others those that are not.
	Rules  []PathRule `json:"rules,omitempty"`
	Others []PathRule `json:"others,omitempty"`
}

// PathRule is a rule with what it is for.
type PathRule struct {
	Rule
	// Peer is whom it is for.
	Peer string `json:"peer"`
	// Ports that it opens. Format: TCP 5432.
	Ports string `json:"ports"`
}

// Port is a port that is asked for. The zero value is any.
type Port struct {
	text string
	set  policy.PortSet
}

// ParsePort reads a port: 5432, or 53/UDP. The empty text is any port.
func ParsePort(text string) (Port, error) {
	if text == "" {
		return Port{set: policy.AllPorts()}, nil
	}
	number, protocol, _ := strings.Cut(text, "/")
	parsed, err := strconv.ParseUint(number, 10, 16)
	known := corev1.Protocol(strings.ToUpper(protocol))
	if protocol == "" {
		known = corev1.ProtocolTCP
	}
	isKnown := slices.Contains([]corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}, known)
	if err != nil || parsed == 0 || !isKnown {
		return Port{}, fmt.Errorf("the port %s must be a number from 1 to 65535, with /UDP or /SCTP after it where it is "+
			"not one of TCP: 5432, 53/UDP", phrase.Quote(text))
	}
	return Port{text: text, set: policy.OnePort(policy.Port{Protocol: known, Number: int32(parsed)})}, nil
}

// Ask answers whether one end reaches another on a port. Between addresses there is nothing to ask.
func (m *Model) Ask(from, to End, port Port) Path {
	p := Path{From: m.Title(from), To: m.Title(to), Asked: port.text, Sides: []PathSide{}}
	var a reach.Answer
	switch {
	case from.Node != nil && to.Node != nil:
		a = m.Map.Between(from.Node, to.Node)
	case to.Node == nil:
		a = m.Map.WithAddresses(from.Node, policy.Egress, to.Addresses)
	default:
		a = m.Map.WithAddresses(to.Node, policy.Ingress, from.Addresses)
	}
	for d, end := range [2]End{from, to} {
		if end.Node != nil {
			p.Sides = append(p.Sides, m.side(policy.Direction(d), end.Node, a.Sides[d], port))
			p.Namespaces = append(p.Namespaces, end.Node.Namespace.Name)
		}
	}
	open := a.Ports.Intersect(port.set)
	p.Reached, p.Ports = !open.IsEmpty(), PortTexts(open)
	p.Maybe = !p.Reached && !a.Maybe.Intersect(port.set).IsEmpty()
	switch {
	case to.Node == nil:
		p.Partly = p.Reached && !m.Map.ReachesAll(from.Node, policy.Egress, to.Addresses)
	case from.Node == nil:
		p.Partly = p.Reached && !m.Map.ReachesAll(to.Node, policy.Ingress, from.Addresses)
	}
	if p.Reached {
		p.Declared = m.declared(&reach.Edge{Answer: reach.Answer{Ports: open, Declared: a.Declared.Intersect(open)}})
	}
	return p
}

func (m *Model) side(d policy.Direction, n *reach.Node, s reach.Side, port Port) PathSide {
	side := PathSide{
		Direction: d.String(), Of: m.PlaceOf(n.Namespace.Name), Open: s.IsOpen(),
		Allowed: !s.Ports.Intersect(port.set).IsEmpty(),
	}
	for _, p := range s.Isolating {
		side.ClosedBy = append(side.ClosedBy, RuleAt(p.Object, p.SelectorField()))
	}
	side.Rules, side.Others = m.pathRules(s.Rules), m.pathRules(s.Others)
	return side
}

func (m *Model) pathRules(rules []*model.PeerRule) []PathRule {
	var all []PathRule
	for _, r := range rules {
		all = append(all, PathRule{Rule: RuleAt(r.Object, r.Rule), Peer: m.Map.PeerText(r), Ports: r.Ports.String()})
	}
	return all
}
