package importer_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// TestCases imports each folder of testdata/cases. The manifests in input.yaml become the Segregation in
// segregation.yaml, which is empty where there is nothing to import, and the notes in notes.txt.
func TestCases(t *testing.T) {
	testkit.Each(t, "testdata/cases/*/*", 37, func(t *testing.T, folder string) {
		file := filepath.Join(folder, "input.yaml")
		checkImport(t, []string{file}, filepath.Join(folder, "segregation.yaml"), filepath.Join(folder, "notes.txt"))
	})
}

// TestHandWrittenManifests imports a folder of fourteen files as a team would write them, with the mistakes that
// teams make.
func TestHandWrittenManifests(t *testing.T) {
	files := testkit.Files(t, "testdata/colis/*.yaml", 14)
	checkImport(t, files, "testdata/colis.segregation.yaml", "testdata/colis.notes.txt")
}

// checkImport imports files twice and compares the Segregation and the notes with golden files. Texts called canary
// stand for secrets.
func checkImport(t *testing.T, files []string, segregation, notes string) {
	t.Helper()
	var all []*objects.Object
	in := cluster.Kapsule()
	for _, file := range files {
		parsed, err := objects.Parse(filepath.Base(file), []byte(testkit.Read(t, file)))
		if content := testkit.Read(t, file); strings.Contains(content, "kind: Cluster\n") {
			in = clusterOf(t, content)
		}
		require.NoError(t, err)
		all = append(all, parsed...)
	}
	set, _ := objects.NewSet(all)
	result := importer.Import(set, scope.New(set, nil), importer.Options{Cluster: in})
	text := string(result.Segregation)
	testkit.Golden(t, segregation, text)
	testkit.Golden(t, notes, lines(result.Notes))
	assert.NotContains(t, strings.ToLower(text+lines(result.Notes)), "canary")
	if text != "" {
		load(t, filled(result.Segregation), in)
	}

	again := importer.Import(set, scope.New(set, nil), importer.Options{Cluster: in})
	assert.Equal(t, text, string(again.Segregation), "same input, same bytes")
}

func lines(notes []draft.Note) string {
	var text strings.Builder
	for _, n := range notes {
		text.WriteString(n.String() + "\n")
	}
	return text.String()
}
