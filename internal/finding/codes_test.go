package finding_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
)

// constants finds the codes that the files of the families define, by the name of their constant.
func constants(t *testing.T) map[string]finding.Code {
	t.Helper()
	files, err := filepath.Glob("family_*.go")
	require.NoError(t, err)
	found := map[string]finding.Code{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`(?m)^\t(\w+) +Code = "(CLS-[A-Z]\d{3})"`).FindAllSubmatch(text, -1) {
			found[string(match[1])] = finding.Code(match[2])
		}
	}
	require.NotEmpty(t, found)
	return found
}

func TestEveryCodeHasARuleOfItsOwnInOrder(t *testing.T) {
	var documented []finding.Code
	for _, family := range finding.Families() {
		codes := make([]finding.Code, len(family.Rules))
		for i, r := range family.Rules {
			codes[i] = r.Code
			assert.True(t, strings.HasPrefix(string(r.Code), "CLS-"+family.Letter), "%s is in family %s", r.Code,
				family.Letter)
			for _, text := range []string{r.Title, r.Cause, r.Consequence, r.Fix} {
				assert.NotEmpty(t, text, r.Code)
			}
		}
		assert.IsIncreasing(t, codes)
		documented = append(documented, codes...)
	}
	var defined []finding.Code
	for _, code := range constants(t) {
		defined = append(defined, code)
	}
	assert.ElementsMatch(t, defined, documented)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(defined))), len(defined), "a code is given twice")
}

func TestEveryCodeIsReported(t *testing.T) {
	reported := map[string]bool{}
	use := regexp.MustCompile(`\bfinding\.(\w+)`)
	require.NoError(t, filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range use.FindAllSubmatch(text, -1) {
			reported[string(match[1])] = true
		}
		return err
	}))
	for name := range constants(t) {
		assert.True(t, reported[name], "nothing reports %s", name)
	}
}
