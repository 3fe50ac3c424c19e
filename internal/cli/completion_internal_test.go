package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
)

// TestEveryFlagWithAValueIsCompleted holds that for each flag it is decided what a shell proposes: words, files, or
// nothing.
func TestEveryFlagWithAValueIsCompleted(t *testing.T) {
	root := newRoot()
	addCompletions(root)
	flags := 0
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			continue
		}
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.Value.Type() == "bool" {
				return
			}
			flags++
			_, is := cmd.GetFlagCompletionFunc(flag.Name)
			assert.True(t, is, "cloison %s --%s: name it in flagCompletions", cmd.Name(), flag.Name)
		})
	}
	assert.Greater(t, flags, 20)
}

// TestProposedWordsAreAccepted runs commands with each word that is proposed for a flag.
func TestProposedWordsAreAccepted(t *testing.T) {
	for _, flag := range []struct{ command, name string }{
		{"check", "output"}, {"check", "fail-on"}, {"check", "group"}, {"check", "load-restrictor"}, {"check", "code"},
		{"explain", "output"}, {"diff", "output"}, {"diff", "fail-on"}, {"incident", "output"}, {"render", "fail-on"},
	} {
		root := newRoot()
		addCompletions(root)
		cmd, _, err := root.Find([]string{flag.command})
		assert.NoError(t, err)
		propose, is := cmd.GetFlagCompletionFunc(flag.name)
		if !assert.True(t, is, flag) {
			continue
		}
		proposed, directive := propose(cmd, nil, "")
		assert.Equal(t, cobra.ShellCompDirectiveNoFileComp, directive)
		assert.Greater(t, len(proposed), 1, flag)
		for _, word := range proposed {
			assertAccepted(t, flag.command, flag.name, word)
		}
	}
}

// assertAccepted demands that a command says nothing against a word.
func assertAccepted(t *testing.T, command, flag, word string) {
	t.Helper()
	word, _, _ = strings.Cut(word, "\t")
	var out, stderr bytes.Buffer
	Run([]string{"cloison", command, "--" + flag, word, "nowhere", "nowhere"}, strings.NewReader(""), &out, &stderr)
	assert.NotContains(t, stderr.String(), "--"+flag, word)
}
