package explain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/explain"
	"cloison.dev/cloison/internal/testkit"
)

// TestColumnsFitTheTerminal writes the overview for terminals of several widths: no line is longer, and no word is
// lost.
func TestColumnsFitTheTerminal(t *testing.T) {
	state := matrixOf(t, testkit.Read(t, "../../testdata/differences/base.yaml"))
	var wide strings.Builder
	require.NoError(t, explain.Overview(&wide, state, 0))
	for _, width := range []int{80, 100, 120} {
		var narrow strings.Builder
		require.NoError(t, explain.Overview(&narrow, state, width))
		for line := range strings.Lines(narrow.String()) {
			line = strings.TrimSuffix(line, "\n")
			assert.LessOrEqual(t, utf8.RuneCountInString(line), width, line)
		}
		letters := func(text string) int { return len(strings.Join(strings.Fields(text), "")) }
		assert.Equal(t, letters(wide.String()), letters(narrow.String()), "width %d", width)
	}
}
