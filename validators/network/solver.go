package network

import (
	"maps"
	"slices"
	"strconv"
)

// end says whose label a literal is about.
type end uint8

const (
	// own is the pod that the policies in question hold.
	own end = iota
	// peer is the pod at the other end.
	peer
)

// literal is a requirement on a label of one of two pods whose labels are not known.
type literal struct {
	end end
	requirement
}

func (l literal) negated() literal {
	l.op = l.op.negated()
	return l
}

// clause is a disjunction of literals. The empty one never holds.
type clause []literal

// none is the clause that the pods are not both selected.
func none(ownPod, peerPod selector) clause {
	c := make(clause, 0, len(ownPod)+len(peerPod))
	for _, r := range ownPod {
		c = append(c, literal{own, r}.negated())
	}
	for _, r := range peerPod {
		c = append(c, literal{peer, r}.negated())
	}
	return c
}

// outcome of a search.
type outcome uint8

const (
	// nothing there is: every choice of labels was ruled out.
	nothing outcome = iota
	found
	// undecided means that the search was given up.
	undecided
)

// maxSteps bounds one search. Policies that people write need fewer than a hundred.
const maxSteps = 20_000

// podPair is a choice of labels for both pods.
type podPair [2]map[string]string

// solve finds labels for two pods that fulfil all literals and, of every clause, at least one.
func solve(literals []literal, clauses []clause) (podPair, outcome) {
	s := &solver{}
	for _, l := range literals {
		if !s.assume(l) {
			return podPair{}, nothing
		}
	}
	steps := maxSteps
	switch {
	case s.search(clauses, &steps):
		return s.model(), found
	case steps <= 0:
		return podPair{}, undecided
	}
	return podPair{}, nothing
}

// variable is what is demanded so far of one label of one pod. Any value may be chosen that is not ruled out: there are
// more label values than anybody can list.
type variable struct {
	end end
	key string
	// set says that the label must be there, unset that it must not.
	set, unset bool
	// limited says that the value must be one of among.
	limited    bool
	among, not []string
}

// solver holds a consistent set of demands. Slices are never changed in place, so that a copy of the variables can be
// returned to.
type solver struct{ variables []variable }

func (s *solver) find(l literal) int {
	return slices.IndexFunc(s.variables, func(v variable) bool { return v.end == l.end && v.key == l.key })
}

// assume adds a demand. It returns false where the demand contradicts the others; the solver is then of no more use.
func (s *solver) assume(l literal) bool {
	i := s.find(l)
	if i < 0 {
		i = len(s.variables)
		s.variables = append(s.variables, variable{end: l.end, key: l.key})
	}
	return s.variables[i].assume(l.requirement)
}

func (v *variable) assume(r requirement) bool {
	switch r.op {
	case isIn:
		among := slices.Clone(r.values)
		if v.limited {
			among = slices.DeleteFunc(among, func(value string) bool { return !slices.Contains(v.among, value) })
		}
		v.set, v.limited, v.among = true, true, among
	case isNotIn:
		v.not = append(slices.Clip(v.not), r.values...)
	case isSet:
		v.set = true
	case isUnset:
		v.unset = true
	}
	if v.limited && len(v.not) > 0 {
		v.among = slices.DeleteFunc(slices.Clone(v.among), func(value string) bool { return slices.Contains(v.not, value) })
	}
	return (!v.set || !v.unset) && (!v.limited || len(v.among) > 0)
}

// state says whether a literal follows from the demands (1), contradicts them (-1), or neither (0).
func (s *solver) state(l literal) int {
	i := s.find(l)
	if i < 0 {
		return 0
	}
	positive, negative := s.variables[i], s.variables[i]
	switch {
	case !negative.assume(l.negated().requirement):
		return 1
	case !positive.assume(l.requirement):
		return -1
	}
	return 0
}

// search fulfils the clauses by trying their literals, the shortest clause first.
func (s *solver) search(clauses []clause, steps *int) bool {
	open, ok := s.propagate(clauses, steps)
	if !ok || *steps <= 0 {
		return false
	}
	if len(open) == 0 {
		return true
	}
	shortest := slices.MinFunc(open, func(a, b clause) int { return len(a) - len(b) })
	before := s.variables
	for i, l := range shortest {
		s.variables = slices.Clone(before)
		consistent := s.assume(l)
		for _, tried := range shortest[:i] { // so that no choice is tried twice
			consistent = consistent && s.assume(tried.negated())
		}
		if consistent && s.search(open, steps) {
			return true
		}
		if *steps <= 0 {
			return false
		}
	}
	return false
}

// propagate assumes the literals that are the last way to fulfil a clause, until there are none. It returns the clauses
// that are not yet fulfilled, with the literals that are left of them; ok is false where one cannot be.
func (s *solver) propagate(clauses []clause, steps *int) (open []clause, ok bool) {
	for {
		open = open[:0:0]
		changed := false
		for _, c := range clauses {
			if *steps--; *steps <= 0 {
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
func (s *solver) remaining(c clause) (left clause, fulfilled bool) {
	for _, l := range c {
		switch s.state(l) {
		case 1:
			return nil, true
		case 0:
			left = append(left, l)
		}
	}
	return left, false
}

// model chooses labels: only those that must be there.
func (s *solver) model() podPair {
	pair := podPair{{}, {}}
	for _, v := range s.variables {
		switch {
		case !v.set:
		case v.limited:
			pair[v.end][v.key] = v.among[0]
		default:
			pair[v.end][v.key] = fresh(v.not)
		}
	}
	return pair
}

// fresh is a label value that is none of the taken ones.
func fresh(taken []string) string {
	value := "other"
	for i := 2; slices.Contains(taken, value); i++ {
		value = "other-" + strconv.Itoa(i)
	}
	return value
}

// union copies the labels of both maps; those of the second one win.
func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return all
}
