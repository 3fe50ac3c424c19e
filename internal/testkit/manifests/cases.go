package manifests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// The numbers of golden cases and examples. Who adds one changes the number.
const (
	// CaseCount is how many folders testdata/cases has at least.
	CaseCount = 185
	// AcceptedCount is how many of them there are at least that the function does not refuse.
	AcceptedCount = 53
	// ExampleCount counts the examples with their overlays.
	ExampleCount = 8
)

// Case is a golden case or an example: manifests, and the plans that they were made from.
type Case struct {
	// Name is the last element of the folder's path.
	Name  string
	Text  string
	Plans []*plan.Plan
}

// Objects reads the manifests. The items of a ResourceList are read one by one: one may have what only hosts
// understand.
func (c Case) Objects(t testing.TB) []*objects.Object {
	t.Helper()
	if !strings.Contains(c.Text, "kind: ResourceList") && !strings.Contains(c.Text, `"kind": "ResourceList"`) {
		return Objects(t, c.Text)
	}
	var found []*objects.Object
	for _, node := range nodes(t, c.Text) {
		found = append(found, objects.FromNode("", 0, node))
	}
	return found
}

// Accepted are the golden cases that the function does not refuse, and the examples. Each has manifests and plans.
func Accepted(t testing.TB) []Case {
	t.Helper()
	var cases []Case
	for _, folder := range testkit.Files(t, filepath.Join(testkit.Root(t), "testdata/cases/*"), CaseCount) {
		if _, err := os.Stat(filepath.Join(folder, "errors.txt")); err != nil {
			cases = append(cases, accepted(t, folder))
		}
	}
	require.GreaterOrEqual(t, len(cases), AcceptedCount)
	cases = append(cases, Examples(t)...)
	for _, c := range cases {
		require.NotEmpty(t, c.Plans, "%s must have a Segregation", c.Name)
		require.NotEmpty(t, c.Objects(t), "%s must have manifests", c.Name)
	}
	return cases
}

func accepted(t testing.TB, folder string) Case {
	t.Helper()
	input := testkit.Read(t, folder, "input.yaml")
	c := Case{Name: filepath.Base(folder), Plans: Plans(t, input), Text: testkit.Read(t, folder, "expected.yaml")}
	if strings.HasPrefix(c.Name, "validates-") {
		c.Text = input // a validator answers without items
	}
	return c
}

// Examples are the examples as they come out of kustomize, with the plans of their Segregations.
func Examples(t testing.TB) []Case {
	t.Helper()
	examples := filepath.Join(testkit.Root(t), "examples")
	var cases []Case
	for _, pattern := range []string{"*/expected.yaml", "*/overlays/*/expected.yaml"} {
		found, err := filepath.Glob(filepath.Join(examples, pattern))
		require.NoError(t, err)
		for _, file := range found {
			folder := filepath.Dir(file)
			files := []string{filepath.Join(folder, "segregation.yaml")}
			if filepath.Base(filepath.Dir(folder)) == "overlays" {
				files = slices.Insert(files, 0, filepath.Join(folder, "../../base/segregation.yaml"))
			}
			cases = append(cases, Case{
				Name: nameOfExample(examples, folder), Text: testkit.Read(t, file),
				Plans: []*plan.Plan{Plan(t, merged(t, files...))},
			})
		}
	}
	require.Len(t, cases, ExampleCount)
	return cases
}

// nameOfExample is the name of an example, or of one of its overlays: trackdechets/dev.
func nameOfExample(examples, folder string) string {
	name, err := filepath.Rel(examples, folder)
	if err != nil {
		return folder
	}
	return strings.Replace(filepath.ToSlash(name), "/overlays/", "/", 1)
}

// merged patches the Segregation of the first file with those of the others, field by field.
func merged(t testing.TB, files ...string) string {
	t.Helper()
	whole := map[string]any{}
	for _, file := range files {
		var patch map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(testkit.Read(t, file)), &patch))
		merge(whole, patch)
	}
	text, err := yaml.Marshal(whole)
	require.NoError(t, err)
	return string(text)
}

func merge(into, patch map[string]any) {
	for key, value := range patch {
		if value == nil { // as in a patch
			delete(into, key)
			continue
		}
		inner, isMap := value.(map[string]any)
		if present, found := into[key].(map[string]any); found && isMap {
			merge(present, inner)
			continue
		}
		into[key] = value
	}
}

// shares reports whether components of the case share a secret on purpose.
func (c *Case) shares() bool {
	for _, p := range c.Plans {
		for i := range p.Components {
			if slices.ContainsFunc(p.Components[i].Groups, func(g plan.SecretGroup) bool { return len(g.SharedBy) > 1 }) {
				return true
			}
		}
	}
	return false
}

// AcceptsWhatIsGenerated holds that a family finds nothing in the accepted cases, with their plans and without. In
// those that are excepted it must find something, or they need no exception.
func (judge Judge) AcceptsWhatIsGenerated(t *testing.T, except ...string) {
	t.Helper()
	unseen := slices.Clone(except)
	for _, c := range Accepted(t) {
		t.Run(c.Name, func(t *testing.T) {
			set, _ := objects.NewSet(c.Objects(t))
			planned, unplanned := judge(set, scope.New(set, c.Plans)), judge(set, scope.New(set, nil))
			if i := slices.Index(unseen, c.Name); i >= 0 {
				unseen = slices.Delete(unseen, i, i+1)
				assert.NotEmpty(t, append(planned, unplanned...), "the case needs no exception")
				return
			}
			assert.Empty(t, Lines(planned), "with its plans")
			if !c.shares() { // which only a Segregation can allow
				assert.Empty(t, Lines(unplanned), "without a plan")
			}
		})
	}
	assert.Empty(t, unseen, "no case is called so")
}
