package inventory_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/strict"
)

// FuzzLoad loads anything that is YAML: what is accepted is written and read back as it was.
func FuzzLoad(f *testing.F) {
	text, err := inventory.Encode(full(), "")
	require.NoError(f, err)
	f.Add(string(text))
	f.Add(good)
	f.Add("a: &a [*a, {<<: *a, ? [x] : y}]\nspec: {folders: *a}\n")
	f.Fuzz(func(t *testing.T, text string) {
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
			return
		}
		loaded, findings := inventory.Load(document.Content[0], strict.Origin{FirstLine: 1})
		require.Equal(t, loaded == nil, len(findings) > 0, "either an Inventory or a finding")
		for _, finding := range findings {
			require.NotEmpty(t, finding.Message)
			require.Less(t, len(finding.String()), 5000)
		}
		if loaded != nil && utf8.ValidString(text) {
			writtenAndReadBack(t, loaded)
		}
	})
}

// FuzzEncode writes names that come from the values of secrets, which may be any text.
func FuzzEncode(f *testing.F) {
	for _, text := range []string{"", "user", "y", "null", "1e3", "a: b", "# x", "'\"", " x ", "a\nb\n", "\t", "\x7f",
		"é\u0085\u2028\ufeff", "- a", "<<", "!!str", "---", "\U0001F511"} {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, revision int) {
		if !utf8.ValidString(text) || revision < 1 {
			return
		}
		written := inventory.New("shop")
		written.Spec.Folders = []inventory.Folder{{
			FolderRef: inventory.FolderRefOf("fr-par", project, "/shop"),
			Secrets: []inventory.Secret{{
				Name: "s", Revision: revision, Enabled: []int{revision}, Type: text,
				Contents: []inventory.Content{
					{Revision: revision, Properties: []string{text}, Queries: map[string]bool{text: true}}},
			}},
		}}
		writtenAndReadBack(t, written)
	})
}

func writtenAndReadBack(t *testing.T, written *inventory.Inventory) {
	t.Helper()
	text, err := inventory.Encode(written, "")
	require.NoError(t, err)
	require.Equal(t, written, accepted(t, string(text)), "%s", text)
}
