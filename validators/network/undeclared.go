package network

import (
	"fmt"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// undeclared is a connection that a rule allows and no flow declares.
type undeclared struct {
	solver.Witness
	rule *model.PeerRule
	home *model.Namespace
	// other is the peer's namespace; nil for addresses.
	other *model.Namespace
	// query is the query that found the connection.
	query solver.Query
}

// undeclaredOf lists what a rule allows beyond the declared flows, one connection for each peer. For a rule that is for
// no peer in particular it lists nothing: no flow declares such. isDecided is false where a search was given up.
func (f *facts) undeclaredOf(r *model.PeerRule, home *model.Namespace) (all []*undeclared, isDecided bool) {
	isDecided = true
	find := func(of solver.Connections, other *model.Namespace) bool {
		q := solver.Query{Of: of, Except: home.Declared[r.Direction].With(other)}
		w, answer := f.find(q, home, other)
		if answer == yes {
			all = append(all, &undeclared{Witness: w, rule: r, home: home, other: other, query: q})
		}
		isDecided = isDecided && answer != unknown
		return answer == yes
	}
	switch {
	case !f.Planned || r.IsBroad():
	case r.Block != nil:
		for _, of := range r.ConnectionsWithAddresses(f.Addresses, home) {
			find(of, nil)
		}
	default:
		for _, other := range f.Targets(r) {
			for _, of := range r.Connections(home, other) {
				if find(of, other) {
					break
				}
			}
		}
	}
	return all, isDecided
}

// ports is the port of the connection, and that there are others where the rule does not limit them.
func (u *undeclared) ports() string { return u.portsAt(u.Port) }

func (u *undeclared) portsAt(port policy.Port) string {
	if u.rule.Ports.Fixed.All {
		return fmt.Sprintf("%s (the rule opens every port)", port)
	}
	return port.String()
}

// evaluate asks the evaluator about the connection.
func (u *undeclared) evaluate() policy.Verdict {
	return model.Evaluate(u.rule.Direction, u.Witness, u.home, u.other)
}

// allowed shows the connection and what lets it through.
func (u *undeclared) allowed(v policy.Verdict) string {
	return allowedText(u.Witness, u.rule.Direction, u.home, u.other, v)
}

// reaches looks for a connection of the query, seen from direction d of home, that the policies of the other end allow
// as well.
func (f *facts) reaches(
	q solver.Query, d policy.Direction, home, other *model.Namespace,
) (solver.Witness, ternary.Answer) {
	w, answer := f.reachesByRule(q, d, home, other, false)
	if answer == yes || f.isClosed(other, d.Opposite()) {
		return w, answer
	}
	q.Clauses = append(notIsolated(&other.Sides[d.Opposite()], solver.Peer), q.Clauses...)
	open, isOpen := f.find(q, home, other)
	if isOpen == yes {
		return open, yes
	}
	return w, ternary.Or(answer, isOpen)
}

// reachesByRule looks for a connection that a rule of the other end allows. With onlyBroad, rules that name their peers
// do not count: they are meant.
func (f *facts) reachesByRule(
	q solver.Query, d policy.Direction, home, other *model.Namespace, onlyBroad bool,
) (solver.Witness, ternary.Answer) {
	answers := no
	for _, r := range other.Sides[d.Opposite()].To(home, yes) {
		if onlyBroad && !r.IsBroad() {
			continue
		}
		for _, of := range r.Connections(other, home) {
			narrowed := q
			if narrowed.Of = q.Of.Intersect(of.Turned()); narrowed.Of.Ports.IsEmpty() {
				continue
			}
			w, answer := f.find(narrowed, home, other)
			if answer == yes {
				return w, yes
			}
			answers = ternary.Or(answers, answer)
		}
	}
	return solver.Witness{}, answers
}
