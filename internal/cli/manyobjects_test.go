package cli_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
)

// canary is the value of a secret that stands in every copy.
const canary = "canary-7f3b91c4"

// shapes are the folders of testdata/broken, with what the names of their namespaces start with.
var shapes = map[string]string{
	"booking": "booking", "cms": "cms", "data-pipeline": "pipe", "environments": "atelier", "inference": "infer",
	"monorepo": "mobility", "notary": "notary", "payments-api": "pay", "web-shop": "shop",
}

// copies writes a repository of copies of all shapes, each in namespaces of its own.
func copies(t *testing.T, number int) string {
	t.Helper()
	folder := t.TempDir()
	for shape, prefix := range shapes {
		names := regexp.MustCompile(`([^A-Za-z0-9.])` + prefix + `\b`)
		root := os.DirFS(filepath.Join("../../testdata/broken", shape, "broken"))
		require.NoError(t, fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(root, path)
			require.NoError(t, err)
			for n := range number {
				file := filepath.Join(folder, fmt.Sprintf("%s-%d", shape, n), path)
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				copied := names.ReplaceAllString(string(text), fmt.Sprintf("${1}%s%d", prefix, n))
				require.NoError(t, os.WriteFile(file, []byte(copied+secretOf(prefix, n)), 0o600))
			}
			return nil
		}))
	}
	return folder
}

// secretOf is a Secret whose value and whose annotation no report may repeat as they are.
func secretOf(prefix string, n int) string {
	return fmt.Sprintf("\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: canary, namespace: %s%d-canary}\n"+
		"stringData: {PASSWORD: %s}\n", prefix, n, canary)
}

func TestTheReportOfTenThousandObjectsFitsOnTwoScreens(t *testing.T) {
	t.Chdir(copies(t, 22))
	args := []string{"cloison", "check", "."}
	formats := []string{"markdown", "json", "sarif", "junit", "dotenv"}
	reports := t.TempDir()
	for _, format := range formats {
		args = append(args, "--write", format+"="+filepath.Join(reports, format))
	}
	var out, stderr bytes.Buffer
	assert.Equal(t, 1, cli.Run(args, strings.NewReader(""), &out, &stderr), stderr.String())
	assert.Regexp(t, `(?m)^broken: \d{4} errors, .*; 1\d{4} objects in `, out.String())
	assert.LessOrEqual(t, rowsOf(out.String()), 100, "rows of a terminal with 120 columns:\n%s", &out)
	assert.Greater(t, strings.Count(out.String(), " more like it"), 3)
	holdsNothingHidden(t, "text", out.String()+stderr.String())
	for _, format := range formats {
		text, err := os.ReadFile(filepath.Join(reports, format))
		require.NoError(t, err)
		holdsNothingHidden(t, format, string(text))
	}
}

// holdsNothingHidden demands that a report has no value of a secret and no control character.
func holdsNothingHidden(t *testing.T, format, text string) {
	t.Helper()
	assert.NotEmpty(t, text, format)
	assert.NotContains(t, text, canary, format)
	hidden := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) && (r != '\t' || format != "junit") }
	assert.Negative(t, strings.IndexFunc(text, hidden), format)
}

// rowsOf counts the rows of a terminal with 120 columns.
func rowsOf(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += max(1, (len([]rune(strings.TrimSuffix(line, "\n")))+119)/120)
	}
	return n
}
