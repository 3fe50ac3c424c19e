package emulator_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// blocksOf returns the fenced blocks of a language in docs/emulator.md, and the whole document.
func blocksOf(t *testing.T, language string) (blocks []string, document string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/emulator.md")
	require.NoError(t, err)
	for _, found := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, found[1])
	}
	require.NotEmpty(t, blocks)
	return blocks, string(text)
}

func TestTheDocumentNamesEveryFaultOnce(t *testing.T) {
	_, document := blocksOf(t, "yaml")
	var named []emulator.Fault
	_, table, found := strings.Cut(document, "| fault | what the caller meets |")
	require.True(t, found)
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 && len(named) > 0 {
			break
		}
		if len(cells) < 3 {
			continue
		}
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			named = append(named, emulator.Fault(name[1]))
		}
	}
	assert.ElementsMatch(t, emulator.AllFaults(), named)
}

func TestTheExamplesOfTheDocumentAreRead(t *testing.T) {
	faults, _ := blocksOf(t, "json")
	for _, example := range faults {
		_, err := emulator.ReadFaults([]byte(example))
		assert.NoError(t, err)
	}
	seeds, _ := blocksOf(t, "yaml")
	for _, example := range seeds {
		seed, err := emulator.ReadSeed([]byte(example))
		require.NoError(t, err)
		assert.NoError(t, emulator.New(emulator.Config{}).Load(seed))
	}
}
