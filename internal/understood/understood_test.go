package understood_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/understood"
)

func load(t *testing.T, text string, firstLine int) *spec.Segregation {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	seg, findings := spec.Load(document.Content[0], spec.Origin{FirstLine: firstLine}, everything())
	require.NotNil(t, seg, "%v\n%s", findings, text)
	return seg
}

// everything is a Kapsule of which all is known that a Segregation may ask for.
func everything() cluster.Cluster {
	in := cluster.Kapsule()
	in.NetworkPlugin, in.Monitoring = cluster.PluginCilium, "monitoring"
	return in
}

func write(t *testing.T, seg *spec.Segregation, paths spec.PathCheck) string {
	t.Helper()
	text, err := understood.Write(seg, paths)
	require.NoError(t, err)
	return string(text)
}

// TestEveryFieldHasItsOrigin writes a Segregation that has every field.
func TestEveryFieldHasItsOrigin(t *testing.T) {
	seg := load(t, testkit.Read(t, "testdata/segregation.yaml"), 1)
	text := write(t, seg, spec.PathsOff)
	testkit.Golden(t, "testdata/understood.yaml", text)
	assert.Equal(t, text, write(t, seg, spec.PathsOff), "same input, same bytes")
	for name := range fieldNames(reflect.TypeFor[spec.Segregation](), map[reflect.Type]bool{}) {
		assert.Regexp(t, `\b`+name+`:`, text, "add the field to testdata/segregation.yaml, then run this with -update")
	}
}

// fieldNames are the names of all fields that are in a type, apart from spec.defaults, which is in the components.
func fieldNames(t reflect.Type, seen map[reflect.Type]bool) map[string]bool {
	found := map[string]bool{}
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return fieldNames(t.Elem(), seen)
	case reflect.Struct:
	default:
		return found
	}
	if seen[t] || t == reflect.TypeFor[spec.Defaults]() {
		return found
	}
	seen[t] = true
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		if name != "defaults" {
			found[name] = true
		}
		for inside := range fieldNames(field.Type, seen) {
			found[inside] = true
		}
	}
	return found
}

// TestWhatIsUnderstoodMeansTheSame expands what was written: the same objects come out, also of the examples.
func TestWhatIsUnderstoodMeansTheSame(t *testing.T) {
	files := []string{"testdata/segregation.yaml"}
	files = append(files, testkit.Files(t, "../../examples/*/segregation.yaml", 2)...)
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text := testkit.Read(t, file)
			seg := load(t, text, 1)
			again := load(t, write(t, seg, spec.PathsOff), 1)
			assert.Equal(t, expand(t, seg), expand(t, again))
		})
	}
}

func expand(t *testing.T, seg *spec.Segregation) []string {
	t.Helper()
	p, err := plan.Resolve(seg, everything())
	require.NoError(t, err)
	var all []string
	for _, o := range generators.Generate(p, everything()) {
		text, err := json.Marshal(o)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	require.NotEmpty(t, all)
	return all
}

func TestWithoutLines(t *testing.T) {
	text, err := os.ReadFile("testdata/segregation.yaml")
	require.NoError(t, err)
	found := write(t, load(t, string(text), 0), spec.PathsInventory)
	assert.Contains(t, found, "region: fr-par # written\n")
	assert.Contains(t, found, "region: fr-par # spec.scaleway.region\n")
	assert.Contains(t, found, "paths: Inventory # default\n")
	assert.NotContains(t, found, "(line ")
	assert.NotContains(t, found, "# line ")
}
