package importer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// TestHandWrittenManifests imports a folder of fourteen files as a team would write them, with the mistakes that
// teams make.
func TestHandWrittenManifests(t *testing.T) {
	files, err := filepath.Glob("testdata/colis/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 14)
	var all []*objects.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		parsed, err := objects.Parse(filepath.Base(file), text)
		require.NoError(t, err)
		all = append(all, parsed...)
	}
	set, _ := objects.NewSet(all)
	result := importer.Import(set, scope.New(set, nil), importer.Options{})
	var notes strings.Builder
	for _, n := range result.Notes {
		notes.WriteString(n.String() + "\n")
	}
	testkit.Golden(t, "testdata/colis.segregation.yaml", string(result.Segregation))
	testkit.Golden(t, "testdata/colis.notes.txt", notes.String())

	load(t, filled(result.Segregation))
	again := importer.Import(set, scope.New(set, nil), importer.Options{})
	assert.Equal(t, string(result.Segregation), string(again.Segregation), "same input, same bytes")
}
