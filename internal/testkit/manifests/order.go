package manifests

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// BrokenCount counts the services of testdata/broken. Who adds one changes the number.
const BrokenCount = 10

// Broken are the services of testdata/broken, with their mistakes.
func Broken(t testing.TB) []Case {
	t.Helper()
	var cases []Case
	for _, readme := range testkit.Files(t, filepath.Join(testkit.Root(t), "testdata/broken/*/README.md"),
		BrokenCount) {
		folder := filepath.Dir(readme)
		c := Case{Name: filepath.Base(folder)}
		for _, pattern := range []string{"*.yaml", "*/*.yaml"} {
			files, err := filepath.Glob(filepath.Join(folder, "broken", pattern))
			require.NoError(t, err)
			for _, file := range files {
				if text := testkit.Read(t, file); strings.Contains(text, "apiVersion:") { // else it has values of a chart
					c.Text += "---\n" + text + "\n"
				}
			}
		}
		require.NotEmpty(t, c.Text, folder)
		c.Plans = declared(t, c.Text)
		cases = append(cases, c)
	}
	return cases
}

// declared resolves the Segregations among manifests.
func declared(t testing.TB, text string) []*plan.Plan {
	t.Helper()
	var plans []*plan.Plan
	for _, o := range Objects(t, text) {
		if o.Kind == wellknown.SegregationKind {
			node, err := o.Source.Node()
			require.NoError(t, err)
			plans = append(plans, Resolve(t, node, cluster.Kapsule()))
		}
	}
	return plans
}

// InAnyOrder holds that a family finds the same in whatever order its checks run. It runs them on the broken services,
// with their plans and without, each time with a new judge.
func InAnyOrder[J any, C ~func(J) verdict.Result](
	t *testing.T, checks []C, newJudge func(set *objects.Set, components *scope.Scope) J,
) {
	t.Helper()
	found := 0
	for _, c := range Broken(t) {
		set, _ := objects.NewSet(Objects(t, c.Text))
		for _, plans := range [][]*plan.Plan{c.Plans, nil} {
			judge := func(checks []C) []finding.Finding {
				return verdict.Judge(newJudge(set, scope.New(set, plans)), checks).Findings
			}
			want := Lines(judge(checks))
			found += len(want)
			for seed, random := range testkit.Seeds(t, 10) {
				assert.Equal(t, want, Lines(judge(Shuffled(random, checks))), "%s, seed %d", c.Name, seed)
			}
		}
	}
	assert.NotZero(t, found, "the broken services must have mistakes of the family")
}

// Shuffled are the checks in another order.
func Shuffled[C any](random *rand.Rand, checks []C) []C {
	shuffled := slices.Clone(checks)
	random.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	return shuffled
}
