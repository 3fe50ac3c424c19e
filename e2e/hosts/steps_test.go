package hosts

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// marker stands in the output of a script between those of two steps.
const marker = "---- step ----\n"

// preamble lets a script end at the first command that fails. That does not hold for "! COMMAND" by itself, which must
// fail: the shell takes no notice of what follows "!".
const preamble = `set -eu
must_fail() { if "$@"; then echo "it must fail, and has not: $*" >&2; exit 1; fi; }
`

// withFailures has the script end where a command behind "!" does not fail. Only simple commands may stand there.
func withFailures(t *testing.T, place, script string) string {
	t.Helper()
	var all strings.Builder
	for line := range strings.Lines(script) {
		if command, fails := strings.CutPrefix(line, "! "); fails {
			require.NotRegexp(t, `\||&&|;`, command, "%s: what fails must be a simple command", place)
			line = "must_fail " + command
		}
		all.WriteString(line)
	}
	return all.String()
}

// runSteps runs the steps and returns what each printed to stdout, or, where the document shows it, to stdout and stderr
// together.
func runSteps(t *testing.T, env []string, document string, steps []step) []string {
	t.Helper()
	var script strings.Builder
	script.WriteString(preamble)
	for _, s := range steps {
		place := fmt.Sprintf("%s:%d", document, s.line)
		fmt.Fprintf(&script, "printf '%%s' '%s'\nprintf '%%s\\n' '%s' >&2\n", marker, place)
		commands := withFailures(t, place, withoutMake(t, place, s.text))
		if s.shown != nil {
			commands = "exec 3>&2 2>&1\n" + commands + "exec 2>&3 3>&-\n"
		}
		script.WriteString(commands)
	}
	shell := host{program: "sh", dir: t.TempDir(), env: append(goWithoutHome(t), env...)}
	require.NoError(t, os.Mkdir(filepath.Join(shell.dir, "dist"), 0o755))
	for _, folder := range []string{"dist/release", "examples", "kustomization", "testdata"} {
		require.NoError(t, os.Symlink(filepath.Join(root, folder), filepath.Join(shell.dir, folder)))
	}
	got := shell.run(t, "-c", script.String())
	outputs := strings.Split(got.stdout, marker)[1:]
	require.Zerof(t, got.exitCode, "the exit code of the shell in the last of these blocks:\n%s\nIts output:\n%s",
		got.stderr, outputs[max(0, len(outputs)-1):])
	for i, s := range steps {
		if s.shown != nil {
			assert.Regexpf(t, shownAs(s.shown.text), outputs[i], "%s:%d: what the commands print", document,
				s.shown.line)
		}
	}
	return outputs
}

// withoutMake takes the lines out that run make, which must name targets that there
// are.
func withoutMake(t *testing.T, place, script string) string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	var rest strings.Builder
	for line := range strings.Lines(script) {
		command, isMake := strings.CutPrefix(line, "make ")
		if !isMake {
			rest.WriteString(line)
			continue
		}
		target := regexp.QuoteMeta(strings.Fields(command)[0])
		require.Regexpf(t, `(?m)^`+target+`:`, string(makefile), "%s: the target of %q in the Makefile", place,
			strings.TrimSpace(line))
	}
	return rest.String()
}

func TestWhatMustFailFails(t *testing.T) {
	for script, want := range map[string]int{
		"! false\n": 0, "! true\n": 1, "! true\ntrue\n": 1, "! grep -q a \\\n  /dev/null\n": 0,
	} {
		got := host{program: "sh"}.run(t, "-c", preamble+withFailures(t, "test", script))
		require.Equalf(t, want, got.exitCode, "the exit code of %q; its stderr: %s", script, got.stderr)
	}
}

// elision stands, in output that a document shows, for any lines where it is a line of its own, and for any text within
// a line.
const elision = "..."

// shownAs is the pattern of output that a document shows as text.
func shownAs(text string) *regexp.Regexp {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == elision {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		line = strings.ReplaceAll(regexp.QuoteMeta(strings.TrimRight(line, " \n")), regexp.QuoteMeta(elision), ".*")
		pattern.WriteString(line + ` *\n`)
	}
	pattern.WriteString(`\z`)
	return regexp.MustCompile(pattern.String())
}

func TestShownOutput(t *testing.T) {
	for _, test := range []struct {
		shown, printed string
		want           bool
	}{
		{"a\nb\n", "a\nb\n", true},
		{"a  \nb\n", "a\nb  \n", true}, // spaces at the end are not seen
		{"a\nb\n", "a\nb\nc\n", false},
		{"b\n", "a\nb\n", false},
		{"a\n...\nd\n", "a\nb\nc\nd\n", true},
		{"a\n...\nb\n", "a\nb\n", true},
		{"a\n...\n", "a\nb\n", true},
		{"a\n...\nc\n", "a\nb\n", false},
		{"port ... of x\n", "port 4711 of x\n", true},
		{"port ... of x\n", "port 4711 of y\n", false},
		{"a.c\n", "abc\n", false},
	} {
		require.Equal(t, test.want, shownAs(test.shown).MatchString(test.printed), "%q shows %q", test.shown, test.printed)
	}
}
