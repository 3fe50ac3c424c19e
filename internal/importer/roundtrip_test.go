package importer_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	sigsyaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/wellknown"
)

// TestWhatCloisonGeneratesComesBack imports everything that Cloison generates in the golden cases and the examples,
// and expands the Segregation that was imported: the same objects must come out. There is one exception: what an
// Inventory has pinned, since a Segregation fixes no revision under extract. What no object holds, and is lost, is
// documented: readers, validation.paths, and what spec.generated adds to every object.
func TestWhatCloisonGeneratesComesBack(t *testing.T) {
	seen := 0
	for name, text := range generated(t) {
		if strings.Contains(text, "pin: true") || strings.Contains(text, "    generated:\n") {
			continue
		}
		for segregation, written := range managed(t, text) {
			t.Run(name+"/"+segregation, func(t *testing.T) {
				seen++
				set, _ := objects.NewSet(written)
				in := clusterOf(t, text)
				result := importer.Import(set, scope.New(set, nil), importer.Options{Cluster: in})
				assertSame(t, byIdentity(t, written), expand(t, filled(result.Segregation), in), string(result.Segregation))
				assert.Empty(t, beyondPlaceholders(result.Notes))
			})
		}
	}
	assert.GreaterOrEqual(t, seen, 40)
}

// TestTheExamplesComeBackWithTheirWorkloads imports what a person would have at hand: everything that is deployed.
func TestTheExamplesComeBackWithTheirWorkloads(t *testing.T) {
	for _, name := range []string{"trackdechets/dev", "trackdechets/staging", "trackdechets/production", "secret-groups",
		"project-per-component", "product/dev", "product/staging", "product/production"} {
		t.Run(name, func(t *testing.T) {
			text := generated(t)[name]
			result := importText(t, text, importer.Options{})
			for _, written := range managed(t, text) {
				assertSame(t, byIdentity(t, written), expand(t, filled(result.Segregation), cluster.Kapsule()), string(result.Segregation))
			}
		})
	}
}

func assertSame(t *testing.T, want, got map[string]any, segregation string) {
	t.Helper()
	assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)), segregation)
	for identity := range want {
		assert.Equal(t, want[identity], got[identity], "%s", identity)
	}
}

// generated are the outputs of the golden cases and the examples, as streams of documents.
func generated(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"testdata/cases/*", "examples/*", "examples/*/overlays/*"} {
		folders, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		for _, folder := range folders {
			text, err := os.ReadFile(filepath.Join(folder, "expected.yaml"))
			if err != nil {
				continue // a case that is refused, or no example
			}
			name, err := filepath.Rel("../..", folder)
			require.NoError(t, err)
			name = strings.TrimPrefix(strings.TrimPrefix(name, "testdata/cases/"), "examples/")
			found[strings.Replace(name, "/overlays/", "/", 1)] = string(text)
		}
	}
	return found
}

// managed are the objects that Cloison generated, by Segregation.
func managed(t *testing.T, text string) map[string][]*objects.Object {
	t.Helper()
	found := map[string][]*objects.Object{}
	for _, o := range parse(t, text) {
		segregation := o.Labels[wellknown.SegregationLabel]
		ours := segregation != "" && o.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy &&
			o.Labels[wellknown.ComponentLabel] != ""
		if ours && generators.Generates(o.GroupKind(), o.Name) {
			found[segregation] = append(found[segregation], o)
		}
	}
	return found
}

// byIdentity has the content of objects, without the annotations of hosts.
func byIdentity(t *testing.T, all []*objects.Object) map[string]any {
	t.Helper()
	found := map[string]any{}
	for _, o := range all {
		var value map[string]any
		err := o.DecodePart(&value)
		require.NoError(t, err)
		metadata := value["metadata"].(map[string]any)
		if annotations, has := metadata["annotations"].(map[string]any); has {
			maps.DeleteFunc(annotations, func(key string, _ any) bool { return wellknown.IsHostAnnotation(key) })
			if len(annotations) == 0 {
				delete(metadata, "annotations")
			}
		}
		found[o.String()] = normal(t, value)
	}
	return found
}

// normal gives a value the types that JSON has.
func normal(t *testing.T, value any) any {
	t.Helper()
	text, err := sigsyaml.Marshal(value)
	require.NoError(t, err)
	var plain any
	require.NoError(t, sigsyaml.Unmarshal(text, &plain))
	return plain
}

// filled replaces the placeholders, as a person would.
func filled(text []byte) string {
	return strings.NewReplacer("FILL-IN-REGION", "fr-par", "FILL-IN-PROJECT-ID",
		"3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90").Replace(string(text))
}

func beyondPlaceholders(notes []draft.Note) []string {
	var texts []string
	for _, n := range notes {
		if !strings.Contains(n.Reason, "no SecretStore") {
			texts = append(texts, n.String())
		}
	}
	return texts
}

// clusterOf is the Cluster among manifests, or a Kapsule.
func clusterOf(t *testing.T, text string) cluster.Cluster {
	t.Helper()
	for _, o := range parse(t, text) {
		if wellknown.IsCluster(o.APIVersion, o.Kind) {
			node, err := o.Source.Node()
			require.NoError(t, err)
			found, findings := cluster.Load(node, spec.Origin{})
			require.Empty(t, findings)
			return *found
		}
	}
	return cluster.Kapsule()
}

// expand generates the objects of a Segregation for a cluster, by identity.
func expand(t *testing.T, text string, in cluster.Cluster) map[string]any {
	t.Helper()
	p, err := plan.Resolve(load(t, text, in), in)
	require.NoError(t, err)
	found := map[string]any{}
	for _, o := range generators.Generate(p, in) {
		kind := o.GetObjectKind().GroupVersionKind().Kind
		identity := finding.Object{Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()}
		found[identity.String()] = normal(t, o)
	}
	return found
}

func load(t *testing.T, text string, in cluster.Cluster) *spec.Segregation {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	segregation, findings := spec.Load(document.Content[0], spec.Origin{FirstLine: 1}, in)
	require.NotNil(t, segregation, "%v\n%s", findings, text)
	return segregation
}

func parse(t *testing.T, text string) []*objects.Object {
	t.Helper()
	return manifests.Case{Text: text}.Objects(t)
}

func importText(t *testing.T, text string, options importer.Options) *importer.Result {
	t.Helper()
	set, _ := objects.NewSet(parse(t, text))
	return importer.Import(set, scope.New(set, nil), options)
}
