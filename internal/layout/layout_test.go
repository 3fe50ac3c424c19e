package layout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/layout"
)

const two = `[{"engine": "dot", "graph": "digraph { a [width=1, height=1]; b; a -> b }"},
	{"engine": "sfdp", "graph": "digraph { overlap=true; c -> d }"}]`

func TestGraphsArePlacedInTheirOrder(t *testing.T) {
	var first, second strings.Builder
	require.NoError(t, layout.Run(strings.NewReader(two), &first))
	assert.Regexp(t, `^\["graph 1 [^"]*\\nnode a [^"]*\\nedge a b 4 [^"]*\\nstop\\n","graph 1 [^"]*\\nnode c .*edge c d .*"\]\n$`,
		strings.ReplaceAll(first.String(), `\"`, "'"))
	require.NoError(t, layout.Run(strings.NewReader(two), &second))
	assert.Equal(t, first.String(), second.String())
}

func TestWhatIsNoGraphIsRefused(t *testing.T) {
	var out strings.Builder
	assert.ErrorContains(t, layout.Run(strings.NewReader("digraph {}"), &out),
		`the graphs must be a JSON array such as [{"engine": "dot", "graph": "digraph {}"}]: `)
	assert.ErrorContains(t, layout.Run(strings.NewReader(`[{"engine": "dot", "graph": "digraph { a -> "}]`), &out), "graph 1: ")
	assert.ErrorContains(t, layout.Run(strings.NewReader(`[{"engine": "fdp", "graph": "digraph {}"}]`), &out),
		`graph 1: engine "fdp" must be dot or sfdp`)
	assert.Empty(t, out.String())
}
