package hosts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is a fenced block of a document.
type block struct {
	// language is what stands behind the fence; empty where nothing does.
	language string
	text     string
	// line is the first line of the text, counted from 1.
	line int
}

// document is a file of the documentation.
type document struct {
	// name is the path from the root of the repository.
	name   string
	blocks []block
}

// documents are the README, everything in docs, and the READMEs of the examples and of the kustomizations.
func documents(t *testing.T) []document {
	t.Helper()
	files := []string{filepath.Join(root, "README.md")}
	for _, pattern := range []string{
		"docs/*.md", "examples/README.md", "examples/*/README.md", "kustomization/*/README.md",
		"kustomization/*/*/README.md",
	} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		files = append(files, found...)
	}
	var all []document
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name, err := filepath.Rel(root, file)
		require.NoError(t, err)
		all = append(all, document{name: filepath.ToSlash(name), blocks: blocksOf(t, string(text))})
	}
	return all
}

// in returns the blocks of the languages.
func (d document) in(languages ...string) []block {
	var found []block
	for _, b := range d.blocks {
		for _, language := range languages {
			if b.language == language {
				found = append(found, b)
			}
		}
	}
	return found
}

// step is a block of commands.
type step struct {
	block
	// shown is the block of the language "output" right behind it, if there is one: what the commands print.
	shown *block
}

// steps are the blocks of commands of a document.
func (d document) steps(t *testing.T) []step {
	t.Helper()
	var steps []step
	for i, b := range d.blocks {
		switch {
		case slices.Contains([]string{"sh", "bash", "shell"}, b.language):
			steps = append(steps, step{block: b})
		case b.language == "output":
			isBehind := i > 0 && len(steps) > 0 && steps[len(steps)-1].line == d.blocks[i-1].line
			require.Truef(t, isBehind, "%s:%d: a block of commands must stand right before their output", d.name, b.line)
			steps[len(steps)-1].shown = &b
		}
	}
	return steps
}

const fence = "```"

// blocksOf finds the blocks of a document. A block in a list loses the indentation
// of its fence.
func blocksOf(t *testing.T, text string) []block {
	t.Helper()
	var blocks []block
	var open *block
	indentation := ""
	for i, line := range strings.Split(text, "\n") {
		before, after, isFence := strings.Cut(line, fence)
		isFence = isFence && strings.TrimSpace(before) == ""
		switch {
		case isFence && open == nil:
			indentation = before
			open = &block{language: strings.TrimSpace(after), line: i + 2}
		case isFence:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indentation) + "\n"
		}
	}
	require.Nil(t, open, "a fenced block must end")
	return blocks
}

func TestBlocksOfADocument(t *testing.T) {
	require.Equal(t, []block{
		{language: "sh", text: "make\n", line: 3},
		{language: "", text: "  output\n", line: 7},
		{language: "yaml", text: "a:\n  b: c\n", line: 11},
	}, blocksOf(t, "text\n```sh\nmake\n```\n\n```\n  output\n```\n- list\n  ```yaml\n  a:\n    "+
		"b: c\n  ```\n`code` ``` text\n"))
}
