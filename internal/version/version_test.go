package version_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/version"
)

// TestAReleaseNamesItsImage links a program as a release is: the flag of the linker says nothing where it names no
// variable.
func TestAReleaseNamesItsImage(t *testing.T) {
	assert.Empty(t, version.RuntimeImage(), "a build of developers has none")
	program := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(program, []byte(`package main

import "cloison.dev/cloison/internal/version"

func main() { print(version.RuntimeImage()) }
`), 0o600))
	overlaid := filepath.Join(t.TempDir(), "overlay.json")
	here, err := filepath.Abs("testdata/print/main.go")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlaid, []byte(`{"Replace": {"`+here+`": "`+program+`"}}`), 0o600))
	const image = "registry.example.com/cloison-sync@sha256:0"
	out, err := exec.Command("go", "run", "-overlay", overlaid,
		"-ldflags", "-X cloison.dev/cloison/internal/version.runtimeImage="+image, here).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, image, string(out))
}
