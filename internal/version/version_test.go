package version_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/version"
)

func TestABuildOfDevelopers(t *testing.T) {
	assert.Empty(t, version.RuntimeImage())
	assert.Equal(t, "v"+version.Number+"-dev", version.Build())
	assert.Regexp(t, `^cloison v`+regexp.QuoteMeta(version.Number)+`-dev \([a-z0-9]+/[a-z0-9]+, go1[^)]+\)\n$`,
		version.Line("cloison"))
}

// TestAReleaseNamesItsVersionAndItsImage links a program as a release is: the flag of the linker says nothing where it
// names no variable.
func TestAReleaseNamesItsVersionAndItsImage(t *testing.T) {
	program := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(program, []byte(`package main

import "cloison.dev/cloison/internal/version"

func main() { print(version.Build(), " ", version.RuntimeImage()) }
`), 0o600))
	overlaid := filepath.Join(t.TempDir(), "overlay.json")
	here, err := filepath.Abs("testdata/print/main.go")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlaid, []byte(`{"Replace": {"`+here+`": "`+program+`"}}`), 0o600))
	const image = "registry.example.com/cloison-sync@sha256:0"
	out, err := exec.Command("go", "run", "-overlay", overlaid,
		"-ldflags", "-X cloison.dev/cloison/internal/version.runtimeImage="+image+
			" -X cloison.dev/cloison/internal/version.build=v1.2.3-rc.1", here).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "v1.2.3-rc.1 "+image, string(out))
}
