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

func TestInventories(t *testing.T) {
	for name, test := range map[string]struct {
		stream      string
		want        []string
		stopped     bool
		inventories []string
	}{
		"one":            {inventoryFile, nil, false, []string{"shop"}},
		"the same twice": {inventoryFile + "---" + inventoryFile, nil, false, []string{"shop"}},
		"two":            {inventoryFile + "---" + strings.Replace(inventoryFile, "shop", "other", 1), nil, false, []string{"shop", "other"}},
		"two of a name": {inventoryFile + "---" + strings.Replace(inventoryFile, "/shop-front", "/shop-back", 1), []string{
			`error CLS-K002 Inventory shop metadata.name: there are two Inventories with the name "shop"; each must have its own; fix: remove or rename one of them (input line 17)`}, true, []string{"shop"}},
		"one that would be applied": {strings.Replace(inventoryFile, "local-config", "other", 1), []string{
			`warning CLS-K008 Inventory shop metadata.annotations: the Inventory would be applied to the cluster, which does not know it; fix: annotate it config.kubernetes.io/local-config: "true" (input line 6)`}, false, []string{"shop"}},
		"another version": {strings.Replace(inventoryFile, "v1alpha1", "v2", 1), []string{
			`error CLS-I015 Inventory shop apiVersion: "cloison.dev/v2" must be cloison.dev/v1alpha1; fix: `}, true, nil},
		"a refused one": {strings.Replace(inventoryFile, "path:", "paht:", 1), []string{
			`error CLS-I015 Inventory shop spec.folders[0].`}, true, nil},
		"of another group": {strings.Replace(inventoryFile, "cloison.dev", "example.com", 1), nil, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			input, _ := read(t, load.Options{}, test.stream, "-")
			got := findings(input)
			require.GreaterOrEqual(t, len(got), len(test.want), got)
			for i, want := range test.want {
				assert.Contains(t, got[i], want)
			}
			assert.Equal(t, len(test.want) == 0, len(got) == 0, got)
			assert.Equal(t, test.stopped, input.Stopped)
			var names []string
			for _, i := range input.Inventories {
				names = append(names, i.Metadata.Name)
			}
			assert.Equal(t, test.inventories, names)
		})
	}
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
