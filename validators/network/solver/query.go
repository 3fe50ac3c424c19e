package solver

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/policy"
)

// Connections is a set of connections: those of certain pods of a namespace with certain pods of another, or with
// addresses, on certain ports.
type Connections struct {
	// Own and Peer select the pods of both ends. For addresses Peer is empty.
	Own, Peer policy.Selector
	// Addresses is nil where the peers are pods.
	Addresses policy.Addresses
	Ports     policy.PortSet
	// Named is the port of the accepting pod that a rule goes by; nil where it goes by numbers.
	Named *ResolvedPort
}

// ResolvedPort is a named port and its number in a workload of the input.
type ResolvedPort struct {
	Name string
	Port policy.Port
}

// Turned are the connections seen from the other end.
func (c Connections) Turned() Connections {
	c.Own, c.Peer = c.Peer, c.Own
	return c
}

// Intersect is what two sets of connections between the same two namespaces have in common.
func (c Connections) Intersect(other Connections) Connections {
	both := Connections{
		Own: c.Own.And(other.Own), Peer: c.Peer.And(other.Peer), Ports: c.Ports.Intersect(other.Ports), Named: c.Named,
	}
	if both.Named == nil {
		both.Named = other.Named
	}
	return both
}

// Query asks for a connection that is among Of and in none of Except.
type Query struct {
	Of     Connections
	Except []Connections
	// Literals and Clauses are further demands on the pods.
	Literals []Literal
	Clauses  []Clause
}

// Find answers the query with a witness, where the answer is Yes.
func (q Query) Find(sets *policy.AddressSets) (Witness, ternary.Answer) {
	ports := make([]policy.PortSet, len(q.Except))
	for i, c := range q.Except {
		ports[i] = c.Ports
	}
	if q.Of.Ports.All && !slices.ContainsFunc(ports, func(s policy.PortSet) bool { return !s.All }) {
		return q.findAt(sets, policy.AnyPort(), q.Except)
	}
	seen := map[string]bool{}
	answers := ternary.No
	for _, port := range q.Of.Ports.Representatives(ports) {
		except, signature := q.exceptAt(port)
		if seen[signature] {
			continue
		}
		seen[signature] = true
		w, answer := q.findAt(sets, port, except)
		if answer == ternary.Yes {
			return w, answer
		}
		answers = ternary.Or(answers, answer)
	}
	return Witness{}, answers
}

// exceptAt are the exceptions for a port, with a text that is the same for the same exceptions.
func (q Query) exceptAt(port policy.Port) ([]Connections, string) {
	var except []Connections
	signature := make([]byte, len(q.Except))
	for i, c := range q.Except {
		signature[i] = '-'
		if c.Ports.Contains(port) {
			except = append(except, c)
			signature[i] = '+'
		}
	}
	return except, string(signature)
}

func (q Query) findAt(sets *policy.AddressSets, port policy.Port, except []Connections) (Witness, ternary.Answer) {
	w := Witness{Port: port, Named: q.Of.Named}
	if q.Of.Addresses != nil {
		return q.findAddresses(sets, w, except)
	}
	literals, clauses := q.literals(), slices.Clone(q.Clauses)
	for _, c := range except {
		clauses = append(clauses, NotBoth(c.Own, c.Peer))
	}
	labels, answer := Solve(literals, clauses)
	w.Labels, w.Keys = labels, keys(literals, clauses)
	return w, answer
}

func (q Query) literals() []Literal {
	all := slices.Grow(slices.Clip(q.Literals), len(q.Of.Own)+len(q.Of.Peer))
	for _, r := range q.Of.Own {
		all = append(all, Literal{Own, r})
	}
	for _, r := range q.Of.Peer {
		all = append(all, Literal{Peer, r})
	}
	return all
}

// maxPieces bounds into how many pieces a set of addresses is cut.
const maxPieces = 512

// piece is a set of addresses that the same exceptions hold.
type piece struct {
	set     policy.Addresses
	clauses []Clause
}

// findAddresses cuts the addresses where an exception begins or ends, and asks for each piece whether there is a pod
// for which no exception holds it. A block that is no CIDR holds no address.
func (q Query) findAddresses(sets *policy.AddressSets, w Witness, except []Connections) (Witness, ternary.Answer) {
	if policy.IsEmpty(q.Of.Addresses) {
		return w, ternary.No
	}
	pieces, ok := q.pieces(sets, except)
	if !ok {
		return w, ternary.Unknown
	}
	literals, answers := q.literals(), ternary.No
	for _, p := range pieces {
		labels, answer := Solve(literals, p.clauses)
		switch {
		case answer != ternary.Yes:
		case w.Addresses == nil:
			w.Labels, w.Keys = labels, keys(literals, p.clauses)
			w.Addresses, w.Address = p.set, sets.Example(p.set)
		default:
			w.Addresses = policy.Union(w.Addresses, p.set)
		}
		answers = ternary.Or(answers, answer)
	}
	return w, answers
}

func (q Query) pieces(sets *policy.AddressSets, except []Connections) ([]piece, bool) {
	pieces := []piece{{q.Of.Addresses, q.Clauses}}
	for _, c := range except {
		var next []piece
		for _, p := range pieces {
			if rest := sets.Minus(p.set, c.Addresses); !policy.IsEmpty(rest) {
				next = append(next, piece{rest, p.clauses})
			}
			if held := sets.Intersect(p.set, c.Addresses); len(c.Own) > 0 && !policy.IsEmpty(held) {
				next = append(next, piece{held, append(slices.Clip(p.clauses), NotBoth(c.Own, nil))})
			}
		}
		if pieces = next; len(pieces) > maxPieces {
			return nil, false
		}
	}
	return pieces, true
}

// keys are those of the labels that demands are about, for each end.
func keys(literals []Literal, clauses []Clause) [2][]string {
	found := [2]map[string]bool{{}, {}}
	for _, l := range literals {
		found[l.End][l.Key] = true
	}
	for _, c := range clauses {
		for _, l := range c {
			found[l.End][l.Key] = true
		}
	}
	return [2][]string{slices.Sorted(maps.Keys(found[Own])), slices.Sorted(maps.Keys(found[Peer]))}
}
