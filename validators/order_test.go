package validators

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/paths"
)

// TestTheSameInputIsDecidedInTheSameOrder judges every broken service ten times: maps have another order each time.
func TestTheSameInputIsDecidedInTheSameOrder(t *testing.T) {
	for _, folder := range broken(t) {
		input, err := load.Paths([]string{folder}, nil, load.Options{})
		require.NoError(t, err)
		first := Check(input.Objects, input.Plans, input.Cluster)
		require.NotEmpty(t, first.Decided, folder)
		for range 9 {
			again := Check(input.Objects, input.Plans, input.Cluster)
			require.Equal(t, first.Findings, again.Findings, folder)
			// Comparing subjects with reflection would print whole documents.
			require.True(t, slices.Equal(first.Decided, again.Decided),
				"%s: what was decided has another order", folder)
		}
	}
}

// broken lists the folders of the broken services.
func broken(t *testing.T) []string {
	t.Helper()
	const services = 10
	return testkit.Files(t, "../testdata/broken/*/broken", services)
}

// TestTheOrderOfFamiliesDoesNotMatter judges the broken services with the families in other orders.
func TestTheOrderOfFamiliesDoesNotMatter(t *testing.T) {
	random := testkit.Random(t, 1)
	for _, folder := range broken(t) {
		input, err := load.Paths([]string{folder}, nil, load.Options{})
		require.NoError(t, err)
		want := Check(input.Objects, input.Plans, input.Cluster)
		for range 3 {
			shuffled := families()
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			proof := prove(slices.Clone(input.Objects), input.Plans, input.Cluster, shuffled)
			got := Input{Plans: input.Plans}.Pin().SumUp(proof, paths.Result{})
			assert.Equal(t, want.Findings, got.Findings, folder)
			assert.Equal(t, want.Suppressed, got.Suppressed, folder)
		}
	}
}
