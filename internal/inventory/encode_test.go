package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
)

const encoded = `# What Scaleway Secret Manager holds: names and revisions, no values. Written by "cloison inventory", not by hand.
# Write it again with: cloison inventory -f segregation.yaml --write inventory.yaml
apiVersion: cloison.dev/v1alpha1
kind: Inventory
metadata:
  name: shop
  namespace: tools
  labels:
    team: "y"
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  projects:
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    secrets: 6
  folders:
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    path: /
    secrets: []
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    path: /shop
    secrets:
    - name: "1e3"
      revision: 0
      type: opaque
    - name: "2026-01-31"
      revision: 2
      enabled: []
      type: opaque
    - name: "no"
      revision: 3
      enabled:
      - 1
      - 3
      type: key_value
      contents:
      - revision: 1
      - revision: 3
        properties:
        - ""
        - " a\tb"
        - "null"
        - "é\N\L"
        - "{x: y}"
        queries:
          a.b: true
          ? "line\nbreak "
          : false
          "off": false
          "x: [*&!": true
    - name: once
      revision: 1
      type: opaque
      ephemeral:
        expiresOnceAccessed: true
        timeToLive: "1h0m0s"
        action: delete
      deletionRequestedAt: "2026-01-31T08:00:00Z"
`

func TestEveryFieldIsWrittenInOrderAndReadBack(t *testing.T) {
	const command = "cloison inventory -f segregation.yaml --write inventory.yaml"
	text, err := inventory.Encode(full(), command)
	require.NoError(t, err)
	assert.Equal(t, encoded, string(text))
	assert.Equal(t, full(), accepted(t, string(text)))

	again, err := inventory.Encode(accepted(t, string(text)), command)
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
}

func TestListsThatMustBeThereAreWritten(t *testing.T) {
	text, err := inventory.Encode(&inventory.Inventory{
		APIVersion: inventory.APIVersion, Kind: inventory.Kind, Metadata: inventory.Metadata{Name: "shop"},
	}, "")
	require.NoError(t, err)
	assert.Equal(t, []inventory.Folder{}, accepted(t, string(text)).Spec.Folders)
}

func TestSortMakesTheOrderOfTheTypes(t *testing.T) {
	ref := func(region, project, path string) inventory.Folder {
		return inventory.Folder{FolderRef: inventory.FolderRefOf(region, project, path)}
	}
	unsorted := inventory.New("shop")
	unsorted.Spec = inventory.Spec{
		Projects: []inventory.Project{{Region: "nl-ams", ProjectID: "a"}, {Region: "fr-par", ProjectID: "b"},
			{Region: "fr-par", ProjectID: "a"}},
		Folders: []inventory.Folder{
			ref("nl-ams", "a", "/a"), ref("fr-par", "b", "/a"), ref("fr-par", "a", "/b"),
			{FolderRef: inventory.FolderRefOf("fr-par", "a", "/a"), Secrets: []inventory.Secret{
				{Name: "b", Enabled: []int{2, 1},
					Contents: []inventory.Content{{Revision: 2}, {Revision: 1, Properties: []string{"b", "a"}}}},
				{Name: "a"},
			}},
		},
	}
	unsorted.Sort()
	assert.Equal(t, inventory.Spec{
		Projects: []inventory.Project{{Region: "fr-par", ProjectID: "a"}, {Region: "fr-par", ProjectID: "b"},
			{Region: "nl-ams", ProjectID: "a"}},
		Folders: []inventory.Folder{
			{FolderRef: inventory.FolderRefOf("fr-par", "a", "/a"), Secrets: []inventory.Secret{
				{Name: "a"}, {Name: "b", Enabled: []int{1, 2},
					Contents: []inventory.Content{{Revision: 1, Properties: []string{"a", "b"}}, {Revision: 2}}},
			}},
			ref("fr-par", "a", "/b"), ref("fr-par", "b", "/a"), ref("nl-ams", "a", "/a"),
		},
	}, unsorted.Spec)
}
