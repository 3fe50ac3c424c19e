package solver_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/network/policy"
	. "cloison.dev/cloison/validators/network/solver"
)

// universe is every choice of the labels a and b of both pods: missing, one of the values that demands name, or
// another.
func universe() []Labels {
	var sets []map[string]string
	values := []string{"", "1", "2", "other"}
	for _, a := range values {
		for _, b := range values {
			set := map[string]string{}
			if a != "" {
				set["a"] = a
			}
			if b != "" {
				set["b"] = b
			}
			sets = append(sets, set)
		}
	}
	var pairs []Labels
	for _, x := range sets {
		for _, y := range sets {
			pairs = append(pairs, Labels{x, y})
		}
	}
	return pairs
}

func randomLiteral(r *rand.Rand) Literal {
	l := Literal{
		End:         End(r.IntN(2)),
		Requirement: policy.Requirement{Key: []string{"a", "b"}[r.IntN(2)], Op: policy.Operator(r.IntN(4))},
	}
	if l.Op == policy.In || l.Op == policy.NotIn {
		l.Values = [][]string{{"1"}, {"2"}, {"1", "2"}}[r.IntN(3)]
	}
	return l
}

func randomLiterals(r *rand.Rand) []Literal {
	var literals []Literal
	for range r.IntN(4) {
		literals = append(literals, randomLiteral(r))
	}
	return literals
}

func fulfils(pair Labels, literals []Literal, clauses []Clause) bool {
	holds := func(l Literal) bool { return l.Holds(pair[l.End]) }
	some := func(c Clause) bool { return slices.ContainsFunc(c, holds) }
	return !slices.ContainsFunc(literals, func(l Literal) bool { return !holds(l) }) &&
		!slices.ContainsFunc(clauses, func(c Clause) bool { return !some(c) })
}

func TestTheSolverAgreesWithTryingEverything(t *testing.T) {
	r := testkit.Random(t, 20261124)
	pairs := universe()
	answers := map[ternary.Answer]int{}
	for range 20_000 {
		literals := randomLiterals(r)
		var clauses []Clause
		for range r.IntN(7) {
			clauses = append(clauses, randomLiterals(r))
		}
		want := ternary.Of(
			slices.ContainsFunc(pairs, func(pair Labels) bool { return fulfils(pair, literals, clauses) }),
		)
		pair, got := Solve(literals, clauses)
		require.Equal(t, want, got, "%v %v", literals, clauses)
		if got == ternary.Yes {
			require.True(t, fulfils(pair, literals, clauses), "%v is no answer to %v %v", pair, literals, clauses)
		}
		answers[got]++
	}
	testkit.Counts(t, map[ternary.Answer]int{ternary.Yes: 8292, ternary.No: 11708}, answers)
}

// TestASearchIsGivenUpAfterAWhile puts more pigeons than holes: every choice fails late.
func TestASearchIsGivenUpAfterAWhile(t *testing.T) {
	const pigeons = 12
	demand := func(pigeon, hole int, op policy.Operator) Literal {
		return Literal{Requirement: policy.Requirement{Key: string(rune('a'+pigeon)) + string(rune('a'+hole)), Op: op}}
	}
	var clauses []Clause
	for p := range pigeons {
		var somewhere Clause
		for hole := range pigeons - 1 {
			somewhere = append(somewhere, demand(p, hole, policy.Exists))
			for q := range p {
				clauses = append(
					clauses, Clause{demand(p, hole, policy.DoesNotExist), demand(q, hole, policy.DoesNotExist)},
				)
			}
		}
		clauses = append(clauses, somewhere)
	}
	_, got := Solve(nil, clauses)
	assert.Equal(t, ternary.Unknown, got)
}
