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
	// Maybe is true where they do only if what is not in the input is so: the labels of a namespace, or the addresses of
	// pods and hosts.
	Maybe bool `json:"maybe,omitempty"`
	// Undecided is true where findings leave open what the policies of an end do.
	Undecided bool `json:"undecided,omitempty"`
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
	// Rules are those that open the port for the other end, Others those that are for other ends or ports.
	Rules  []PathRule `json:"rules,omitempty"`
	Others []PathRule `json:"others,omitempty"`
	// Perhaps are those that open it if what they are for has one of the addresses that were asked for.
	Perhaps []PathRule `json:"perhaps,omitempty"`
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
	ends := [2]End{from, to}
	var a reach.Answer
	switch {
	case from.Node != nil && to.Node != nil:
		a = m.Map.Between(from.Node, to.Node)
	case to.Node == nil:
		a = m.Map.WithAddresses(from.Node, policy.Egress, to.Addresses)
	default:
		a = m.Map.WithAddresses(to.Node, policy.Ingress, from.Addresses)
	}
	for _, d := range policy.Directions() {
		if n := ends[d].Node; n != nil {
			p.Sides = append(p.Sides, m.side(d, ends, a.Sides[d], port))
			p.Namespaces = append(p.Namespaces, n.Namespace.Name)
		}
	}
	open := a.Ports.Intersect(port.set)
	p.Reached, p.Ports = !open.IsEmpty(), PortTexts(open)
	if p.Reached {
		p.Partly = m.isPartly(ends, open)
		p.Declared = m.declared(&reach.Edge{Answer: reach.Answer{Ports: open, Declared: a.Declared.Intersect(open)}})
		return p
	}
	p.Maybe = !a.Maybe.Intersect(port.set).IsEmpty()
	for i := range p.Sides {
		p.Maybe = p.Maybe || len(p.Sides[i].Perhaps) > 0
	}
	return p
}

// isPartly reports whether one of the ends is addresses of which some are closed on some of the open ports.
func (m *Model) isPartly(ends [2]End, open policy.PortSet) bool {
	for _, d := range policy.Directions() {
		if own, other := ends[d], ends[d.Opposite()]; other.Node == nil {
			return !m.Map.ReachesAll(own.Node, d, other.Addresses, open)
		}
	}
	return false
}

// side is what the policies of the end say that is the first for egress, and the second for ingress.
func (m *Model) side(d policy.Direction, ends [2]End, s reach.Side, port Port) PathSide {
	n, other := ends[d].Node, ends[d.Opposite()]
	side := PathSide{
		Direction: d.String(), Of: m.PlaceOf(n.Namespace.Name), Open: s.IsOpen(),
		Allowed: !s.Ports.Intersect(port.set).IsEmpty(),
	}
	for _, p := range s.Isolating {
		side.ClosedBy = append(side.ClosedBy, RuleAt(p.Object, p.SelectorField()))
	}
	opening, others := n.Opening(d, s, ends[policy.Ingress].Node, port.set)
	if other.Node == nil && !side.Allowed {
		rules, names := m.Map.Perhaps(n, d, other.Addresses, port.set)
		side.Perhaps = m.pathRules(rules)
		for _, r := range names {
			side.Perhaps = append(side.Perhaps, PathRule{Rule: RuleAt(r.Object, r.Field), Peer: r.Name, Ports: r.Ports.String()})
		}
		others = slices.DeleteFunc(others, func(r *model.PeerRule) bool { return slices.Contains(rules, r) })
	}
	side.Rules, side.Others = m.pathRules(opening), m.pathRules(others)
	return side
}

func (m *Model) pathRules(rules []*model.PeerRule) []PathRule {
	var all []PathRule
	for _, r := range rules {
		all = append(all, PathRule{Rule: RuleAt(r.Object, r.Rule), Peer: m.Map.PeerText(r), Ports: r.Ports.String()})
	}
	return all
}
