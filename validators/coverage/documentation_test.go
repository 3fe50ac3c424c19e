package coverage

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
)

// TestTheDocumentationHasEveryKind holds docs/coverage.md to the lists.
func TestTheDocumentationHasEveryKind(t *testing.T) {
	page := filepath.Join(testkit.Root(t), "docs", "coverage.md")
	const marker = "<!-- What follows is written by: go test ./validators/coverage -update -->\n"
	head, _, found := strings.Cut(testkit.Read(t, page), marker)
	require.True(t, found)
	var text strings.Builder
	text.WriteString(head + marker)
	for _, section := range []struct {
		title, column string
		entries       []entry
	}{
		{"Kinds that are decided", "families of [findings](findings.md)", judged()},
		{"Kinds that are harmless", "why", harmless()},
		{"Kinds that are harmless in the manifests of one component", "what they make", storeReaders()},
		{"Kinds that install", "what they install", installers()},
	} {
		fmt.Fprintf(&text, "\n## %s\n\n| API group | kinds | %s |\n|---|---|---|\n", section.title, section.column)
		for _, e := range section.entries {
			text.WriteString(row(e))
		}
	}
	testkit.Golden(t, page, text.String())
}

func row(e entry) string {
	group, kinds, reason := e.group, strings.ReplaceAll(e.kinds, " ", ", "), e.reason
	switch {
	case group == "":
		group = "(core)"
	case strings.HasPrefix(group, "."):
		group = "*" + group
	}
	if kinds == "*" {
		kinds = "all others"
	}
	if e.source != "" {
		reason = fmt.Sprintf("%s ([source](%s))", reason, e.source)
	}
	return fmt.Sprintf("| `%s` | %s | %s |\n", group, kinds, reason)
}

// TestNoKindIsInTwoLists looks for entries that another one hides.
func TestNoKindIsInTwoLists(t *testing.T) {
	seen := map[string]bool{}
	for _, list := range [][]entry{judged(), harmless(), storeReaders(), installers()} {
		for _, e := range list {
			assert.NotEmpty(t, e.reason, "%s %s", e.group, e.kinds)
			for kind := range strings.FieldsSeq(e.kinds) {
				key := e.group + "/" + kind
				assert.False(t, seen[key], "%s has two entries", key)
				seen[key] = true
			}
		}
	}
	for _, list := range [][]entry{harmless(), storeReaders(), installers()} {
		for _, e := range list {
			assert.True(t, strings.HasPrefix(e.source, "https://"), "%s %s needs a source", e.group, e.kinds)
		}
	}
}
