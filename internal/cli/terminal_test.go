package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/testkit"
)

// planted is what must not come out as it is: an escape sequence of seven and one of eight bits, a carriage return, a
// delete, the start of another line, a bidirectional override, a zero-width space and a tag beyond 16 bits.
const planted = "x\x1b[31m\u009b2J\r\x7f\u0085\nforged\u202e\u200b\U000e0001"

// form is what a command writes to standard output.
type form int

const (
	// textForm is for people: all of it is printable, and the input makes up no line.
	textForm form = iota
	// escapedForm is for programs, and has what is not printable as escapes.
	escapedForm
	// manifestForm passes objects on, in which format characters, as emoji have them, stay what they are.
	manifestForm
)

// showing are the commands that say something of manifests on standard input.
func showing() []command {
	return []command{
		{textForm, []string{"check", "-"}}, {escapedForm, []string{"check", "-o", "json"}},
		{escapedForm, []string{"check", "-o", "sarif"}},
		{escapedForm, []string{"check", "-o", "junit"}}, {textForm, []string{"explain"}},
		{textForm, []string{"explain", "-o", "mermaid"}},
		{textForm, []string{"diff", "-", "testdata/terminal/manifests.yaml"}},
		{escapedForm, []string{"diff", "-o", "json", "-", "testdata/terminal/manifests.yaml"}},
		{textForm, []string{"incident", "shop-api", "-"}}, {textForm, []string{"explain", "--from", "shop-api", "--to", "internet"}},
		{textForm, []string{"explain", "-o", "dot"}}, {escapedForm, []string{"explain", "-o", "json"}},
		{manifestForm, []string{"import", "-"}}, {textForm, []string{"inventory", "-f", "-"}}, {manifestForm, nil},
	}
}

type command struct {
	form form
	args []string
}

// TestNothingOfAnInputCommandsATerminal plants in every text of manifests, one at a time, and looks at all that is
// printed.
func TestNothingOfAnInputCommandsATerminal(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	noScaleway(t)
	runs := 0
	for _, file := range []string{"testdata/terminal/manifests.yaml", "testdata/terminal/refused.yaml"} {
		manifests, err := os.ReadFile(file)
		require.NoError(t, err)
		for i, poisoned := range poisonings(t, string(manifests)) {
			for n, c := range showing() {
				if (i+n)%3 != 0 {
					continue // each text meets a third of the commands, each command a third of the texts
				}
				input := poisoned
				if len(c.args) == 0 {
					input = asList(poisoned)
				}
				got := runWith(input, c.args...)
				isPlain(t, got.stderr, command{textForm, c.args}, poisoned)
				isPlain(t, got.stdout, c, poisoned)
				runs++
				if t.Failed() {
					return
				}
			}
		}
	}
	assert.Equal(t, 2110, runs, "the number of runs is part of the test")
}

func TestNothingOfTheArgumentsCommandsATerminal(t *testing.T) {
	noScaleway(t)
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a"+strings.ReplaceAll(planted, "/", ""), []byte("a: ["), 0o600))
	for _, args := range [][]string{
		{planted}, {"--" + planted}, {"-" + planted}, {"check", planted}, {"check", "a" + planted},
		{"check", "-o", planted, "-"},
		{"check", "--fail-on", planted}, {"check", "--load-restrictor=" + planted}, {"explain", planted},
		{"explain", "-o", planted},
		{"import", planted}, {"import", "--name", planted, "-"}, {"inventory", planted}, {"inventory", "-f", planted},
		{"inventory", "-f", "-", "--write", planted}, {"inventory", "--timeout", planted},
		{"inventory", "--profile", planted, "-f", "-"},
		{"kustomize-plugin", planted}, {"kustomize-plugin", planted, planted}, {"schema", planted},
		{"version", planted},
		{"render", planted}, {"render", "--fail-on", planted, "-"}, {"argocd-plugin", planted},
		{"completion", planted}, {"help", planted},
	} {
		got := runWith("", args...)
		isPlain(t, got.stderr, command{textForm, args}, "")
		isPlain(t, got.stdout, command{textForm, args}, "")
	}
}

// noScaleway takes away what could lead to Scaleway.
func noScaleway(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "SCW_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("SCW_CONFIG_PATH", filepath.Join(t.TempDir(), "none.yaml"))
}

// isPlain requires of an output what its form says.
func isPlain(t *testing.T, output string, c command, input string) {
	t.Helper()
	for _, r := range output {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) && (c.form != manifestForm || unicode.IsControl(r)) {
			assert.Fail(t, "not printable", "%U of %q in\n%q\nfor\n%s", r, c.args, output, input)
			return
		}
	}
	if c.form == textForm && strings.Contains(output, "\nforged") {
		assert.Fail(t, "another line", "%q in\n%s\nfor\n%s", c.args, output, input)
	}
}

// poisonings are manifests with something planted, each time in another text: a key, a value or a comment.
func poisonings(t *testing.T, manifests string) []string {
	t.Helper()
	var documents []*yaml.Node
	for text := range strings.SplitSeq(manifests, "\n---\n") {
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &document))
		documents = append(documents, document.Content[0])
	}
	write := func() string {
		var texts []string
		for _, document := range documents {
			text, err := yaml.String(document)
			require.NoError(t, err)
			texts = append(texts, text)
		}
		return strings.Join(texts, "---\n")
	}
	var found []string
	var visit func(*yaml.Node)
	visit = func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode {
			before := *node
			node.SetString(node.Value + planted)
			node.Style = yaml.DoubleQuotedStyle
			found = append(found, write())
			*node = before
		}
		for _, content := range node.Content {
			visit(content)
		}
	}
	for _, document := range documents {
		visit(document)
	}
	return found
}

// asList is a ResourceList of manifests.
func asList(manifests string) string {
	var list strings.Builder
	list.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for text := range strings.SplitSeq(manifests, "---\n") {
		fmt.Fprintf(&list, "- %s\n", strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  "))
	}
	return list.String()
}
