package architecture

import (
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

const facts = "docs/facts.md"

var (
	// factHeading finds each heading of the facts, and what its entry says of where it is used.
	factHeading = regexp.MustCompile(`(?m)^### (.+)$|^- Used in: ((?:.|\n[^\n-])+)\.$`)
	// factReference finds references to headings in a comment whose lines are joined.
	factReference = regexp.MustCompile(`Facts: docs/facts\.md((?:, "[^"]+")+)\.`)
	quoted        = regexp.MustCompile("[\"`]([^\"`]+)[\"`]")
	// outside finds what points out of the repository.
	outside = regexp.MustCompile(`\bSources?( of [\w ]+)?:|https?://[\w.-]+`)
)

// noSources are addresses that comments may have, since they are what a program uses and not where a fact comes from.
var noSources = []string{"http://elsewhere.invalid"}

// TestFactsAndReferencesAgree holds that each reference of a comment has its heading, and that each heading lists
// exactly the packages that refer to it.
func TestFactsAndReferencesAgree(t *testing.T) {
	listed, used := usersOfFacts(t), map[string][]string{}
	for file, comments := range comments(t) {
		for _, comment := range comments {
			assert.Len(t, factReference.FindAllString(comment, -1), strings.Count(comment, facts+","),
				`%s: a reference must have the form: Facts: %s, "Heading".`, file, facts)
			for _, heading := range headings(comment) {
				assert.Contains(t, listed, heading, "%s refers to %q, which %s does not have", file, heading, facts)
				used[heading] = append(used[heading], filepath.ToSlash(filepath.Dir(file)))
			}
		}
	}
	for heading, packages := range listed {
		assert.Equal(t, slices.Compact(slices.Sorted(slices.Values(used[heading]))), packages,
			"%s, %q: the packages after \"Used in\" must be those whose comments refer to it, in their order",
			facts, heading)
	}
}

// TestNoCommentPointsOutside holds that comments name no source outside of the repository: sources are in
// docs/facts.md.
func TestNoCommentPointsOutside(t *testing.T) {
	for file, comments := range comments(t) {
		for _, comment := range comments {
			for _, found := range outside.FindAllString(comment, -1) {
				assert.Contains(t, noSources, found, "%s: move this source into %s and refer to it there:\n%s", file,
					facts, comment)
			}
		}
	}
}

// headings are those that a comment refers to.
func headings(comment string) []string {
	var names []string
	for _, reference := range factReference.FindAllString(comment, -1) {
		for _, name := range quoted.FindAllStringSubmatch(reference, -1) {
			names = append(names, name[1])
		}
	}
	return names
}

// usersOfFacts has the headings of the facts, with the packages that each lists.
func usersOfFacts(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, facts))
	require.NoError(t, err)
	users, heading := map[string][]string{}, ""
	for _, found := range factHeading.FindAllStringSubmatch(string(text), -1) {
		if found[1] != "" {
			heading = found[1]
			require.NotContains(t, users, heading, "%s has this heading twice", facts)
			users[heading] = nil
			continue
		}
		for _, name := range quoted.FindAllStringSubmatch(found[2], -1) {
			users[heading] = append(users[heading], name[1])
		}
	}
	require.NotEmpty(t, users)
	return users
}

// comments has the comments of every file, those of tests and of e2e included, each with its lines joined by spaces.
func comments(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	everywhere := func(string) bool { return true }
	eachFile(t, everywhere, func(path, name string) { found[name] = commentsOf(t, path) })
	require.Contains(t, slices.Collect(maps.Keys(found)), filepath.FromSlash(thisFile))
	return found
}

func commentsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	texts := make([]string, len(parsed.Comments))
	for i, group := range parsed.Comments {
		texts[i] = strings.Join(strings.Fields(group.Text()), " ")
	}
	return texts
}
