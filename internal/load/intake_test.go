package load_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
)

const segregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: shop
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components: {front: {}}
`

const inventoryFile = `
apiVersion: cloison.dev/v1alpha1
kind: Inventory
metadata:
  name: shop
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  folders:
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    path: /shop-front
    secrets: [{name: api-token, revision: 1, type: opaque}]
`

func TestWhatIsSaidToCloisonIsTakenIn(t *testing.T) {
	const pod = "---\n{apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
	refused := "---" + strings.Replace(inventoryFile, "v1alpha1", "v2", 1)
	for name, test := range map[string]struct {
		stream             string
		options            load.Options
		plans, inventories int
		stopped            bool
		want               []string
	}{
		"one each": {segregation + "---" + inventoryFile, load.Options{}, 1, 1, false, []string{}},
		"a pod given twice": {segregation + pod + pod, load.Options{}, 1, 0, false, []string{
			"warning CLS-K002 Pod a: the input has this object twice, and both say the same",
		}},
		"a refused Segregation": {
			strings.Replace(segregation, "v1alpha1", "v2", 1), load.Options{}, 0, 0, true,
			[]string{"error CLS-S002 Segregation shop apiVersion: "},
		},
		"a refused Inventory": {segregation + refused, load.Options{}, 1, 0, true, []string{
			"error CLS-I015 Inventory shop apiVersion: ",
		}},
		"a refused Inventory, which is not wanted": {
			segregation + refused, load.Options{SegregationsOnly: true}, 1, 0, false, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			input, _ := read(t, test.options, test.stream, "-")
			got := findings(input)
			require.Len(t, got, len(test.want), got)
			for i, want := range test.want {
				assert.Contains(t, got[i], want)
			}
			assert.Len(t, input.Plans, test.plans)
			assert.Len(t, input.Inventories, test.inventories)
			assert.Equal(t, test.stopped, input.Stopped)
		})
	}
}

func TestFindingsOnAnObjectAreAtTheirField(t *testing.T) {
	input, _ := read(t, load.Options{}, strings.Replace(segregation, "local-config", "other", 1), "-")
	require.Len(t, input.Findings, 1)
	assert.Equal(t, 6, input.Findings[0].Line, "that of metadata.annotations")
}

func TestAKustomizationKeepsItsInventoryWithTheOverlays(t *testing.T) {
	in(t, `
-- base/kustomization.yaml --
resources: [inventory.yaml, secret.yaml]
-- base/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
-- base/inventory.yaml --`+inventoryFile+`
-- production/kustomization.yaml --
resources: [../base]
patches:
- target: {kind: Inventory}
  patch: |-
    - {op: replace, path: /spec/folders/0/path, value: /production/shop-front}
`)
	input, lines := read(t, load.Options{}, "", "production")
	assert.ElementsMatch(t, []string{"Secret a base/secret.yaml", "Inventory shop base/inventory.yaml local"}, lines)
	require.Len(t, input.Inventories, 1)
	assert.Equal(t, "/production/shop-front", input.Inventories[0].Spec.Folders[0].Path)
	assert.Empty(t, input.Findings)
}

func TestFindingsArePlacedWhereTheFieldWasWritten(t *testing.T) {
	in(t, "-- a.yaml --"+segregation+"-- b.yaml --"+inventoryFile)
	input, _ := read(t, load.Options{}, "", "a.yaml", "b.yaml")
	about := func(kind, name string, field fieldpath.Path) finding.Finding {
		return finding.Finding{Object: finding.Object{Kind: kind, Name: name}, Field: field}
	}
	placed := objects.Placed(input.Objects, []finding.Finding{
		about("Segregation", "shop", fieldpath.Of("spec", "components", "front")),
		about("Inventory", "shop", fieldpath.Of("spec", "folders").Index(0).Child("secrets").Index(0).Child("name")),
		about("Segregation", "other", fieldpath.Of("spec")), {File: "c.yaml", Line: 3},
	})
	places := make([]string, len(placed))
	for i, f := range placed {
		places[i] = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	assert.Equal(t, []string{"a.yaml:8", "b.yaml:11", ":0", "c.yaml:3"}, places)
}
