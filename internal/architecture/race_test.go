package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// concurrentList finds the packages of the Makefile that are tested with the race detector.
var concurrentList = regexp.MustCompile(`(?m)^CONCURRENT := ((?:.*\\\n)*.*)$`)

func concurrent(t *testing.T) []string {
	t.Helper()
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	list := concurrentList.FindSubmatch(makefile)
	require.NotNil(t, list)
	return strings.Fields(strings.ReplaceAll(string(list[1]), "\\", ""))
}

// TestWhatIsConcurrentIsTestedWithTheRaceDetector holds the Makefile's list of packages against what their code does.
// The race detector tells something of these only, and makes every test several times as slow.
func TestWhatIsConcurrentIsTestedWithTheRaceDetector(t *testing.T) {
	found, tested := map[string]bool{}, map[string]bool{}
	eachFile(t, isOfTheModule, func(path, name string) {
		folder := filepath.ToSlash(filepath.Dir(name))
		if strings.HasSuffix(name, "_test.go") {
			tested[folder] = true
		} else if isConcurrent(t, path) {
			found[folder] = true
		}
	})
	maps.DeleteFunc(found, func(folder string, _ bool) bool { return !tested[folder] })
	assert.ElementsMatch(t, slices.Collect(maps.Keys(found)), concurrent(t), "CONCURRENT of the Makefile")
}

// concurrentImports are packages that run what they are given in other goroutines.
var concurrentImports = []string{"net/http", "sync/atomic", module + "internal/parallel"}

// isConcurrent reports whether a file starts goroutines, has its code run in those of others, or guards what several of
// them use. Values that are made once are no sign of that.
func isConcurrent(t *testing.T, path string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	is, importsSync := false, false
	for _, imported := range file.Imports {
		path := strings.Trim(imported.Path.Value, `"`)
		is = is || slices.Contains(concurrentImports, path)
		importsSync = importsSync || path == "sync"
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.GoStmt:
			is = true
		case *ast.SelectorExpr:
			of, isName := n.X.(*ast.Ident)
			is = is || importsSync && isName && of.Name == "sync" && !strings.HasPrefix(n.Sel.Name, "Once")
		}
		return true
	})
	return is
}

// TestOnlyWhatIsConcurrentSkipsTheRaceDetector finds skips that have no effect.
func TestOnlyWhatIsConcurrentSkipsTheRaceDetector(t *testing.T) {
	eachFile(t, isOfTheModule, func(path, name string) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.Contains(string(text), "\ttestkit.SkipWithRaceDetector(") {
			assert.Contains(t, concurrent(t), filepath.ToSlash(filepath.Dir(name)), "%s skips the race detector", name)
		}
	})
}
