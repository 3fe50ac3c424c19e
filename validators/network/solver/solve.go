// Package solver searches connections between pods that no manifest shows: labels are variables, and what policies
// demand of them are constraints. So pods which operators create later count, and replicas cost nothing. [Solve] finds
// labels, [Query.Find] connections.
package solver

import (
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/policy"
)

// End is one of the two pods of a connection.
type End uint8

// The ends: Own is the pod that the policies in question isolate, Peer the one at the other end.
const (
	Own End = iota
	Peer
)

// Literal is a requirement on a label of one of two pods whose labels are not known.
type Literal struct {
	End End
	policy.Requirement
}

func (l Literal) negated() Literal {
	l.Op = l.Op.Negated()
	return l
}

// Literals are the requirements of a selector on the pod at one end.
func Literals(e End, s policy.Selector) []Literal {
	literals := make([]Literal, len(s))
	for i, r := range s {
		literals[i] = Literal{e, r}
	}
	return literals
}

// Clause is a disjunction of literals. The empty one never holds.
type Clause []Literal

// NotBoth is the clause that the two pods are not both selected.
func NotBoth(own, peer policy.Selector) Clause {
	c := make(Clause, 0, len(own)+len(peer))
	for _, r := range own {
		c = append(c, Literal{Own, r}.negated())
	}
	for _, r := range peer {
		c = append(c, Literal{Peer, r}.negated())
	}
	return c
}

// maxSteps bounds one search. Policies that people write need fewer than a hundred.
const maxSteps = 20_000

// Labels is a choice of labels for both pods.
type Labels [2]map[string]string

// Solve finds labels for two pods that fulfil all literals and, of every clause, at least one. The answer is Unknown
// where the search was given up.
func Solve(literals []Literal, clauses []Clause) (Labels, ternary.Answer) {
	s := &search{}
	for _, l := range literals {
		if !s.assume(l) {
			return Labels{}, ternary.No
		}
	}
	s.steps = maxSteps
	switch {
	case s.solve(clauses):
		return s.model(), ternary.Yes
	case s.steps <= 0:
		return Labels{}, ternary.Unknown
	}
	return Labels{}, ternary.No
}

// variable is what is demanded so far of one label of one pod. Any value may be chosen that is not ruled out: there are
// more label values than anybody can list.
type variable struct {
	end End
	key string
	// set means that the label must be there, unset that it must not.
	set, unset bool
	// limited means that the value must be one of among.
	limited    bool
	among, not []string
}

// search holds a consistent set of demands. Slices are never changed in place, so that a copy of the variables can be
// returned to.
type search struct {
	variables []variable
	// steps are those that are left.
	steps int
}

func (s *search) find(l Literal) int {
	return slices.IndexFunc(s.variables, func(v variable) bool { return v.end == l.End && v.key == l.Key })
}

// assume adds a demand. It returns false where the demand contradicts the others; the search is then of no more use.
func (s *search) assume(l Literal) bool {
	i := s.find(l)
	if i < 0 {
		i = len(s.variables)
		s.variables = append(s.variables, variable{end: l.End, key: l.Key})
	}
	return s.variables[i].assume(l.Requirement)
}

func (v *variable) assume(r policy.Requirement) bool {
	switch r.Op {
	case policy.In:
		among := slices.Clone(r.Values)
		if v.limited {
			among = slices.DeleteFunc(among, func(value string) bool { return !slices.Contains(v.among, value) })
		}
		v.set, v.limited, v.among = true, true, among
	case policy.NotIn:
		v.not = append(slices.Clip(v.not), r.Values...)
	case policy.Exists:
		v.set = true
	case policy.DoesNotExist:
		v.unset = true
	}
	if v.limited && len(v.not) > 0 {
		v.among = slices.DeleteFunc(
			slices.Clone(v.among), func(value string) bool { return slices.Contains(v.not, value) },
		)
	}
	return (!v.set || !v.unset) && (!v.limited || len(v.among) > 0)
}

// follows answers whether a literal follows from the demands (Yes), contradicts them (No), or neither.
func (s *search) follows(l Literal) ternary.Answer {
	i := s.find(l)
	if i < 0 {
		return ternary.Unknown
	}
	positive, negative := s.variables[i], s.variables[i]
	switch {
	case !negative.assume(l.negated().Requirement):
		return ternary.Yes
	case !positive.assume(l.Requirement):
		return ternary.No
	}
	return ternary.Unknown
}

// solve fulfils the clauses by trying their literals, the shortest clause first.
func (s *search) solve(clauses []Clause) bool {
	open, ok := s.propagate(clauses)
	if !ok || s.steps <= 0 {
		return false
	}
	if len(open) == 0 {
		return true
	}
	shortest := slices.MinFunc(open, func(a, b Clause) int { return len(a) - len(b) })
	before := s.variables
	for i, l := range shortest {
		s.variables = slices.Clone(before)
		consistent := s.assume(l)
		for _, tried := range shortest[:i] { // so that no choice is tried twice
			consistent = consistent && s.assume(tried.negated())
		}
		if consistent && s.solve(open) {
			return true
		}
		if s.steps <= 0 {
			return false
		}
	}
	return false
}

// propagate assumes the literals that are the last way to fulfil a clause, until there are none. It returns the clauses
// that are not yet fulfilled, with the literals that are left of them; ok is false where one cannot be.
func (s *search) propagate(clauses []Clause) (open []Clause, ok bool) {
	for {
		open = open[:0:0]
		changed := false
		for _, c := range clauses {
			if s.steps--; s.steps <= 0 {
				return nil, false
			}
			left, fulfilled := s.remaining(c)
			switch {
			case fulfilled:
			case len(left) == 0:
				return nil, false
			case len(left) == 1:
				if !s.assume(left[0]) {
					return nil, false
				}
				changed = true
			default:
				open = append(open, left)
			}
		}
		if !changed {
			return open, true
		}
		clauses = open
	}
}

// remaining are the literals of a clause that may still be chosen.
func (s *search) remaining(c Clause) (left Clause, fulfilled bool) {
	for _, l := range c {
		switch s.follows(l) {
		case ternary.Yes:
			return nil, true
		case ternary.Unknown:
			left = append(left, l)
		}
	}
	return left, false
}

// model chooses labels: only those that must be there.
func (s *search) model() Labels {
	labels := Labels{{}, {}}
	for _, v := range s.variables {
		switch {
		case !v.set:
		case v.limited:
			labels[v.end][v.key] = v.among[0]
		default:
			labels[v.end][v.key] = otherThan(v.not)
		}
	}
	return labels
}

// otherThan is a label value that is none of the taken ones.
func otherThan(taken []string) string {
	value := "other"
	for i := 2; slices.Contains(taken, value); i++ {
		value = "other-" + strconv.Itoa(i)
	}
	return value
}
