// Package manifests gives tests what they judge: objects and plans from text, the golden cases and the examples; and it
// formats findings in one way, so that tests can compare them.
package manifests

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/paths"
)

// ProjectID is the Scaleway project of [Shop].
const ProjectID = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// Object writes an object of namespace a. The fields beside its metadata are in YAML's flow style, as "spec: {replicas:
// 2}".
func Object(apiVersion, kind, name, fields string) string {
	const form = "---\napiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: a}\n%s\n"
	return fmt.Sprintf(form, apiVersion, kind, name, fields)
}

// Objects reads a stream of documents, or a ResourceList.
func Objects(t testing.TB, text string) []*objects.Object {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err, text)
	return all
}

// Set reads a stream of documents, or a ResourceList. Every object must be one of its kind.
func Set(t testing.TB, text string) *objects.Set {
	t.Helper()
	set, malformed := objects.NewSet(Objects(t, text))
	require.Empty(t, malformed, text)
	return set
}

// Plan resolves a Segregation.
func Plan(t testing.TB, segregation string) *plan.Plan {
	t.Helper()
	node, err := yaml.Parse(segregation)
	require.NoError(t, err, segregation)
	return Resolve(t, node.YNode(), cluster.Kapsule())
}

// Resolve resolves a Segregation that has been parsed, for a cluster.
func Resolve(t testing.TB, node *yaml.Node, in cluster.Cluster) *plan.Plan {
	t.Helper()
	loaded, findings := spec.Load(node, spec.Origin{}, in)
	require.NotNil(t, loaded, "%v", findings)
	resolved, err := plan.Resolve(loaded, in)
	require.NoError(t, err)
	return resolved
}

// Shop resolves a Segregation called shop, in which components are as given: lines with any indentation, or YAML's flow
// style in braces.
func Shop(t testing.TB, components string) *plan.Plan {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(components), &document), components)
	text, err := yaml.Marshal(map[string]any{
		"apiVersion": "cloison.dev/v1alpha1", "kind": wellknown.SegregationKind,
		"metadata": map[string]string{"name": "shop"},
		"spec": map[string]any{
			"scaleway":   map[string]string{"region": "fr-par", "projectID": ProjectID},
			"components": document.Content[0],
		},
	})
	require.NoError(t, err)
	return Plan(t, string(text))
}

// Cluster is that of a ResourceList, or a Kapsule.
func Cluster(t testing.TB, resourceList string) cluster.Cluster {
	t.Helper()
	for _, node := range nodes(t, resourceList) {
		if yaml.NewRNode(node).GetKind() == cluster.Kind {
			found, findings := cluster.Load(node, spec.Origin{})
			require.NotNil(t, found, "%v", findings)
			return *found
		}
	}
	return cluster.Kapsule()
}

// Plans resolves the Segregations of a ResourceList for its Cluster, each name once, and fixes the revisions that its Inventories fix.
func Plans(t testing.TB, resourceList string) []*plan.Plan {
	t.Helper()
	in := Cluster(t, resourceList)
	var plans []*plan.Plan
	var inventories []*inventory.Inventory
	seen := map[string]bool{}
	for _, node := range nodes(t, resourceList) {
		switch object := yaml.NewRNode(node); {
		case object.GetKind() == wellknown.SegregationKind && !seen[object.GetName()]:
			seen[object.GetName()] = true
			plans = append(plans, Resolve(t, node, in))
		case object.GetKind() == inventory.Kind:
			loaded, findings := inventory.Load(node, spec.Origin{})
			require.NotNil(t, loaded, "%v", findings)
			inventories = append(inventories, loaded)
		}
	}
	pins := paths.Pin(plans, inventories)
	require.True(t, pins.Complete, "%v", pins.Findings)
	return pins.Plans
}

// nodes are the items of a ResourceList, with its functionConfig.
func nodes(t testing.TB, resourceList string) []*yaml.Node {
	t.Helper()
	root, err := yaml.Parse(resourceList)
	require.NoError(t, err)
	var found []*yaml.Node
	if config := root.Field("functionConfig"); config != nil {
		found = append(found, config.Value.YNode())
	}
	items := root.Field("items")
	require.NotNil(t, items, "a ResourceList must have items")
	return append(found, items.Value.YNode().Content...)
}
