package pods_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/pods"
)

// check judges manifests, with a plan for each of the components' texts.
func check(t testing.TB, manifests string, components ...string) []finding.Finding {
	t.Helper()
	all, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err, manifests)
	set, malformed := objects.NewSet(all)
	require.Empty(t, malformed)
	var plans []*plan.Plan
	for _, text := range components {
		plans = append(plans, resolve(t, text))
	}
	findings := pods.Check(set, scope.New(set, plans), secretflow.New(set))
	finding.Sort(findings)
	return findings
}

// resolve makes the plan of a Segregation called shop with the given components.
func resolve(t testing.TB, components string) *plan.Plan {
	t.Helper()
	text := "apiVersion: cloison.dev/v1alpha1\nkind: Segregation\nmetadata: {name: shop}\nspec:\n" +
		"  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}\n  components:\n" + components
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	return resolveNode(t, document.Content[0])
}

func resolveNode(t testing.TB, node *yaml.Node) *plan.Plan {
	t.Helper()
	seg, findings := spec.Load(node, spec.Origin{})
	require.NotNil(t, seg, "%v", findings)
	p, err := plan.Resolve(seg)
	require.NoError(t, err)
	return p
}

// texts are the findings without their fixes and lines.
func texts(findings []finding.Finding) []string {
	found := []string{}
	for _, f := range findings {
		field := f.Field
		if field != "" {
			field = " " + field
		}
		found = append(found, fmt.Sprintf("%s %s %s%s: %s", f.Severity, f.Code, f.Object, field, f.Message))
	}
	return found
}

// object writes an object of namespace a; the rest is its fields, in YAML's flow style.
func object(apiVersion, kind, name, fields string) string {
	return fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: a}\n%s\n", apiVersion, kind, name, fields)
}

func TestWhatCloisonGeneratesAndTheExamplesAreClean(t *testing.T) {
	var files []string
	for _, pattern := range []string{
		"../../testdata/cases/*/expected.yaml", "../../examples/*/expected.yaml", "../../examples/trackdechets/overlays/*/expected.yaml",
	} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.Greater(t, len(files), 20)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "../../"), func(t *testing.T) {
			all, plans := golden(t, file)
			set, _ := objects.NewSet(all)
			assert.Empty(t, texts(pods.Check(set, scope.New(set, nil), secretflow.New(set))), "without a plan")
			assert.Empty(t, texts(pods.Check(set, scope.New(set, plans), secretflow.New(set))), "with a plan")
		})
	}
}

// golden reads a golden output and the Segregations that it was made from.
func golden(t *testing.T, file string) ([]*objects.Object, []*plan.Plan) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all, err := objects.Parse(file, text)
	require.NoError(t, err)
	var nodes []*yaml.Node
	for _, o := range all {
		if o.Kind == spec.Kind {
			node, err := o.Source.Node()
			require.NoError(t, err)
			nodes = append(nodes, node)
		}
	}
	if folder := filepath.Dir(file); strings.Contains(folder, "examples") {
		merged := map[string]any{}
		if strings.Contains(folder, "overlays") {
			merge(t, merged, filepath.Join(folder, "../../base/segregation.yaml"))
		}
		merge(t, merged, filepath.Join(folder, "segregation.yaml"))
		text, err := yaml.Marshal(merged)
		require.NoError(t, err)
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal(text, &document))
		nodes = append(nodes, document.Content[0])
	}
	var plans []*plan.Plan
	for _, node := range nodes {
		if seg, findings := spec.Load(node, spec.Origin{}); seg != nil && !finding.HasErrors(findings) {
			p, err := plan.Resolve(seg)
			require.NoError(t, err)
			plans = append(plans, p)
		}
	}
	require.Equal(t, strings.Contains(file, "examples"), len(plans) > 0 && strings.Contains(file, "examples"))
	return all, plans
}

// merge patches a Segregation with the file of an overlay.
func merge(t *testing.T, into map[string]any, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var patch map[string]any
	require.NoError(t, yaml.Unmarshal(text, &patch))
	var patchMap func(into, patch map[string]any)
	patchMap = func(into, patch map[string]any) {
		for key, value := range patch {
			inner, isMap := value.(map[string]any)
			if present, found := into[key].(map[string]any); found && isMap {
				patchMap(present, inner)
				continue
			}
			into[key] = value
		}
	}
	patchMap(into, patch)
}
