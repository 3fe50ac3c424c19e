package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/testkit"
)

// TestDifferences compares what is said of typical pull requests, in every form, twice. A case is a folder beside base.yaml
// with head.yaml as the pull request leaves it.
func TestDifferences(t *testing.T) {
	heads, err := filepath.Glob("../../testdata/differences/*/head.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, heads)
	for _, head := range heads {
		folder := filepath.Dir(head)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Chdir(filepath.Dir(folder))
			for form, file := range map[string]string{"text": "expected.txt", "markdown": "expected.md", "json": "expected.json"} {
				name := filepath.Base(folder)
				first, code := diff(t, form, name)
				second, _ := diff(t, form, name)
				assert.Equal(t, first, second)
				assert.Equal(t, map[bool]int{true: 0, false: 1}[name == "narrowed"], code, "exit code")
				assert.NotContains(t, first, "canary")
				testkit.Golden(t, filepath.Join(name, file), first)
			}
		})
	}
}

func diff(t *testing.T, form, name string) (stdout string, code int) {
	t.Helper()
	var out, errors bytes.Buffer
	code = cli.Run([]string{"cloison", "diff", "-o", form, "base.yaml", name + "/head.yaml"}, strings.NewReader(""), &out, &errors)
	assert.Empty(t, errors.String())
	return out.String(), code
}

// TestTheSameIsNoDifference compares manifests with themselves in files of other names and another order.
func TestTheSameIsNoDifference(t *testing.T) {
	base, err := os.ReadFile("../../testdata/differences/base.yaml")
	require.NoError(t, err)
	documents := strings.Split(string(base), "\n---\n")
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("before", 0o755))
	require.NoError(t, os.MkdirAll("after/moved", 0o755))
	require.NoError(t, os.WriteFile("before/all.yaml", base, 0o600))
	for i := range documents {
		name := filepath.Join("after/moved", string(rune('z'-i))+".yaml")
		require.NoError(t, os.WriteFile(name, []byte("# moved\n\n"+documents[i]), 0o600))
	}
	var out, errors bytes.Buffer
	code := cli.Run([]string{"cloison", "diff", "before", "after"}, strings.NewReader(""), &out, &errors)
	assert.Equal(t, 0, code)
	assert.Equal(t, "access does not grow: nothing changes\n", out.String())
}
