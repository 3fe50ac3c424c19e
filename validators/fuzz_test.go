package validators_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators"
)

// fuzzDeadline is far more than any input of the size that is fuzzed may take.
const fuzzDeadline = 10 * time.Second

// FuzzCheck holds that no input makes the check panic or hang, that what passes says what it looked at, and that the
// same input gives the same findings. A Segregation of the input is the plan, where it is accepted.
func FuzzCheck(f *testing.F) {
	for _, pattern := range []string{"../examples/*/expected.yaml", "../examples/*/segregation.yaml",
		"testdata/seeds/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			t.Skip("larger inputs are measured by benchmarks")
		}
		start := time.Now()
		found, err := objects.Parse("fuzz.yaml", text)
		if err != nil {
			return
		}
		declared := plansOf(found)
		first := validators.Check(found, declared, cluster.Kapsule())
		require.Less(t, time.Since(start), fuzzDeadline)
		second := validators.Check(found, declared, cluster.Kapsule())
		require.Equal(t, said(first), said(second), "the same input must give the same findings")
		if len(first.Components) == 0 {
			require.NotEmpty(t, first.Findings, "nothing to check is no pass")
		}
		for _, finding := range first.Findings {
			require.NotEmpty(t, finding.Code)
			require.NotEmpty(t, finding.Message)
		}
	})
}

// said is all that a result says: its findings, what they cover, and the ways that they open.
func said(r validators.Result) []any {
	all := []any{r.Findings, r.Suppressed, r.Objects, r.Components, r.Decided, r.Coverage, r.Checked}
	if graph := r.Ways(); graph != nil {
		all = append(all, graph.Sum())
	}
	return all
}

// plansOf takes the Segregations that are accepted.
func plansOf(found []*objects.Object) []*plan.Plan {
	var plans []*plan.Plan
	for _, o := range found {
		if o.Kind != wellknown.SegregationKind {
			continue
		}
		node, err := o.Source.Node()
		if err != nil {
			continue
		}
		loaded, _ := spec.Load(node, spec.Origin{}, cluster.Kapsule())
		if loaded == nil {
			continue
		}
		if resolved, err := plan.Resolve(loaded, cluster.Kapsule()); err == nil && len(plans) == 0 {
			plans = append(plans, resolved)
		}
	}
	return plans
}
