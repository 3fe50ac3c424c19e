package rbac

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/verdict"
)

// brokenCount counts the services of testdata/broken.
const brokenCount = 10

// TestTheOrderOfChecksDoesNotMatter judges the broken services with the checks in random orders, one of which shares
// what is computed once, and expects what [Check] finds.
func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	random := testkit.Random(t, 1)
	total := 0
	testkit.Each(t, filepath.Join(testkit.Root(t), "testdata/broken/*/broken"), brokenCount,
		func(t *testing.T, folder string) {
			input, err := load.Paths([]string{folder}, nil, load.Options{})
			require.NoError(t, err)
			set, _ := objects.NewSet(input.Objects)
			for _, components := range []*scope.Scope{scope.New(set, input.Plans), scope.New(set, nil)} {
				flow := secretflow.New(set)
				want := manifests.Lines(Check(set, components, flow, cluster.Kapsule()).Findings)
				total += len(want)
				for range 20 {
					judge := newJudge(set, components, flow, cluster.Kapsule())
					assert.Equal(t, want, manifests.Lines(shuffled(random, judge).Findings))
				}
			}
		})
	assert.Equal(t, 58, total, "the number of findings is part of the test")
}

func shuffled(random *rand.Rand, j *judge) verdict.Verdict {
	return verdict.Judge(j, manifests.Shuffled(random, checks()))
}
