// Package testkit has what tests of several packages share: golden files, and seeds of random tests. It knows nothing
// of Cloison; package manifests inside of it does. Only tests may import the two.
package testkit

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what tests compare with golden files into "+
	"these; the tests fail all the same")

// Updating reports whether -update is given. It fails the test then, so that a run that rewrites its expectations never
// passes.
func Updating(t testing.TB) bool {
	t.Helper()
	if *update {
		t.Errorf("golden files are written: look at the difference, then run without -update")
	}
	return *update
}

// Golden compares got with the content of a file, byte for byte. With -update it writes the file instead, and fails.
func Golden(t testing.TB, path, got string) {
	t.Helper()
	if Updating(t) {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644)) //nolint:gosec // all may read it
		return
	}
	assert.Equal(t, Read(t, path), got, "%s; to accept the change, run the test with -update", path)
}

// Read is the content of a file. The elements of its path are joined.
func Read(t testing.TB, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(content)
}

// Files lists the files and folders that match a pattern of [filepath.Glob], sorted. There must be count of them
// at least: a pattern that finds fewer would leave cases out, and nothing else would fail.
func Files(t testing.TB, pattern string, count int) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(found), count, "the number of files that match %s is part of the test", pattern)
	return found
}

// Each runs a test for each of the files and folders that [Files] lists, by their last names.
func Each(t *testing.T, pattern string, count int, test func(t *testing.T, path string)) {
	t.Helper()
	for _, path := range Files(t, pattern, count) {
		t.Run(filepath.Base(path), func(t *testing.T) { test(t, path) })
	}
}

// Root is the root of the repository, relative to the folder of the package under test.
func Root(t testing.TB) string {
	t.Helper()
	for root := "."; ; root = filepath.Join("..", root) {
		if _, err := os.Stat(filepath.Join(root, "testdata", "cases")); err == nil {
			return root
		}
		folder, err := filepath.Abs(root)
		require.NoError(t, err)
		require.NotEqual(t, "/", folder, "the test must run inside of the repository")
	}
}
