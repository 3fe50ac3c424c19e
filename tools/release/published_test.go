package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// published is what "make release-host" wrote: these tests are of the real programs.
const published = "../../dist/release"

// versionPublished is that of the files.
func versionPublished(t *testing.T) string {
	t.Helper()
	lists, err := filepath.Glob(filepath.Join(published, "cloison_*_images.txt"))
	require.NoError(t, err)
	require.Len(t, lists, 1, "run make release-host")
	version := strings.TrimPrefix(filepath.Base(lists[0]), "cloison_")
	return strings.TrimSuffix(version, "_images.txt")
}

// unpackedHost is the archive for this machine in a folder, whose path it returns.
func unpackedHost(t *testing.T) string {
	t.Helper()
	name := "cloison_" + versionPublished(t) + "_" + runtime.GOOS + "_" + runtime.GOARCH
	path, folder := filepath.Join(published, name+archiveExtension()), t.TempDir()
	if archiveExtension() == ".tar.gz" {
		for file, content := range unpacked(t, path) {
			write(t, folder, file, content)
		}
	} else {
		archive, err := zip.OpenReader(path)
		require.NoError(t, err)
		defer archive.Close() //nolint:errcheck // only read
		require.NoError(t, os.CopyFS(folder, archive))
	}
	for _, program := range programs() {
		require.NoError(t, os.Chmod(filepath.Join(folder, name, program+extension()), 0o755))
	}
	return filepath.Join(folder, name)
}

func extension() string { return target{os: runtime.GOOS}.extension() }

func TestEveryFileHasItsChecksum(t *testing.T) {
	files := contents(t, published)
	sums := string(files[sumsFile])
	delete(files, sumsFile)
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&want, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	assert.Equal(t, want.String(), sums)
}

func TestProgramsTellTheVersion(t *testing.T) {
	folder, version := unpackedHost(t), versionPublished(t)
	for _, program := range []string{"cloison", "cloison-sync"} {
		said, err := exec.Command(filepath.Join(folder, program+extension()), "--version").Output()
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("%s %s (%s/%s, %s)\n", program, version, runtime.GOOS, runtime.GOARCH,
			runtime.Version()), string(said))
	}
	said, err := exec.Command(filepath.Join(folder, "cloison"+extension()), "dev", "scaleway", "--help").Output()
	require.NoError(t, err, "the program that cloison dev runs lies beside it")
	assert.Contains(t, string(said), "cloison dev scaleway")
	assert.FileExists(t, filepath.Join(folder, "README.md"))
	assert.FileExists(t, filepath.Join(folder, "CHANGELOG.md"))
}

// TestBillsListWhatIsLinked compares each with what the linker wrote into the program, and looks for the text of every
// licence in the archive.
func TestBillsListWhatIsLinked(t *testing.T) {
	folder, version := unpackedHost(t), versionPublished(t)
	for _, program := range programs() {
		info, err := buildinfo.ReadFile(filepath.Join(folder, program+extension()))
		require.NoError(t, err)
		want := []string{"std " + info.GoVersion}
		for _, dependency := range info.Deps {
			want = append(want, dependency.Path+" "+dependency.Version)
		}
		bom := bill(t, program, version)
		assert.Equal(t, version, bom.Metadata.Component.Version)
		var listed []string
		for _, component := range *bom.Components {
			listed = append(listed, component.Name+" "+component.Version)
			require.NotNil(t, component.Licenses, component.Name)
			for _, one := range *component.Licenses {
				if taken := chosenOf(component.Name); taken != "" {
					assert.Equal(t, taken, one.License.ID)
					continue
				}
				assert.Contains(t, allowedLicenses(), one.License.ID)
			}
			texts, err := os.ReadDir(filepath.Join(folder, "licenses", filepath.FromSlash(component.Name)))
			require.NoError(t, err)
			assert.NotEmpty(t, texts)
		}
		assert.ElementsMatch(t, want, listed, program)
	}
}

// chosenOf is the licence that was chosen of those that a module offers; empty for a module with one.
func chosenOf(module string) string {
	for _, one := range chosen() {
		if one.module == module {
			return one.license
		}
	}
	return ""
}

func bill(t *testing.T, program, version string) *cyclonedx.BOM {
	t.Helper()
	name := program + "_" + version + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".cdx.json"
	file, err := os.Open(filepath.Join(published, name))
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // only read
	bom := new(cyclonedx.BOM)
	require.NoError(t, cyclonedx.NewBOMDecoder(file, cyclonedx.BOMFileFormatJSON).Decode(bom))
	return bom
}

// TestImagesHaveTheProgramsOfTheArchives and their licences.
func TestImagesHaveTheProgramsOfTheArchives(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("NOT RUN: images are of Linux, and so is the archive that has the same programs")
	}
	folder, version := unpackedHost(t), versionPublished(t)
	list, err := os.ReadFile(filepath.Join(published, "cloison_"+version+"_images.txt"))
	require.NoError(t, err)
	for _, program := range imagePrograms() {
		archive, err := os.ReadFile(filepath.Join(published, program+"_"+version+"_oci.tar"))
		require.NoError(t, err)
		layout := readTar(t, bytes.NewReader(archive))
		var index struct{ Manifests []struct{ Digest string } }
		require.NoError(t, json.Unmarshal([]byte(layout["index.json"]), &index))
		assert.Contains(t, string(list), program+"@"+index.Manifests[0].Digest+"\n")
		content, err := os.ReadFile(filepath.Join(folder, program))
		require.NoError(t, err)
		assert.True(t, hasLayerWith(t, layout, program, string(content)), "an image of this machine's architecture")
	}
}

// hasLayerWith reports whether a layer of the layout has a file with the content, and licences.
func hasLayerWith(t *testing.T, layout map[string]string, name, content string) bool {
	t.Helper()
	for path, blob := range layout {
		plain, err := gzip.NewReader(strings.NewReader(blob))
		if err != nil || !strings.HasPrefix(path, "blobs/") {
			continue // no layer
		}
		files := readTar(t, plain)
		if files[name] == content && files["licenses/std/LICENSE"] != "" {
			return true
		}
	}
	return false
}

func TestKustomizationsOfTheArchiveAreBuilt(t *testing.T) {
	folder := t.TempDir()
	name := "cloison_" + versionPublished(t) + "_manifests"
	kustomizations := 0
	for file, content := range unpacked(t, filepath.Join(published, name+".tar.gz")) {
		write(t, folder, file, content)
	}
	for file, content := range contents(t, folder) {
		if filepath.Base(file) != "kustomization.yaml" || bytes.Contains(content, []byte("\nkind: Component\n")) {
			continue // a component is built as part of what it patches
		}
		kustomizations++
		kustomization := filepath.Join(folder, filepath.Dir(file))
		output, err := exec.Command("../../bin/kustomize", "build", kustomization).CombinedOutput()
		require.NoError(t, err, "%s: %s", file, output)
	}
	assert.NotZero(t, kustomizations)
}
