package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// changed is a repository whose branch main has the base of testdata/differences, and whose checkout one of the cases.
func changed(t *testing.T, name string) string {
	t.Helper()
	workspace := t.TempDir()
	deploy := filepath.Join(workspace, "deploy")
	require.NoError(t, os.Mkdir(deploy, 0o755))
	put := func(from string) {
		text, err := os.ReadFile(filepath.Join(root, "testdata", "differences", from))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(deploy, "all.yaml"), text, 0o600))
	}
	put("base.yaml")
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"commit", "-q", "-m", "base"}} {
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Dir = workspace
		output, err := cmd.CombinedOutput()
		require.NoError(t, err, string(output))
	}
	put(filepath.Join(name, "head.yaml"))
	return workspace
}

// gh is a program in the place of GitHub's, which writes what it is called with, and answers with ids of comments.
func gh(t *testing.T, ids string) (calls func() string) {
	t.Helper()
	folder := t.TempDir()
	log := filepath.Join(folder, "calls")
	script := "#!/bin/sh\necho \"$GH_TOKEN $*\" >>'" + log + "'\n" +
		"case \"$*\" in *--paginate*) printf '" + ids + "' ;; *) for a in \"$@\"; do case \"$a\" in body=@*) cat \"${a#body=@}\" >>'" +
		log + "' ;; esac; done ;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gh"), []byte(script), 0o700))
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return func() string {
		text, err := os.ReadFile(log)
		if os.IsNotExist(err) {
			return ""
		}
		require.NoError(t, err)
		return string(text)
	}
}

func TestWhatAPullRequestAllowsIsInTheSummary(t *testing.T) {
	inputs := map[string]string{"program": onPath(t), "paths": "deploy", "fail-on": "never", "diff-base": "main", "diff-path": "deploy"}
	got := run(t, changed(t, "new-role"), inputs)
	assert.Equal(t, 0, got.exitCode, "it only tells: %s", got.log)
	assert.Contains(t, got.summary, "### Cloison: access grows: 3 more, 0 less, 1 new finding")
	assert.Equal(t, "0", got.outputs["diff-exit-code"])

	inputs["diff-fail-on"] = "more"
	assert.Equal(t, 1, run(t, changed(t, "new-role"), inputs).exitCode)
	assert.Equal(t, 0, run(t, changed(t, "narrowed"), inputs).exitCode)
}

func TestWhatCannotBeComparedFailsTheJob(t *testing.T) {
	got := run(t, changed(t, "narrowed"), map[string]string{
		"program": onPath(t), "paths": "deploy", "fail-on": "never", "diff-base": "nowhere", "diff-path": "deploy",
	})
	assert.Equal(t, 3, got.exitCode, got.log)
	assert.Contains(t, got.log, `the repository has no revision "nowhere"`)
	assert.Contains(t, got.summary, "### Cloison: what changes could not be said (exit code 3)")
}

func TestACommentIsWrittenOnceAndThenWrittenAnew(t *testing.T) {
	inputs := map[string]string{"program": onPath(t), "paths": "deploy", "fail-on": "never", "diff-base": "main", "diff-path": "deploy",
		"comment-token": "made-up"}
	env := []string{"GITHUB_REF=refs/pull/7/merge", "GITHUB_REPOSITORY=team/shop"}
	calls := gh(t, "")
	got := run(t, changed(t, "narrowed"), inputs, env...)
	require.Equal(t, 0, got.exitCode, got.log)
	assert.Contains(t, calls(), "made-up api --method POST repos/team/shop/issues/7/comments -F body=@")
	assert.Contains(t, calls(), "<!-- cloison diff -->\n### Cloison: access does not grow: 0 more, 3 less")
	assert.NotContains(t, got.log, "made-up")

	calls = gh(t, "41\\n42\\n")
	run(t, changed(t, "narrowed"), inputs, env...)
	assert.Contains(t, calls(), "api --method PATCH repos/team/shop/issues/comments/41 -F body=@")

	calls = gh(t, "")
	got = run(t, changed(t, "narrowed"), inputs, "GITHUB_REF=refs/heads/main", "GITHUB_REPOSITORY=team/shop")
	assert.Empty(t, calls())
	assert.True(t, strings.HasPrefix(got.commands[0], "::warning title=cloison::no comment was written"), got.commands)
}
