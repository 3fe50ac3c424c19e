package cli_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
)

// TestEveryCommandHasAnExample looks in docs/commands.md for a section on each command that the help of the program
// lists.
func TestEveryCommandHasAnExample(t *testing.T) {
	var help, stderr bytes.Buffer
	require.Zero(t, cli.Run([]string{"cloison", "--help"}, strings.NewReader(""), &help, &stderr), stderr.String())
	_, list, found := strings.Cut(help.String(), "Available Commands:\n")
	require.True(t, found, "the list of commands in the help:\n%s", &help)
	list, _, _ = strings.Cut(list, "\n\n")
	page, err := os.ReadFile("../../docs/commands.md")
	require.NoError(t, err)
	for _, line := range regexp.MustCompile(`(?m)^  (\S+)`).FindAllStringSubmatch(list, -1) {
		if command := line[1]; command != "help" {
			assert.Regexp(t, `(?m)^## cloison `+command+`\b`, string(page), "docs/commands.md has no section on %s", command)
		}
	}
}
