package shell_test

import (
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/shell"
)

var texts = []string{
	"", "web", "-n", "=ls", "~", "a b", "'", "''", `\`, `"`, "$(touch x)", "`touch x`", "x'; touch /tmp/x; echo '", "a\nb", "\n",
	"a\n\n", "\r\n", "\x1b[2K", "\u202e", "\xff", "a\xc3", "é", "#", "!", "*", "a;b", "${IFS}", "%s%n", `\101`, "\t'\n'\x01", "\x01\n",
}

func FuzzWord(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "\x00", "") // a word of a shell holds none
		word := shell.Word(text)
		assertOneLine(t, word)
		assert.Equal(t, text, run(t, "printf %s "+word))
	})
}

func FuzzComment(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		comment := shell.Comment(text)
		assertOneLine(t, comment)
		assert.Empty(t, run(t, comment))
		// Where # begins no comment, what follows are words all the same.
		assert.Equal(t, "#", run(t, `set -f; first() { printf %s "$1"; }; first \`+comment))
	})
}

func TestCommentsAreForPeople(t *testing.T) {
	assert.Equal(t, "# KEY of Secret a/b: from /a/x", shell.Comment("KEY of\nSecret a/b:  from /a/x"))
	assert.Equal(t, "# 'a; touch x'", shell.Comment("a; touch x"))
}

func assertOneLine(t *testing.T, text string) {
	t.Helper()
	assert.Negative(t, strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
}

func run(t *testing.T, script string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", script)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s", script, output)
	return string(output)
}
