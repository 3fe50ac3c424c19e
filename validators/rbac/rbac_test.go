package rbac_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac"
)

// check reads manifests and Segregations and returns the findings, each on a line.
func check(t *testing.T, manifests string) []string {
	t.Helper()
	all, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	return texts(findings(t, all, plansOf(t, all)))
}

func findings(t *testing.T, all []*objects.Object, plans []*plan.Plan) []finding.Finding {
	t.Helper()
	set, _ := objects.NewSet(all)
	return rbac.Check(set, scope.New(set, plans), secretflow.New(set))
}

func scopeOf(set *objects.Set) *scope.Scope { return scope.New(set, nil) }

func checkSet(set *objects.Set, components *scope.Scope) []finding.Finding {
	return rbac.Check(set, components, secretflow.New(set))
}

func texts(findings []finding.Finding) []string {
	var found []string
	for _, f := range findings {
		undecided := ""
		if f.Undecided {
			undecided = " (undecided)"
		}
		found = append(found, strings.TrimSpace(fmt.Sprintf("%s%s %s %s %s", f.Severity, undecided, f.Code, f.Object, f.Field))+": "+f.Message)
	}
	slices.Sort(found)
	return found
}

func plansOf(t *testing.T, all []*objects.Object) []*plan.Plan {
	t.Helper()
	var plans []*plan.Plan
	for _, o := range all {
		if o.Kind != wellknown.SegregationKind {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		seg, problems := spec.Load(node, spec.Origin{})
		if seg == nil || finding.HasErrors(problems) {
			continue
		}
		resolved, err := plan.Resolve(seg)
		require.NoError(t, err)
		plans = append(plans, resolved)
	}
	return plans
}

func readAll(t *testing.T, files ...string) []*objects.Object {
	t.Helper()
	var all []*objects.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		read, err := objects.Parse(file, text)
		require.NoError(t, err)
		all = append(all, read...)
	}
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files, pattern)
	return files
}

// TestWhatCloisonGeneratesIsClean holds every golden output and example against its own Segregation, and against none.
func TestWhatCloisonGeneratesIsClean(t *testing.T) {
	cases := map[string][]string{}
	for _, file := range glob(t, "../../testdata/cases/*/expected.yaml") {
		cases[filepath.Dir(file)] = []string{file}
	}
	for _, folder := range []string{"project-per-component", "secret-groups"} {
		folder = filepath.Join("../../examples", folder)
		cases[folder] = slices.DeleteFunc(glob(t, folder+"/*.yaml"), func(file string) bool { return strings.HasSuffix(file, "kustomization.yaml") })
	}
	for _, file := range glob(t, "../../examples/trackdechets/overlays/*/expected.yaml") {
		cases[file] = []string{file, "../../examples/trackdechets/base/segregation.yaml"}
	}
	known := []string{ // what these cases show is a mistake
		"refuses-a-binding-that-reads-another-components-secrets", "goes-out-as-it-came-in-where-the-proof-fails",
		"validate-refuses-", "refuses-",
	}
	for name, files := range cases {
		if slices.ContainsFunc(known, func(part string) bool { return strings.Contains(name, part) }) {
			continue
		}
		t.Run(strings.TrimPrefix(name, "../../"), func(t *testing.T) {
			all := readAll(t, files...)
			assert.Empty(t, texts(findings(t, all, plansOf(t, all))), "with its Segregation")
			assert.Empty(t, texts(findings(t, all, nil)), "without one")
		})
	}
}
