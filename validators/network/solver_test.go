package network

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seed of the random tests. Change it to look further.
const seed = 20261124

// universe is every choice of the labels a and b of both pods: missing, one of the values that demands name, or another.
func universe() []podPair {
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
	var pairs []podPair
	for _, x := range sets {
		for _, y := range sets {
			pairs = append(pairs, podPair{x, y})
		}
	}
	return pairs
}

func randomLiteral(r *rand.Rand) literal {
	l := literal{end: end(r.IntN(2)), requirement: requirement{key: []string{"a", "b"}[r.IntN(2)], op: operator(r.IntN(4))}}
	if l.op == isIn || l.op == isNotIn {
		l.values = [][]string{{"1"}, {"2"}, {"1", "2"}}[r.IntN(3)]
	}
	return l
}

func fulfils(pair podPair, literals []literal, clauses []clause) bool {
	holds := func(l literal) bool {
		value, found := pair[l.end][l.key]
		return l.holds(value, found)
	}
	for _, l := range literals {
		if !holds(l) {
			return false
		}
	}
	for _, c := range clauses {
		some := false
		for _, l := range c {
			some = some || holds(l)
		}
		if !some {
			return false
		}
	}
	return true
}

func TestTheSolverAgreesWithTryingEverything(t *testing.T) {
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	pairs := universe()
	answers := map[outcome]int{}
	for range 20_000 {
		var literals []literal
		for range r.IntN(4) {
			literals = append(literals, randomLiteral(r))
		}
		var clauses []clause
		for range r.IntN(7) {
			var c clause
			for range r.IntN(4) {
				c = append(c, randomLiteral(r))
			}
			clauses = append(clauses, c)
		}
		want := nothing
		for _, pair := range pairs {
			if fulfils(pair, literals, clauses) {
				want = found
				break
			}
		}
		pair, got := solve(literals, clauses)
		require.Equal(t, want, got, "%v %v", literals, clauses)
		if got == found {
			require.True(t, fulfils(pair, literals, clauses), "%v is no answer to %v %v", pair, literals, clauses)
		}
		answers[got]++
	}
	t.Logf("%d had an answer, %d none", answers[found], answers[nothing])
	assert.Greater(t, min(answers[found], answers[nothing]), 2_000)
}

// TestASearchIsGivenUpAfterAWhile puts more pigeons than holes: every choice fails late.
func TestASearchIsGivenUpAfterAWhile(t *testing.T) {
	const pigeons = 12
	var clauses []clause
	for p := range pigeons {
		var somewhere clause
		for hole := range pigeons - 1 {
			somewhere = append(somewhere, literal{requirement: requirement{key: key(p, hole), op: isSet}})
			for q := range p {
				clauses = append(clauses, clause{
					{requirement: requirement{key: key(p, hole), op: isUnset}}, {requirement: requirement{key: key(q, hole), op: isUnset}},
				})
			}
		}
		clauses = append(clauses, somewhere)
	}
	_, got := solve(nil, clauses)
	assert.Equal(t, undecided, got)
}

func key(pigeon, hole int) string { return string(rune('a'+pigeon)) + string(rune('a'+hole)) }
