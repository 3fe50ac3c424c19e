package network

import (
	"maps"
	"net/netip"
	"slices"
)

// query asks for a connection of a region that none of the covers holds.
type query struct {
	region region
	covers []region
	// literals and clauses are further demands on the pods.
	literals []literal
	clauses  []clause
}

// witness is a connection that answers a query.
type witness struct {
	labels podPair
	// known are the workloads whose pods these are; nil for a pod that is not in the input.
	known [2]*class
	// mentioned are the keys of labels that matter, for each end.
	mentioned [2][]string
	// address is one that answers the query for these pods; addresses has all that do for some pods. For a region of pods
	// both are zero.
	address   netip.Addr
	addresses addresses
	port      Port
	named     *resolvedPort
}

// find answers the query.
func (q query) find(b *book) (witness, outcome) {
	others := make([]portSet, len(q.covers))
	for i, c := range q.covers {
		others[i] = c.ports
	}
	if !slices.ContainsFunc(others, func(s portSet) bool { return !s.all }) && q.region.ports.all {
		return q.findAt(b, Port{protocols[0], usual(firstPort, lastPort)}, q.covers)
	}
	seen := map[string]bool{}
	worst := nothing
	for _, port := range cells(q.region.ports, others) {
		covers, signature := q.coversAt(port)
		if seen[signature] {
			continue
		}
		seen[signature] = true
		switch w, outcome := q.findAt(b, port, covers); outcome {
		case found:
			return w, found
		case undecided:
			worst = undecided
		}
	}
	return witness{}, worst
}

// coversAt are the covers that hold a port, with a text that tells different choices apart.
func (q query) coversAt(port Port) ([]region, string) {
	var covers []region
	signature := make([]byte, len(q.covers))
	for i, c := range q.covers {
		signature[i] = '-'
		if c.ports.contains(port) {
			covers = append(covers, c)
			signature[i] = '+'
		}
	}
	return covers, string(signature)
}

func (q query) findAt(b *book, port Port, covers []region) (witness, outcome) {
	w := witness{port: port, named: q.region.named}
	if q.region.addresses != nil {
		return q.findAddresses(b, w, covers)
	}
	literals, clauses := q.demands(), slices.Clone(q.clauses)
	for _, c := range covers {
		clauses = append(clauses, none(c.own, c.peer))
	}
	labels, outcome := solve(literals, clauses)
	w.labels, w.mentioned = labels, mentioned(literals, clauses)
	return w, outcome
}

func (q query) demands() []literal {
	literals := slices.Clip(q.literals)
	for _, r := range q.region.own {
		literals = append(literals, literal{own, r})
	}
	for _, r := range q.region.peer {
		literals = append(literals, literal{peer, r})
	}
	return literals
}

// maxParts bounds into how many parts a set of addresses is cut.
const maxParts = 512

// part is a set of addresses that the same covers hold.
type part struct {
	set     addresses
	clauses []clause
}

// findAddresses cuts the addresses where a cover begins or ends, and asks for each part whether there is a pod for which no
// cover holds it. A block that is no CIDR holds no address; that it is none is reported where blocks are validated.
func (q query) findAddresses(b *book, w witness, covers []region) (witness, outcome) {
	if isEmpty(q.region.addresses) {
		return w, nothing
	}
	parts, ok := q.parts(b, covers)
	if !ok {
		return w, undecided
	}
	literals, result := q.demands(), nothing
	for _, p := range parts {
		labels, outcome := solve(literals, p.clauses)
		switch {
		case outcome == undecided && result == nothing:
			result = undecided
		case outcome == found && result != found:
			result = found
			w.labels, w.mentioned = labels, mentioned(literals, p.clauses)
			w.addresses, w.address = p.set, example(p.set)
		case outcome == found:
			w.addresses = b.join(w.addresses, p.set)
		}
	}
	return w, result
}

func (q query) parts(b *book, covers []region) ([]part, bool) {
	parts := []part{{q.region.addresses, q.clauses}}
	for _, c := range covers {
		var next []part
		for _, p := range parts {
			if rest := b.minus(p.set, c.addresses); !isEmpty(rest) {
				next = append(next, part{rest, p.clauses})
			}
			if held := b.intersect(p.set, c.addresses); len(c.own) > 0 && !isEmpty(held) {
				next = append(next, part{held, append(slices.Clip(p.clauses), none(c.own, nil))})
			}
		}
		if parts = next; len(parts) > maxParts {
			return nil, false
		}
	}
	return parts, true
}

// mentioned are the keys that demands are about, for each end.
func mentioned(literals []literal, clauses []clause) [2][]string {
	keys := [2]map[string]bool{{}, {}}
	for _, l := range literals {
		keys[l.end][l.key] = true
	}
	for _, c := range clauses {
		for _, l := range c {
			keys[l.end][l.key] = true
		}
	}
	return [2][]string{slices.Sorted(maps.Keys(keys[own])), slices.Sorted(maps.Keys(keys[peer]))}
}
