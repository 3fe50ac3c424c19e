package validators_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/paths"
)

// subject is a Segregation with everything that it expands into and everything beside it.
type subject struct {
	name    string
	objects []*objects.Object
	plans   []*plan.Plan
	cluster cluster.Cluster
	// before are the findings on it as it is.
	before []finding.Finding
}

// subjects are the examples with their workloads, and golden cases for what no example has.
func subjects(t *testing.T) []subject {
	t.Helper()
	var all []subject
	for _, folder := range []string{"trackdechets/base", "secret-groups", "project-per-component"} {
		all = append(all, expand(t, folder, exampleList(t, filepath.Join("../examples", folder))))
	}
	for _, name := range []string{
		"opens-flows-to-every-kind-of-peer", "gives-access-by-role", "expands-for-the-engine-cloison",
		"sets-quota-and-limits",
		"narrows-flows-by-several-choices-of-own-pods", "denies-internal-traffic",
		"reads-optional-extracted-and-mapped-keys",
		"pins-the-revisions-of-the-inventory", "expands-for-the-cluster-that-is-described",
	} {
		input, err := os.ReadFile(filepath.Join("../testdata/cases", name, "input.yaml"))
		require.NoError(t, err)
		all = append(all, expand(t, name, input))
	}
	return all
}

// exampleList makes a ResourceList of the manifests of an example, without what is for kustomize alone.
func exampleList(t *testing.T, folder string) []byte {
	t.Helper()
	var list bytes.Buffer
	list.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" ||
			slices.Contains([]string{"kustomization.yaml", "expected.yaml"}, entry.Name()) {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		appendItems(t, &list, text)
		return nil
	}))
	return list.Bytes()
}

func appendItems(t *testing.T, list *bytes.Buffer, documents []byte) {
	t.Helper()
	found, err := objects.Parse("", documents)
	require.NoError(t, err)
	for _, o := range found {
		if o.Kind == "ConfigMap" && o.Annotations["config.kubernetes.io/function"] != "" {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		text, err := yaml.String(node)
		require.NoError(t, err)
		list.WriteString("- " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n")
	}
}

// expand runs the function, and reads what came out and the plans that it was made from.
func expand(t *testing.T, name string, input []byte) subject {
	t.Helper()
	outcome := fn.Run(input)
	require.False(t, outcome.Failed(), "%s: %v", name, outcome.Findings)
	list, err := resourcelist.Read(outcome.Output)
	require.NoError(t, err)
	s, inventories := subject{name: name, cluster: cluster.Kapsule()}, []*inventory.Inventory{}
	items := list.Items
	if list.FunctionConfig != nil {
		items = append(items, list.FunctionConfig)
	}
	for _, item := range items {
		node, err := item.Node()
		require.NoError(t, err)
		switch item.Kind {
		case wellknown.ClusterKind: // before the Segregations
			described, findings := cluster.Load(node, spec.Origin{})
			require.NotNil(t, described, "%v", findings)
			s.cluster = *described
		case wellknown.SegregationKind:
			s.plans = append(s.plans, planOf(t, node, s.cluster))
		case inventory.Kind:
			committed, findings := inventory.Load(node, spec.Origin{})
			require.NotNil(t, committed, "%v", findings)
			inventories = append(inventories, committed)
		default:
			s.objects = append(s.objects, objects.FromNode("", 0, node))
		}
	}
	pins := paths.Pin(s.plans, inventories)
	require.True(t, pins.Complete, "%v", pins.Findings)
	s.plans = pins.Plans
	return s
}

func planOf(t *testing.T, node *yaml.Node, in cluster.Cluster) *plan.Plan {
	t.Helper()
	loaded, findings := spec.Load(node, spec.Origin{}, in)
	require.NotNil(t, loaded, "%v", findings)
	resolved, err := plan.Resolve(loaded, cluster.Kapsule())
	require.NoError(t, err)
	return resolved
}
