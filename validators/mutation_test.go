package validators_test

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/validators"
)

// trial is one mutation of one object of a subject.
type trial struct {
	subject *subject
	// index of the object among the subject's.
	index int
	mutation
}

// TestTheProofNoticesEveryMutation deletes and weakens every generated object of the subjects, one change at a time,
// and expects findings that were not there before.
func TestTheProofNoticesEveryMutation(t *testing.T) {
	trials, skipped := makeTrials(t)
	survivors := map[string][]string{}
	for i, noticed := range run(trials) {
		if !noticed {
			m := trials[i]
			survivors[m.form()] = append(survivors[m.form()],
				fmt.Sprintf("%s, %s", m.subject.name, m.subject.objects[m.index]))
		}
	}
	alive := 0
	for _, form := range slices.Sorted(maps.Keys(survivors)) {
		alive += len(survivors[form])
		t.Errorf("not noticed (%d times, as in %s): %s", len(survivors[form]), survivors[form][0], form)
	}
	t.Logf("%d of %d mutations noticed (%.1f%%)", len(trials)-alive, len(trials),
		100*float64(len(trials)-alive)/float64(len(trials)))
	for _, reason := range reasons() {
		t.Logf("%d left out: %s", skipped[reason], reason)
		assert.NotZero(t, skipped[reason], "no mutation is harmless because %s", reason)
	}
	all := len(trials)
	assert.GreaterOrEqual(t, all, 10246, "the number of mutations is part of the test")
}

// makeTrials lists the mutations that must be noticed, and counts the others by the reason for which they need not be.
func makeTrials(t *testing.T) (trials []trial, skipped map[string]int) {
	t.Helper()
	skipped = map[string]int{}
	for _, s := range subjects(t) {
		s.before = validators.Check(s.objects, s.plans, s.cluster).Findings
		require.False(t, finding.HasErrors(s.before), "%s: %v", s.name, s.before)
		for i, o := range s.objects {
			if o.Labels["app.kubernetes.io/managed-by"] != "cloison" {
				continue
			}
			for _, m := range mutations(o) {
				if reason := whyHarmless(s, o, m); reason != "" {
					skipped[reason]++
				} else {
					trials = append(trials, trial{&s, i, m})
				}
			}
		}
	}
	return trials, skipped
}

// run reports for each trial whether it was noticed.
func run(trials []trial) []bool {
	noticed := make([]bool, len(trials))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				noticed[i] = trials[i].isNoticed()
			}
		})
	}
	for i := range trials {
		next <- i
	}
	close(next)
	workers.Wait()
	return noticed
}

// isNoticed reports whether the proof has a finding that it did not have before.
func (m trial) isNoticed() bool {
	changed := slices.Clone(m.subject.objects)
	if m.object == nil {
		changed = slices.Delete(changed, m.index, m.index+1)
	} else {
		changed[m.index] = m.object
	}
	return slices.ContainsFunc(validators.Check(changed, m.subject.plans, m.subject.cluster).Findings, func(f finding.Finding) bool {
		return f.Severity != finding.Info && !slices.Contains(m.subject.before, f)
	})
}
