package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLicencesOfWhatIsLinked finds a licence for everything, those included that no module tells: one of two that are
// offered, and what a module holds as a binary. They are looked at for one version, which go.mod must have.
func TestLicencesOfWhatIsLinked(t *testing.T) {
	found, err := findLibraries(filepath.Join("..", ".."), []target{{runtime.GOOS, runtime.GOARCH}})
	require.NoError(t, err)
	by := map[string]library{}
	for _, one := range found {
		by[one.folder] = one
	}
	assert.Equal(t, []string{"FTL"}, by["github.com/golang/freetype"].licenses)
	assert.Contains(t, string(by["github.com/golang/freetype"].texts["licenses/ftl.txt"]), "The FreeType Project LICENSE")
	assert.Equal(t, []string{"EPL-1.0"}, by["graphviz"].licenses,
		"what go-graphviz holds was looked at for "+graphvizVersion+": look again, then mend tools/release/licenses_chosen.go")
	assert.Contains(t, string(by["graphviz"].texts["LICENSE"]), "Eclipse Public License - v 1.0")
	assert.Contains(t, by, "expat")
	held, err := goEnv("GOMODCACHE")
	require.NoError(t, err)
	version, err := os.ReadFile(filepath.Join(held, graphvizModule+"@"+graphvizVersion, "graphviz.version"))
	require.NoError(t, err)
	assert.Equal(t, by["graphviz"].version, strings.TrimSpace(string(version)))
}
