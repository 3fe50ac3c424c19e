package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/strict"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

func parse(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	require.Len(t, document.Content, 1)
	return document.Content[0]
}

func load(t testing.TB, text string) (*inventory.Inventory, []finding.Finding) {
	t.Helper()
	return inventory.Load(parse(t, text), strict.Origin{FirstLine: 1})
}

func accepted(t testing.TB, text string) *inventory.Inventory {
	t.Helper()
	loaded, findings := load(t, text)
	require.Empty(t, findings)
	return loaded
}

// full is an Inventory that uses every field.
func full() *inventory.Inventory {
	full := inventory.New("shop")
	full.Metadata.Namespace = "tools"
	full.Metadata.Labels = map[string]string{"team": "y"}
	full.Spec = inventory.Spec{
		Projects: []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 6}},
		Folders: []inventory.Folder{
			{FolderRef: inventory.FolderRefOf("fr-par", project, "/"), Secrets: []inventory.Secret{}},
			{FolderRef: inventory.FolderRefOf("fr-par", project, "/shop"), Secrets: []inventory.Secret{
				{Name: "1e3", Revision: 0, Type: "opaque"},
				{Name: "2026-01-31", Revision: 2, Enabled: []int{}, Type: "opaque"},
				{
					Name: "no", Revision: 3, Enabled: []int{1, 3}, Type: "key_value",
					Contents: []inventory.Content{
						{Revision: 1},
						{
							Revision: 3, Properties: []string{"", " a\tb", "null", "é\u0085\u2028", "{x: y}"},
							Queries: map[string]bool{"a.b": true, "off": false, "x: [*&!": true, "line\nbreak ": false},
						},
					},
				},
				{
					Name: "once", Revision: 1, Type: "opaque", DeletionRequestedAt: "2026-01-31T08:00:00Z",
					Ephemeral: &inventory.Ephemeral{ExpiresOnceAccessed: true, TimeToLive: "1h0m0s", Action: "delete"},
				},
			}},
		},
	}
	return full
}
