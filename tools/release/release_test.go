package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-licenses/v2/licenses"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallSource is a clone with a commit that has everything a release is made of, and programs that print their
// version and the image of the runtime.
func smallSource(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, program := range programs() {
		write(t, folder, "cmd/"+program+"/main.go", "package main\n\nimport \"cloison.dev/cloison/internal/version\"\n\n"+
			"func main() { version.Print() }\n")
	}
	for name, content := range map[string]string{
		"go.mod": "module cloison.dev/cloison\n\ngo 1.26.0\n",
		"internal/version/version.go": "package version\n\nconst Number = \"1.2.3\"\n\n" +
			"var build, runtimeImage string\n\nfunc Print() { print(build, \" \", runtimeImage) }\n",
		"internal/schema/segregation.schema.json":    "{}",
		"kustomization/generate/segregation.yaml":    "image: cloison-sync\n",
		"kustomization/sync/base/kustomization.yaml": "resources:\n- runtime.yaml\n",
		"kustomization/sync/base/runtime.yaml":       "spec:\n  image: cloison-sync\n",
		"README.md":                                  "read me\n",
		".gitignore":                                 "/ignored.go\n",
		"removed.go":                                 "package cloison\n",
		"CHANGELOG.md": "# Changelog\n\n## [1.2.3] - 2026-11-30\n\n- New.\n\n" +
			"## [1.2.2] - 2026-11-01\n\n- Old.\n",
		"inside/go.mod": "module cloison.dev/cloison/inside\n",
	} {
		write(t, folder, name, content)
	}
	images, err := filepath.Abs("../images")
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(folder, "tools"), 0o755))
	require.NoError(t, os.Symlink(images, filepath.Join(folder, "tools", "images")))
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "First",
			"--date", "2026-11-30T12:00:00Z"},
	} {
		command := exec.Command("git", append([]string{"-C", folder}, args...)...)
		command.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-11-30T12:00:00Z")
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	return folder
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func small() *release {
	return &release{version: "v1.2.3", targets: []target{{runtime.GOOS, runtime.GOARCH}}, stdout: io.Discard}
}

func TestTheSameCommitGivesTheSameBytes(t *testing.T) {
	var found []map[string][]byte
	for range 2 {
		out := filepath.Join(t.TempDir(), "release")
		require.NoError(t, small().run(smallSource(t), out))
		found = append(found, contents(t, out))
	}
	system := runtime.GOOS + "_" + runtime.GOARCH
	var names []string
	for name := range found[0] {
		names = append(names, name)
	}
	assert.ElementsMatch(t, []string{
		"RELEASE_NOTES.md", "SHA256SUMS", "cloison-dev_v1.2.3_" + system + ".cdx.json",
		"cloison-layout_v1.2.3_" + system + ".cdx.json",
		"cloison-sync_v1.2.3_" + system + ".cdx.json", "cloison-sync_v1.2.3_oci.tar", "cloison_v1.2.3_goproxy.tar.gz",
		"cloison_v1.2.3_images.txt", "cloison_v1.2.3_licenses.csv", "cloison_v1.2.3_" + system + ".cdx.json",
		"cloison_v1.2.3_" + system + archiveExtension(), "cloison_v1.2.3_manifests.tar.gz", "cloison_v1.2.3_oci.tar",
		"cloison_v1.2.3_segregation.schema.json",
	}, names)
	for name, content := range found[0] {
		assert.True(t, bytes.Equal(content, found[1][name]), "%s differs", name)
	}
}

// TestARepositoryIsNamedByDigest looks at what names the image of the runtime.
func TestARepositoryIsNamedByDigest(t *testing.T) {
	r := small()
	r.repository, r.downloads = "registry.example.com/team", "https://example.com/files"
	source := smallSource(t)
	write(t, source, "LICENSE", "the licence")
	write(t, source, "new.go", "package cloison\n")
	write(t, source, "ignored.go", "package cloison\n")
	require.NoError(t, os.Remove(filepath.Join(source, "removed.go")))
	out := filepath.Join(t.TempDir(), "release")
	require.NoError(t, r.run(source, out))
	list := strings.Fields(string(contents(t, out)["cloison_v1.2.3_images.txt"]))
	require.Len(t, list, 2)
	assert.Regexp(t, `^registry\.example\.com/team/cloison@sha256:[0-9a-f]{64}$`, list[0])
	image, digest, _ := strings.Cut(list[1], "@")
	assert.Equal(t, "registry.example.com/team/cloison-sync", image)

	manifests := unpacked(t, filepath.Join(out, "cloison_v1.2.3_manifests.tar.gz"))
	assert.Equal(t, map[string]string{
		"cloison_v1.2.3_manifests/kustomization/sync/base/kustomization.yaml": "resources:\n- runtime.yaml\nimages:\n" +
			"- name: cloison-sync\n  newName: " + image + "\n  digest: " + digest + "\n",
		"cloison_v1.2.3_manifests/kustomization/sync/base/runtime.yaml": "spec:\n  image: cloison-sync\n",
	}, manifests)

	name := "cloison_v1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH
	archive := unpacked(t, filepath.Join(out, name+archiveExtension()))
	assert.Equal(t, "the licence", archive[name+"/LICENSE"])
	assert.Contains(t, archive, name+"/licenses/std/LICENSE")
	program := filepath.Join(t.TempDir(), "cloison")
	require.NoError(t, os.WriteFile(program, []byte(archive[name+"/cloison"]), 0o755))
	said, err := exec.Command(program).CombinedOutput()
	require.NoError(t, err)
	assert.Equal(t, "v1.2.3 "+list[1], string(said))

	proxy := unpacked(t, filepath.Join(out, "cloison_v1.2.3_goproxy.tar.gz"))
	assert.Equal(t, "v1.2.3\n", proxy["cloison.dev/cloison/@v/list"])
	assert.Equal(t, `{"Version":"v1.2.3","Time":"2026-11-30T12:00:00Z"}`, proxy["cloison.dev/cloison/@v/v1.2.3.info"])
	zipped := proxy["cloison.dev/cloison/@v/v1.2.3.zip"]
	files, err := zip.NewReader(strings.NewReader(zipped), int64(len(zipped)))
	require.NoError(t, err)
	var names []string
	for _, file := range files.File {
		names = append(names, strings.TrimPrefix(file.Name, ownModule+"@v1.2.3/"))
	}
	assert.Subset(t, names, []string{"go.mod", "cmd/cloison/main.go", "new.go"})
	assert.NotContains(t, names, "inside/go.mod", "another module")
	assert.NotContains(t, names, "ignored.go")
	assert.NotContains(t, names, "removed.go")

	notes := string(contents(t, out)["RELEASE_NOTES.md"])
	assert.Equal(t, "- New.\n\nFiles and checksums: https://example.com/files/v1.2.3/\n", notes)
}

// TestWhatContradictsItselfIsRefused and leaves what there was.
func TestWhatContradictsItselfIsRefused(t *testing.T) {
	const base = "kustomization/sync/base/kustomization.yaml"
	for name, c := range map[string]struct{ version, file, content, want string }{
		"no version": {version: "1.2.3", want: `version "1.2.3" must be a semantic version with a v`},
		"another number": {version: "v1.3.0",
			want: `the version is v1.3.0, but Number in internal/version/version.go is "1.2.3": it must be "1.3.0"`},
		"no entry":           {file: "CHANGELOG.md", want: "CHANGELOG.md must have an entry"},
		"an entry undated":   {file: "CHANGELOG.md", content: "## [1.2.3] - soon\n", want: `and has "soon"`},
		"does not compile":   {file: "cmd/cloison-dev/main.go", content: "package main", want: "build cloison-dev"},
		"images named twice": {file: base, content: "images: []\n", want: base + " has images already"},
	} {
		t.Run(name, func(t *testing.T) {
			source, r := smallSource(t), small()
			r.version, r.repository = cmp.Or(c.version, r.version), "registry.example.com/team"
			if c.file != "" {
				write(t, source, c.file, c.content)
			}
			out := filepath.Join(t.TempDir(), "release")
			write(t, out, "before", "")
			require.ErrorContains(t, r.run(source, out), c.want)
			assert.Equal(t, map[string][]byte{"before": {}}, contents(t, out))
			left, err := os.ReadDir(filepath.Dir(out))
			require.NoError(t, err)
			assert.Len(t, left, 1)
		})
	}
}

func TestAVersionBeforeItsReleaseNeedsNoDate(t *testing.T) {
	const changelog = "## [1.2.3] - unreleased\n\n- New.\n"
	_, err := changes(changelog, "1.2.3", true)
	require.Error(t, err)
	notes, err := changes(changelog, "1.2.3", false)
	require.NoError(t, err)
	assert.Equal(t, "- New.\n", notes)
}

func TestLicences(t *testing.T) {
	cache := t.TempDir()
	write(t, cache, "github.com/!big/thing@v1.2.3/sub/COPYING", "text")
	write(t, cache, "github.com/!big/thing@v1.2.3/sub/NOTICE.txt", "notice")
	write(t, cache, "github.com/!big/thing@v1.2.3/sub/license.go", "package sub")
	found := &licenses.Library{
		LicenseFile: filepath.Join(cache, "github.com/!big/thing@v1.2.3/sub/COPYING"),
		Licenses:    []licenses.License{{Name: "MIT"}, {Name: "Apache-2.0"}},
	}
	made, err := newLibrary(cache, found)
	require.NoError(t, err)
	assert.Equal(t, library{
		module: "github.com/Big/thing", version: "v1.2.3", folder: "github.com/Big/thing/sub",
		licenses: []string{"Apache-2.0", "MIT"},
		texts:    map[string][]byte{"COPYING": []byte("text"), "NOTICE.txt": []byte("notice")},
	}, made)

	found.Licenses = append(found.Licenses, licenses.License{Name: "GPL-3.0"})
	_, err = newLibrary(cache, found)
	require.ErrorContains(t, err, "github.com/Big/thing/sub v1.2.3 has the licence GPL-3.0: it must be one of Apache-2.0")
	_, err = newLibrary(cache, &licenses.Library{Packages: []string{"example.com/none"}})
	require.ErrorContains(t, err, "example.com/none  has no licence that is known: it must be one of Apache-2.0")
}

func archiveExtension() string {
	if runtime.GOOS == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

// contents are the files of a folder.
func contents(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := entriesOf(folder)
	require.NoError(t, err)
	found := map[string][]byte{}
	for _, e := range entries {
		found[e.name] = e.content
	}
	return found
}

// unpacked are the files of a compressed tar archive.
func unpacked(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // only read
	plain, err := gzip.NewReader(file)
	require.NoError(t, err)
	return readTar(t, plain)
}

func readTar(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	found := map[string]string{}
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		found[header.Name] = string(content)
	}
}
