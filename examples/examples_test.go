// Package examples_test builds every example with the real kustomize and compares the result with the committed one.
package examples_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
)

const (
	kustomizationFile = "kustomization.yaml"
	expectedFile      = "expected.yaml"
	toolsModule       = "../tools/kustomize"
)

// TestKustomize runs the real kustomize, which takes a while to build.
func TestKustomize(t *testing.T) {
	kustomize := newKustomize(t)
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) { kustomize.compare(t, example) })
	}
	t.Run("refuses one namespace for all", kustomize.refusesOneNamespace)
	t.Run("refuses patches that come too late", kustomize.refusesLatePatches)
}

// compare compares an example byte for byte with its committed output.
func (k kustomize) compare(t *testing.T, example string) {
	got, messages, err := k.build(t, example)
	require.NoError(t, err, messages)
	testkit.Golden(t, filepath.Join(example, expectedFile), string(got))
}

// refusesOneNamespace shows what the README of Trackdéchets warns of: "namespace:" in a kustomization above an overlay.
func (k kustomize) refusesOneNamespace(t *testing.T) {
	above := t.TempDir()
	overlay := relative(t, above, "trackdechets/overlays/production")
	write(t, above, "namespace: everything\nresources: ["+overlay+"]\n")

	got, messages, err := k.build(t, above)
	require.Error(t, err)
	assert.Empty(t, string(got))
	assert.Contains(t, messages, "namespace transformation produces ID conflict")
}

// refusesLatePatches shows why Cloison runs in the overlays: had the base been expanded already, their patches of the
// Segregation would change nothing. The validator of the overlay notices.
func (k kustomize) refusesLatePatches(t *testing.T) {
	base, overlay := t.TempDir(), t.TempDir()
	example := relative(t, base, "trackdechets")
	write(t, base, "resources: ["+example+"/base]\ntransformers: ["+example+"/cloison/expand]\n")
	patch, err := os.ReadFile("trackdechets/overlays/production/segregation.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(overlay, "segregation.yaml"), patch, 0o600))
	fromOverlay, err := filepath.Rel(overlay, base)
	require.NoError(t, err)
	write(t, overlay, "resources: ["+fromOverlay+"]\npatches: [{path: segregation.yaml}]\nvalidators: ["+
		relative(t, overlay, "trackdechets/cloison/validate")+"]\n")

	got, messages, err := k.build(t, overlay)
	require.Error(t, err)
	assert.Empty(t, string(got))
	assert.Contains(t, messages, "error CLS-K007 SecretStore trackdechets-frontend/frontend-secretstore "+
		"spec.provider.scaleway.projectId")
}

func write(t *testing.T, folder, kustomization string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, kustomizationFile), []byte(kustomization), 0o600))
}

// examples lists the folders with an expected.yaml. One without a kustomization beside it, or none at all, is a
// mistake.
func examples(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Base(path) == expectedFile {
			assert.FileExists(t, filepath.Join(filepath.Dir(path), kustomizationFile))
			found = append(found, filepath.Dir(path))
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, found, "no example has an %s", expectedFile)
	return found
}

// kustomize runs the kustomize that tools/kustomize pins, with this repository's cloison on its PATH.
type kustomize struct {
	programs string
}

func newKustomize(t *testing.T) kustomize {
	t.Helper()
	k := kustomize{programs: t.TempDir()}
	goBuild(t, "..", k.program("cloison"), "./cmd/cloison")
	goBuild(t, toolsModule, k.program("kustomize"), "sigs.k8s.io/kustomize/kustomize/v5")
	return k
}

func (k kustomize) program(name string) string { return filepath.Join(k.programs, name) }

// build returns what kustomize prints, and what it and the functions have to say.
func (k kustomize) build(t *testing.T, folder string) (manifests []byte, messages string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	build := exec.CommandContext(t.Context(), k.program("kustomize"), "build", "--enable-alpha-plugins",
		"--enable-exec", folder)
	build.Env = append(os.Environ(), "PATH="+k.programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	build.Stdout, build.Stderr = &stdout, &stderr
	err = build.Run()
	return stdout.Bytes(), stderr.String(), err
}

func goBuild(t *testing.T, module, output, pkg string) {
	t.Helper()
	build := exec.CommandContext(t.Context(), "go", "-C", module, "build", "-o", output, pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	messages, err := build.CombinedOutput()
	require.NoError(t, err, "build %s: %s", pkg, messages)
}

// relative returns the path of an example as seen from folder, the only form that kustomize takes.
func relative(t *testing.T, folder, example string) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(folder)
	require.NoError(t, err)
	here, err := os.Getwd()
	require.NoError(t, err)
	here, err = filepath.EvalSymlinks(here)
	require.NoError(t, err)
	path, err := filepath.Rel(folder, filepath.Join(here, example))
	require.NoError(t, err)
	return path
}

// TestNoSecretValues holds that no example carries a Secret, or a kustomization that would make one.
func TestNoSecretValues(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		content, err := os.ReadFile(path)
		lines := strings.Split(string(content), "\n")
		assert.False(t, slices.Contains(lines, "kind: Secret"), path)
		assert.NotContains(t, string(content), "secretGenerator", path)
		return err
	})
	require.NoError(t, err)
}
