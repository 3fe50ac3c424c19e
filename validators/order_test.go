package validators

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/paths"
)

// TestTheOrderOfFamiliesDoesNotMatter judges the broken services with the families in other orders.
func TestTheOrderOfFamiliesDoesNotMatter(t *testing.T) {
	folders, err := filepath.Glob("../testdata/broken/*/broken")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(folders), 7)
	random := testkit.Random(t, 1)
	for _, folder := range folders {
		input, err := load.Paths([]string{folder}, nil, load.Options{})
		require.NoError(t, err)
		want := Check(input.Objects, input.Plans)
		for range 3 {
			shuffled := families()
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			proof := prove(slices.Clone(input.Objects), input.Plans, shuffled)
			got := Input{Plans: input.Plans}.Pin().SumUp(proof, paths.Result{})
			assert.Equal(t, want.Findings, got.Findings, folder)
			assert.Equal(t, want.Suppressed, got.Suppressed, folder)
		}
	}
}
