package wholefile_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/wholefile"
)

// in makes a folder that has the files the working folder.
func in(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	}
}

// holds fails where the working folder has other files than want, hidden ones included.
func holds(t *testing.T, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	got := map[string]string{}
	for _, e := range entries {
		content, err := os.ReadFile(e.Name())
		require.NoError(t, err)
		got[e.Name()] = string(content)
	}
	assert.Equal(t, want, got)
}

func TestAFileIsCreatedAndNeverReplaced(t *testing.T) {
	in(t, map[string]string{"old": "old", "folder/a": ""})
	require.NoError(t, wholefile.Create("new", []byte("new")))
	require.ErrorContains(t, wholefile.Create("old", []byte("new")), `"old": file exists`)
	require.ErrorContains(t, wholefile.Create("new", []byte("newer")), `"new": file exists`)
	require.ErrorContains(t, wholefile.Create("folder", []byte("new")), `"folder" must be a regular file`)
	require.ErrorContains(t, wholefile.Create("nowhere/new", []byte("new")), `"nowhere": no such file`)
	for name, want := range map[string]string{"new": "new", "old": "old"} {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, want, string(content))
	}
	info, err := os.Stat("new")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o644), info.Mode().Perm())
}

func TestAFileIsMadeOrReplaced(t *testing.T) {
	for name, test := range map[string]struct {
		before map[string]string
		mode   os.FileMode
	}{
		"made, for others to read":    {nil, 0o644},
		"replaced, with its own mode": {map[string]string{"a": "old"}, 0o600},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.before)
			changed, err := wholefile.Write(t.Context(), "a", []byte("new"))
			require.NoError(t, err)
			assert.True(t, changed)
			holds(t, map[string]string{"a": "new"})
			info, err := os.Stat("a")
			require.NoError(t, err)
			assert.Equal(t, test.mode, info.Mode())
		})
	}
}

func TestAFileWithTheContentIsLeftAlone(t *testing.T) {
	in(t, map[string]string{"a": "same"})
	before, err := os.Stat("a")
	require.NoError(t, err)
	changed, err := wholefile.Write(t.Context(), "a", []byte("same"))
	require.NoError(t, err)
	assert.False(t, changed)
	after, err := os.Stat("a")
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, before.Mode(), after.Mode())
}

func TestAReaderThatHasTheOldFileOpenKeepsIt(t *testing.T) {
	in(t, map[string]string{"a": "old"})
	open, err := os.Open("a")
	require.NoError(t, err)
	defer open.Close() //nolint:errcheck // only read
	_, err = wholefile.Write(t.Context(), "a", []byte("new"))
	require.NoError(t, err)
	content := make([]byte, 3)
	_, err = open.Read(content)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
}

func TestNothingIsReplacedOnceTheContextIsDone(t *testing.T) {
	in(t, map[string]string{"a": "old"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	changed, err := wholefile.Write(ctx, "a", []byte("new"))
	require.EqualError(t, err, `write "a": context canceled`)
	assert.False(t, changed)
	holds(t, map[string]string{"a": "old"})
}

func TestWhatIsNoFileIsNeverReplaced(t *testing.T) {
	tests := map[string]struct{ name, want string }{
		"a folder":                    {"folder", `"folder" must be a regular file, and is a folder`},
		"a link to a folder":          {"to-folder", `"to-folder" must be a regular file, and is a symbolic link`},
		"a link to a file":            {"to-file", `"to-file" must be a regular file, and is a symbolic link`},
		"a link to nothing":           {"to-nothing", `"to-nothing" must be a regular file, and is a symbolic link`},
		"a device":                    {os.DevNull, `"` + os.DevNull + `" must be a regular file, and is none`},
		"a folder that is missing":    {"nowhere/a", `"nowhere": no such file or directory`},
		"a file in what is no folder": {"folder/b/a", `"folder/b/a": not a directory`},
		"a missing folder by itself":  {"new/", `"new": no such file or directory`},
		"nothing":                     {"", `"" must name a file`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, map[string]string{"folder/b": "old"})
			require.NoError(t, os.Symlink("folder", "to-folder"))
			require.NoError(t, os.Symlink("folder/b", "to-file"))
			require.NoError(t, os.Symlink("gone", "to-nothing"))
			require.EqualError(t, wholefile.Check(test.name), test.want)
			changed, err := wholefile.Write(t.Context(), test.name, []byte("new"))
			require.EqualError(t, err, test.want)
			assert.False(t, changed)
			content, err := os.ReadFile("to-file")
			require.NoError(t, err)
			assert.Equal(t, "old", string(content))
		})
	}
}

func TestAFolderThatTakesNoFilesIsSaid(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes anywhere")
	}
	in(t, map[string]string{"folder/a": "old"})
	require.NoError(t, os.Chmod("folder", 0o500))
	_, err := wholefile.Write(t.Context(), "folder/a", []byte("new"))
	require.EqualError(t, err, `"folder": permission denied`)
}

func TestAFileForItsOwnerAloneIsMadeOrReplaced(t *testing.T) {
	in(t, nil)
	first, err := wholefile.WriteOwn("a", []byte("old"))
	require.NoError(t, err)
	require.NoError(t, os.Chmod("a", 0o644))
	second, err := wholefile.WriteOwn("a", []byte("new"))
	require.NoError(t, err)

	holds(t, map[string]string{"a": "new"})
	there, err := os.Stat("a")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), there.Mode())
	assert.True(t, os.SameFile(second, there), "the file that was written")
	assert.Equal(t, second.ModTime(), there.ModTime())
	assert.False(t, os.SameFile(first, there), "it is another file, as readers of the old one keep it")

	_, err = wholefile.WriteOwn("gone/a", []byte("new"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
