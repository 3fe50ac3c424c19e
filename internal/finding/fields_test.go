package finding_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
)

var (
	// printed is a finding as it is printed for people. Objects are a kind and a name.
	printed = regexp.MustCompile(
		`(?m)^(?:error|warning|info) CLS-[A-Z][0-9]{3} (\S+)(?: (\S+))??(?: ` +
			`((?:[^\s:"[]|\[(?:"(?:[^"\\]|\\.)*"|[^]]*)\])+))?: `)
	// inResults is a field in the results of a ResourceList.
	inResults = regexp.MustCompile(`(?m)^ *field:\n *path: (.*)$`)
)

// TestEveryFieldReadsBackToTheSameText holds that the expectations of all tests write fields in the one form of package
// fieldpath, in which their lines are found.
func TestEveryFieldReadsBackToTheSameText(t *testing.T) {
	count := 0
	check := func(file, field string) {
		count++
		assert.Equal(t, field, fieldpath.Parse(field).String(), "%s", file)
	}
	eachFile(t, func(file, text string) {
		if strings.HasSuffix(file, ".txt") {
			for _, match := range printed.FindAllStringSubmatch(text, -1) {
				if field := match[3]; field != "" && !isName(field) {
					check(file, field)
				}
			}
			return
		}
		for _, match := range inResults.FindAllStringSubmatch(text, -1) {
			check(file, strings.Trim(match[1], `'`))
		}
	})
	assert.GreaterOrEqual(t, count, 550, "every golden file is read")
}

// isName reports whether what may be a field is the name of an object in a namespace.
func isName(field string) bool {
	before, _, _ := strings.Cut(field, "[")
	return strings.Contains(before, "/")
}

func eachFile(t *testing.T, visit func(file, text string)) {
	t.Helper()
	for _, root := range []string{"../../testdata", "../../examples"} {
		require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(file)
			visit(file, string(text))
			return err
		}))
	}
}
