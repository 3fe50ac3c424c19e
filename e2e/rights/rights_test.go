package rights_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
)

const (
	harmlessSets  = 200
	dangerousSets = 40
)

// TestHarmlessRightsGetNothing tries, with the tokens of service accounts, everything that random sets of rights allow.
// With those that the proof calls harmless nobody obtains the Secret of the other component; with those that it calls
// an error somebody does, which shows that the attempts are able to.
func TestHarmlessRightsGetNothing(t *testing.T) {
	random := testkit.Random(t, 16)
	all := everyRight(t)
	safe, opinions := harmlessAlone(t, all)
	var sets []rightsSet
	for _, anywhere := range []bool{false, true} {
		deck := &rightsDeck{Rand: random, all: ofKind(safe, anywhere)}
		sets = append(sets, deal(t, deck, harmless, harmlessSets/2, 9)...)
		deck = &rightsDeck{Rand: random, all: ofKind(all, anywhere)}
		sets = append(sets, deal(t, deck, dangerous, dangerousSets/2, 3)...)
	}
	t.Logf("%d rights: %d harmless alone, %d undecided, %d errors", len(all), opinions[harmless], opinions[undecided],
		opinions[dangerous])

	sum := tally{tried: map[string]bool{}, done: map[string]bool{}}
	for i, r := range newRightsLab(t, sets).attack(t) {
		sum.add(t, sets[i], r)
	}
	t.Logf("harmless: %d of %d rights tried, %d of them with success; errors: %d of %d sets gain something",
		len(sum.tried), len(safe), len(sum.done), sum.gaining, sum.dangerous)
	assert.Empty(t, sum.refused, "the attempts do not use the rights")
	assert.Greater(t, len(sum.tried), len(safe)*9/10, "too few of the harmless rights were tried")
	assert.Greater(t, len(sum.done), len(sum.tried)*3/4, "too few of the harmless rights were of any use")
	assert.Greater(t, sum.gaining, sum.dangerous/2, "too few of the sets that are errors gain something")
}

// tally is what came of all sets.
type tally struct {
	// tried and done are rights of harmless sets, done those with which something was answered with success.
	tried, done map[string]bool
	// refused are attempts with such rights that the API server takes for others.
	refused []string
	// gaining are how many of the dangerous sets gain something.
	dangerous, gaining int
}

func (sum *tally) add(t *testing.T, s rightsSet, r result) {
	t.Helper()
	if s.opinion == dangerous {
		sum.dangerous++
		if len(r.gains) > 0 {
			sum.gaining++
		} else {
			t.Logf("nothing was gained by what the proof calls an error: %s", s)
		}
		return
	}
	assert.Empty(t, r.gains, "the proof calls these rights harmless: %s", s)
	maps.Copy(sum.done, r.done)
	if !s.named {
		sum.refused = append(sum.refused, r.refused...)
	}
	for _, right := range s.rights {
		sum.tried[right.key()] = true
	}
}

// TestPlainRightsShowTheSecret tries the rights that most directly lead to the Secret: the value is in an answer.
func TestPlainRightsShowTheSecret(t *testing.T) {
	byName := map[string]right{}
	for _, r := range everyRight(t) {
		if !r.anywhere {
			byName[r.String()] = r
		}
	}
	var sets []rightsSet
	for i, texts := range [][]string{
		{"get secrets"}, {"list secrets"}, {"watch secrets"}, {"patch secrets"}, {"delete secrets"},
		{"deletecollection secrets"}, {"impersonate serviceaccounts"}, {"create serviceaccounts/token"},
	} {
		s := rightsSet{name: fmt.Sprintf("rights-plain-%d", i), over: fmt.Sprintf("rights-plain-%d", i)}
		for _, text := range texts {
			require.Contains(t, byName, text)
			s.rights = append(s.rights, byName[text])
		}
		said, err := judged(s)
		require.NoError(t, err)
		assert.Equal(t, dangerous, said, "%s", s)
		sets = append(sets, s)
	}
	for i, r := range newRightsLab(t, sets).attack(t) {
		assert.Contains(t, r.gains, showsTheValue, "%s", sets[i])
	}
}

// harmlessAlone are the rights that the proof calls harmless where somebody has nothing else, and how many are what.
func harmlessAlone(t *testing.T, all []right) ([]right, map[opinion]int) {
	t.Helper()
	opinions := make([]opinion, len(all))
	require.NoError(t, inParallel(len(all), func(i int) error {
		said, err := judged(rightsSet{name: "rights-single", over: "rights-b", rights: all[i : i+1]})
		opinions[i] = said
		return err
	}))
	var safe []right
	count := map[opinion]int{}
	for i, r := range all {
		count[opinions[i]]++
		if opinions[i] == harmless {
			safe = append(safe, r)
		}
	}
	return safe, count
}

func ofKind(all []right, anywhere bool) []right {
	return slices.DeleteFunc(slices.Clone(all), func(r right) bool { return r.anywhere != anywhere })
}

// deal makes sets of up to most rights, of which the proof says what is wanted.
func deal(t *testing.T, deck *rightsDeck, want opinion, count, most int) []rightsSet {
	t.Helper()
	var sets []rightsSet
	for i := 0; len(sets) < count; i++ {
		require.Less(t, i, 20*count, "too few sets of rights are what is wanted")
		name := fmt.Sprintf("rights-%d-%t-%d", want, deck.all[0].anywhere, i)
		s := rightsSet{name: name, over: name, rights: deck.deal(1 + deck.IntN(most))}
		s.named = deck.IntN(3) == 0 && !slices.ContainsFunc(s.rights, right.ignoresNames)
		said, err := judged(s)
		require.NoError(t, err)
		if s.opinion = said; said == want {
			sets = append(sets, s)
		}
	}
	return sets
}
