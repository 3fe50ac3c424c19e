package paths_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/paths"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// segregation is a Segregation with further fields of its spec, and components.
func segregation(t *testing.T, name, fields, components string) *plan.Plan {
	t.Helper()
	node, err := yaml.Parse(fmt.Sprintf(`apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: %s}
spec: {scaleway: {region: fr-par, projectID: %s}, %s components: {%s}}
`, name, project, fields, components))
	require.NoError(t, err)
	loaded, findings := spec.Load(node.YNode(), spec.Origin{}, cluster.Kapsule())
	require.NotNil(t, loaded, "%v", findings)
	resolved, err := plan.Resolve(loaded, cluster.Kapsule())
	require.NoError(t, err)
	return resolved
}

// shop is a Segregation of one component, backend, whose secrets are in folder /shop-backend.
func shop(t *testing.T, fields, secrets string) *plan.Plan {
	t.Helper()
	return segregation(t, "shop", fields, "backend: {secrets: "+secrets+"}")
}

const (
	checkedLive = "validation: {paths: Live},"
	unchecked   = "validation: {paths: Off},"
	pinned      = "sync: {pin: true},"
)

// inventoryOf is an Inventory of folders.
func inventoryOf(t *testing.T, folders ...string) *inventory.Inventory {
	t.Helper()
	node, err := yaml.Parse("apiVersion: cloison.dev/v1alpha1\nkind: Inventory\nmetadata: " +
		"{name: shop}\nspec: {folders: [" + strings.Join(folders, ", ") + "]}\n")
	require.NoError(t, err)
	loaded, findings := inventory.Load(node.YNode(), spec.Origin{})
	require.NotNil(t, loaded, "%v", findings)
	return loaded
}

// folder is a folder of an Inventory with secrets.
func folder(path string, secrets ...string) string {
	return fmt.Sprintf("{region: fr-par, projectID: %s, path: %s, secrets: [%s]}", project, path,
		strings.Join(secrets, ", "))
}

// secret is a secret of a folder, with further fields.
func secret(name, fields string) string {
	return fmt.Sprintf("{name: %s, type: opaque, %s}", name, fields)
}

// ready is a secret whose only revision is enabled.
func ready(name string) string { return secret(name, "revision: 1, enabled: [1]") }

func ref(path string) inventory.FolderRef { return inventory.FolderRefOf("fr-par", project, path) }

// against compares plans with Inventories.
func against(inventories []*inventory.Inventory, plans ...*plan.Plan) []finding.Finding {
	return paths.Check(paths.Input{Plans: plans, Inventories: inventories}).Findings
}

// live compares plans with a live reading.
func live(read *inventory.Inventory, failures []inventory.Failure, plans ...*plan.Plan) []finding.Finding {
	return paths.Check(paths.Input{Plans: plans,
		Live: &inventory.Reading{Inventory: read, Failures: failures}}).Findings
}

// lines writes findings as people read them; the undecided ones with a mark.
func lines(found []finding.Finding) []string {
	lines := make([]string, len(found))
	for i, f := range found {
		lines[i] = f.String()
		if f.Undecided {
			lines[i] += " [undecided]"
		}
	}
	return lines
}

// codes has severity and code of findings, without repetition.
func codes(found []finding.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s %s", f.Severity, f.Code))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
