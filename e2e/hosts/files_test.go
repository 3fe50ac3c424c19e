package hosts

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// files are the contents of files by their path below a folder, with slashes.
type files map[string]string

// folder writes the files to a new folder of the test.
func folder(t *testing.T, content files) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, content)
	return dir
}

func write(t *testing.T, dir string, content files) {
	t.Helper()
	for name, text := range content {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
}

// read is the opposite of write.
func read(t *testing.T, dir string) files {
	t.Helper()
	content := files{}
	require.NoError(t, filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, file)
		content[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return content
}

// requireFiles compares file by file, so that a failure shows only what differs.
func requireFiles(t *testing.T, want, got files) {
	t.Helper()
	require.Equal(t, want.names(), got.names(), "the names of the files")
	for name := range want {
		require.Equalf(t, want[name], got[name], "the content of %s", name)
	}
}

func (f files) names() []string {
	return slices.Sorted(maps.Keys(f))
}

// with returns a copy that holds the other files too.
func (f files) with(others files) files {
	union := maps.Clone(f)
	maps.Copy(union, others)
	return union
}

// edit replaces the one place of a file where old stands.
func edit(t *testing.T, dir, name, old, replacement string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	write(t, dir, files{name: replaceOnce(t, string(text), old, replacement)})
}

func replaceOnce(t *testing.T, text, old, replacement string) string {
	t.Helper()
	require.Equalf(t, 1, strings.Count(text, old), "times that %q stands in:\n%s", old, text)
	return strings.Replace(text, old, replacement, 1)
}

func executable(t *testing.T, file string) {
	t.Helper()
	require.NoError(t, os.Chmod(file, 0o700))
}
