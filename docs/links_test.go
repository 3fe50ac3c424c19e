// Package docs_test holds the documentation to what is there.
package docs_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`^#+ +(.+?) *$`)
	// code is what is not read as a link: fenced blocks, and code within a line.
	code = regexp.MustCompile("(?ms)^ *```.*?^ *```$|`[^`\n]*`")
)

// TestLinksLeadSomewhere follows every link from a document to a file of the repository, and to a heading in it.
func TestLinksLeadSomewhere(t *testing.T) {
	followed := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(string(text), ""), -1) {
			target, err := url.Parse(match[1])
			require.NoError(t, err, "%s: %s", file, match[1])
			if target.Scheme != "" {
				continue // another site
			}
			followed++
			to := file
			if target.Path != "" {
				to = filepath.Join(filepath.Dir(file), filepath.FromSlash(target.Path))
			}
			if _, err := os.Stat(to); !assert.NoError(t, err, "%s: the link to %s", file, match[1]) {
				continue
			}
			if target.Fragment != "" {
				assert.Contains(t, anchors(t, to), target.Fragment, "%s: the link to %s: headings of that file", file, match[1])
			}
		}
	}
	require.NotZero(t, followed)
}

// TestTheIndexHasEveryPage looks for every page in the index of the documentation.
func TestTheIndexHasEveryPage(t *testing.T) {
	index, err := os.ReadFile("README.md")
	require.NoError(t, err)
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, page := range pages {
		if page != "README.md" {
			assert.Contains(t, string(index), "]("+page+")", "docs/README.md has no line for %s", page)
		}
	}
}

var (
	makeCommand = regexp.MustCompile("(?m)(?:^|`|&& |sudo )make ([a-z][a-z0-9/-]*(?: [a-z][a-z0-9/-]*)*)")
	makeTarget  = regexp.MustCompile(`(?m)^([a-z0-9/-]+):`)
)

// TestTheTargetsOfMakeAreThere looks for every target that a command of a document names.
func TestTheTargetsOfMakeAreThere(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	targets := map[string]bool{}
	for _, match := range makeTarget.FindAllStringSubmatch(string(makefile), -1) {
		targets[match[1]] = true
	}
	named := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range makeCommand.FindAllStringSubmatch(string(text), -1) {
			for target := range strings.FieldsSeq(match[1]) {
				named++
				assert.True(t, targets[target], "%s: make %s: the Makefile has no such target", file, target)
			}
		}
	}
	require.Greater(t, named, 20)
}

// documents are all Markdown files of the repository but those that are built.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		name := filepath.Base(path)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "bin" || name == "dist" || name == "_src" || name == ".git"):
			return fs.SkipDir
		case filepath.Ext(name) == ".md":
			files = append(files, path)
		}
		return nil
	}))
	require.NotEmpty(t, files)
	return files
}

// anchors are the fragments that lead to the headings of a document, as code hosts make them: lower case, without
// punctuation, and dashes for spaces.
func anchors(t *testing.T, file string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	found := map[string]bool{}
	inBlock := false
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inBlock = !inBlock
		}
		match := heading.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if match == nil || inBlock {
			continue
		}
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, match[1])] = true
	}
	return found
}
