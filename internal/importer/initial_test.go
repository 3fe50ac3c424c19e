package importer_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit"
)

// TestInventories makes a Segregation of each folder of testdata/inventories, which Cloison takes as it is.
func TestInventories(t *testing.T) {
	testkit.Each(t, "testdata/inventories/*", 7, func(t *testing.T, folder string) {
		read := readInventory(t, testkit.Read(t, filepath.Join(folder, "inventory.yaml")))
		result := importer.FromInventories("shop", []*inventory.Inventory{read}, importer.Options{Cluster: cluster.Kapsule()})
		text := string(result.Segregation)
		testkit.Golden(t, filepath.Join(folder, "segregation.yaml"), text)
		testkit.Golden(t, filepath.Join(folder, "notes.txt"), lines(result.Notes))
		expand(t, text, cluster.Kapsule())
		again := importer.FromInventories("shop", []*inventory.Inventory{read, read}, importer.Options{Cluster: cluster.Kapsule()})
		assert.Equal(t, text, string(again.Segregation), "same input, same bytes; what is there twice counts once")
	})
}

func readInventory(t *testing.T, text string) *inventory.Inventory {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	read, findings := inventory.Load(document.Content[0], spec.Origin{})
	require.Empty(t, findings)
	return read
}

// TestSuggestionsOfInventoriesBuild does what notes on folders suggest.
func TestSuggestionsOfInventoriesBuild(t *testing.T) {
	read := readInventory(t, testkit.Read(t,
		"testdata/inventories/folders-that-may-be-more-than-components/inventory.yaml"))
	result := importer.FromInventories("shop", []*inventory.Inventory{read}, importer.Options{Cluster: cluster.Kapsule()})
	for note, follow := range map[string]string{
		"then move its keys to secretGroups.db there, in place of component api-db": `
spec: {components: {api-db: null, api: {secretGroups: {db: {keys: [PASSWORD]}}}}}`,
		"move its keys to spec.sharedSecrets.database, with the components, in place of component shared-database": `
spec:
  components: {shared-database: null}
  sharedSecrets: {database: {keys: [URL], components: {api: {}, web: {}}}}`,
		"flows, as ingress and egress of each component": `
spec: {components: {web: {egress: [{to: {component: api}, ports: [8080]}]}}}`,
		"quota, limits and access, for all components under spec.defaults": `
spec:
  defaults:
    quota: {pods: "20"}
    limits: [{type: Container, default: {cpu: 100m}}]
    access: [{role: viewer, subjects: [{kind: Group, name: developers}]}]`,
	} {
		assert.Contains(t, lines(result.Notes), note)
		build(t, merged(t, string(result.Segregation), follow), nil)
	}
	json := readInventory(t, testkit.Read(t, "testdata/inventories/secrets-that-cannot-be-read/inventory.yaml"))
	result = importer.FromInventories("shop", []*inventory.Inventory{json}, importer.Options{Cluster: cluster.Kapsule()})
	assert.Contains(t, lines(result.Notes), "write map with a property for each key, or extract for all of them")
	for _, follow := range []string{"map: {S3: {secret: s3, property: key}}", "extract: [s3]"} {
		build(t, merged(t, string(result.Segregation),
			"spec: {components: {api: {secrets: {keys: [TOKEN], "+follow+"}}}}"), nil)
	}
}

func TestAnInventoryWithoutFoldersMakesNothing(t *testing.T) {
	result := importer.FromInventories("shop", []*inventory.Inventory{inventory.New("shop")},
		importer.Options{Cluster: cluster.Kapsule()})
	assert.Empty(t, result.Segregation)
}

// TestTheSkeletonIsValid also expands it, with names that YAML takes for something else.
func TestTheSkeletonIsValid(t *testing.T) {
	for _, name := range []string{"shop", "null", "no", "123", "1e3"} {
		place := spec.Scaleway{Region: "nl-ams", ProjectID: "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"}
		result := importer.Skeleton(name, place, false)
		seg := load(t, string(result.Segregation), cluster.Kapsule())
		assert.Equal(t, name, seg.Metadata.Name)
		assert.Equal(t, place.Region, seg.Spec.Scaleway.Region)
		assert.Equal(t, place.ProjectID, seg.Spec.Scaleway.ProjectID)
		assert.NotEmpty(t, expand(t, string(result.Segregation), cluster.Kapsule()))
		assert.Len(t, result.Notes, 1)
		assert.Len(t, importer.Skeleton(name, place, true).Notes, 3)
	}
}

// TestWithAFallbackNothingIsMissing makes a Segregation that Cloison takes as it is of the manifests of every case.
func TestWithAFallbackNothingIsMissing(t *testing.T) {
	place := spec.Scaleway{Region: "nl-ams", ProjectID: "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"}
	texts := []string{""}
	for _, file := range testkit.Files(t, "testdata/colis/*.yaml", 14) {
		texts[0] += testkit.Read(t, file) + "\n---\n"
	}
	for _, file := range testkit.Files(t, "testdata/cases/*/*/input.yaml", 36) {
		texts = append(texts, testkit.Read(t, file))
	}
	for _, text := range texts {
		if result := importText(t, text, importer.Options{Fallback: &place}); len(result.Segregation) > 0 {
			load(t, string(result.Segregation), cluster.Kapsule())
			assert.NotContains(t, lines(result.Notes), string(draft.Missing))
		}
	}
}

// TestManifestsThatSayNothingOfScaleway become a Segregation that is valid all the same, where there is a fallback.
func TestManifestsThatSayNothingOfScaleway(t *testing.T) {
	place := spec.Scaleway{Region: "nl-ams", ProjectID: "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"}
	result := importText(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-api}\n",
		importer.Options{Fallback: &place, Command: "cloison init"})
	seg := load(t, string(result.Segregation), cluster.Kapsule())
	assert.Equal(t, place.ProjectID, seg.Spec.Scaleway.ProjectID)
	assert.Contains(t, string(result.Segregation), `# Written by "cloison init" from manifests.`)
	assert.Equal(t, draft.Wanted, result.Notes[0].Outcome)
	assert.Contains(t, lines(result.Notes), "spec.scaleway.projectID: the UUID of the Scaleway project")
}
