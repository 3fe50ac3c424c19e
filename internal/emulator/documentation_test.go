package emulator_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
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
	var named []fault.Kind
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
			named = append(named, fault.Kind(name[1]))
		}
	}
	assert.ElementsMatch(t, fault.AllKinds(), named)
}

func TestTheExamplesOfTheDocumentAreRead(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})
	faults, _ := blocksOf(t, "json")
	for _, example := range faults {
		got := steer(t, f, http.MethodPut, "faults", example)
		assert.Equal(t, http.StatusNoContent, got.Status, got.Body)
	}
	seeds, _ := blocksOf(t, "yaml")
	for _, example := range seeds {
		emutest.Start(t).LoadText(t, example)
	}
}
