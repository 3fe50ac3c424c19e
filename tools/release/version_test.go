package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVersionComesFromGit runs hack/version, which make asks, in a small clone.
func TestVersionComesFromGit(t *testing.T) {
	script, err := os.ReadFile("../../hack/version")
	require.NoError(t, err)
	source := smallSource(t)
	write(t, source, "hack/version", string(script))
	version := func() string {
		said, err := exec.Command("sh", filepath.Join(source, "hack", "version")).CombinedOutput()
		require.NoError(t, err, "%s", said)
		return strings.TrimSpace(string(said))
	}
	git := func(args ...string) string {
		of := []string{"-C", source, "-c", "user.name=a", "-c", "user.email=a@example.com"}
		said, err := exec.Command("git", append(of, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", said)
		return strings.TrimSpace(string(said))
	}
	commit := "v1.2.3-dev.g" + git("rev-parse", "--short=12", "HEAD")
	assert.Equal(t, commit+".modified", version())

	git("add", ".")
	git("commit", "--quiet", "--message", "Second")
	commit = "v1.2.3-dev.g" + git("rev-parse", "--short=12", "HEAD")
	assert.Equal(t, commit, version())
	git("tag", "v1.2.3-rc.1")
	git("tag", "v1.2.3")
	git("tag", "other")
	assert.Equal(t, "v1.2.3", version())

	write(t, source, "README.md", "changed\n")
	assert.Equal(t, commit+".modified", version())

	require.NoError(t, os.RemoveAll(filepath.Join(source, ".git")))
	assert.Equal(t, "v1.2.3-dev", version())
	around := exec.Command("git", "init", "--quiet", filepath.Dir(source))
	require.NoError(t, around.Run())
	assert.Equal(t, "v1.2.3-dev", version(), "the clone around it is of something else")
}
