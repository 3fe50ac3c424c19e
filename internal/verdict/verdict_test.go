package verdict_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/verdict"
)

func candidate(message string, precedence int, about, explains []verdict.Subject) verdict.Candidate {
	return verdict.Candidate{
		Finding: finding.Finding{Severity: finding.Error, Message: message}, Precedence: precedence, Unless: about,
		Explains: explains,
	}
}

func messages(v verdict.Verdict) []string {
	var texts []string
	for _, f := range v.Findings {
		texts = append(texts, f.Message)
	}
	return texts
}

func TestResolveDropsWhatAnotherFindingExplains(t *testing.T) {
	store := verdict.Subject{Object: &objects.Object{Kind: "SecretStore", Name: "web"}, Field: fieldpath.Of("spec")}
	reads := verdict.Subject{Object: store.Object, Question: "reads"}
	both := []verdict.Subject{store, reads}
	one, other := []verdict.Subject{store}, []verdict.Subject{reads}
	for name, test := range map[string]struct {
		candidates []verdict.Candidate
		want       []string
	}{
		"none": {},
		"the lower precedence stands": {
			[]verdict.Candidate{candidate("late", 2, one, one), candidate("early", 1, one, one)}, []string{"early"},
		},
		"the same precedence goes by the order of findings": {
			[]verdict.Candidate{candidate("b", 1, one, one), candidate("a", 1, one, one)}, []string{"a"},
		},
		"what is dropped explains nothing": {
			[]verdict.Candidate{candidate("first", 1, one, one), candidate("second", 2, one, both),
				candidate("third", 3, other, nil)},
			[]string{"first", "third"},
		},
		"a consequence": {
			[]verdict.Candidate{candidate("cause", 1, one, both), candidate("consequence", 2, other, other)},
			[]string{"cause"},
		},
		"about nothing": {
			[]verdict.Candidate{candidate("cause", 1, one, both), candidate("stands", 2, nil, nil)},
			[]string{"cause", "stands"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, random := range testkit.Seeds(t, 20) {
				random.Shuffle(len(test.candidates), func(i, j int) {
					test.candidates[i], test.candidates[j] = test.candidates[j], test.candidates[i]
				})
				var results []verdict.Result
				for _, c := range test.candidates {
					results = append(results, verdict.Result{Candidates: []verdict.Candidate{c}})
				}
				assert.Equal(t, test.want, messages(verdict.Resolve(results...)))
			}
		})
	}
}

func TestJudgeResolvesTheResultsOfAllChecks(t *testing.T) {
	type check func(facts string) verdict.Result
	spec := []verdict.Subject{{Field: fieldpath.Of("spec")}}
	checks := []check{
		func(facts string) verdict.Result {
			return verdict.Result{Candidates: []verdict.Candidate{candidate("late in "+facts, 2, spec, nil)}}
		},
		func(facts string) verdict.Result {
			return verdict.Result{Candidates: []verdict.Candidate{candidate("early in "+facts, 1, spec, spec)},
				Decided: spec}
		},
	}
	assert.Equal(t, []string{"early in shop"}, messages(verdict.Judge("shop", checks)))
	assert.Equal(t, spec, verdict.Judge("shop", checks).Decided)
	assert.Equal(t, verdict.Verdict{}, verdict.Judge("shop", []check{}))
}

func TestResolveKeepsWhatEveryCheckDecided(t *testing.T) {
	var first, second verdict.Result
	first.Decide(verdict.Subject{Field: fieldpath.Of("a")})
	second.Decide(verdict.Subject{Field: fieldpath.Of("b")}, verdict.Subject{Field: fieldpath.Of("c")})
	second.Add(candidate("x", 0, nil, nil))
	resolved := verdict.Resolve(first, second)
	assert.Len(t, resolved.Decided, 3)
	assert.Len(t, resolved.Findings, 1)
}
