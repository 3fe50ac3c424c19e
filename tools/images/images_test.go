package main

import (
	"archive/tar"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallModule has programs of the images' names that print what they were built with.
func smallModule(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for file, content := range map[string]string{
		"go.mod": "module cloison.dev/cloison\n\ngo 1.26.0\n",
		"internal/version/version.go": "package version\n\nvar build, runtimeImage string\n\n" +
			"func Line() string { return build + \" image \" + runtimeImage }\n",
		"cmd/cloison/main.go": "package main\n\nimport \"cloison.dev/cloison/internal/version\"\n\n" +
			"func main() { print(version.Line()) }\n",
		"cmd/cloison-sync/main.go": "package main\n\nfunc main() { print(\"sync\") }\n",
	} {
		path := filepath.Join(folder, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return folder
}

// licensed is a folder with the text of a licence.
func licensed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "licenses", "example.com"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "licenses", "example.com", "LICENSE"), []byte("text"), 0o600))
	return folder
}

func images(t *testing.T, b builder) string {
	t.Helper()
	out := t.TempDir()
	require.NoError(t, run(b, out, false, io.Discard))
	return out
}

func small(t *testing.T) builder {
	t.Helper()
	return builder{
		source: smallModule(t), architectures: []string{"amd64", "arm64"}, version: "1.2.3", revision: "abc",
		home: "https://example.com/cloison", repository: "registry.example.com/team", files: licensed(t),
	}
}

// contentOf is everything in a folder by its path.
func contentOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(folder, path)
		found[relative] = string(content)
		return err
	}))
	require.NotEmpty(t, found)
	return found
}

func TestTheSameSourceGivesTheSameBytes(t *testing.T) {
	first, second := contentOf(t, images(t, small(t))), contentOf(t, images(t, small(t)))
	assert.Equal(t, first, second)
}

// pushed pushes the layouts to a registry of this process, and returns what is pulled of an image by its digest.
func pushed(t *testing.T, out, program string) (v1.ImageIndex, v1.Image) {
	t.Helper()
	server := httptest.NewServer(registry.New())
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	written, err := layout.FromPath(filepath.Join(out, "oci", program))
	require.NoError(t, err)
	outer, err := written.ImageIndex()
	require.NoError(t, err)
	manifest, err := outer.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 1)
	require.Equal(t, map[string]string{
		"org.opencontainers.image.ref.name": "1.2.3",
		"io.containerd.image.name":          "registry.example.com/team/" + program + ":1.2.3",
	}, manifest.Manifests[0].Annotations)
	index, err := outer.ImageIndex(manifest.Manifests[0].Digest)
	require.NoError(t, err)
	tag, err := name.NewTag(host + "/" + program + ":v1")
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(tag, index))

	digest, err := name.NewDigest(host + "/" + program + "@" + manifest.Manifests[0].Digest.String())
	require.NoError(t, err)
	pulled, err := remote.Index(digest)
	require.NoError(t, err)
	image, err := remote.Image(digest, remote.WithPlatform(v1.Platform{OS: "linux", Architecture: runtime.GOARCH}))
	require.NoError(t, err)
	return pulled, image
}

// rootOf are the files of an image, and its folders with nothing in them.
func rootOf(t *testing.T, image v1.Image) map[string]*tar.Header {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	content, err := layers[0].Uncompressed()
	require.NoError(t, err)
	defer content.Close() //nolint:errcheck // only read
	found := map[string]*tar.Header{}
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		found[header.Name] = header
	}
}

func TestImagesArePulledFromARegistryByDigest(t *testing.T) {
	b := small(t)
	out := images(t, b)
	for _, program := range programs() {
		t.Run(program, func(t *testing.T) {
			index, image := pushed(t, out, program)
			manifest, err := index.IndexManifest()
			require.NoError(t, err)
			var platforms []string
			for _, m := range manifest.Manifests {
				platforms = append(platforms, m.Platform.OS+"/"+m.Platform.Architecture)
			}
			assert.Equal(t, []string{"linux/amd64", "linux/arm64"}, platforms)

			config, err := image.ConfigFile()
			require.NoError(t, err)
			assert.Equal(t, []string{"/" + program}, config.Config.Entrypoint)
			assert.Equal(t, "65534:65534", config.Config.User)
			assert.Equal(t, "1.2.3", config.Config.Labels["org.opencontainers.image.version"])
			assert.Equal(t, "abc", config.Config.Labels["org.opencontainers.image.revision"])
			assert.Equal(t, "https://example.com/cloison", config.Config.Labels["org.opencontainers.image.source"])
			assert.NotEmpty(t, config.Config.Labels["org.opencontainers.image.description"])
			assert.True(t, config.Created.IsZero())

			files := rootOf(t, image)
			assert.Len(t, files, 9, "%v", files)
			assert.EqualValues(t, 0o644, files["licenses/example.com/LICENSE"].Mode)
			assert.EqualValues(t, len("text"), files["licenses/example.com/LICENSE"].Size)
			assert.EqualValues(t, 0o755, files[program].Mode)
			assert.EqualValues(t, len(nobody), files["etc/passwd"].Size)
			assert.Greater(t, files["etc/ssl/certs/ca-certificates.crt"].Size, int64(100_000))
		})
	}
}

// TestTheFunctionNamesTheRuntime runs the program of the root that the Dockerfile copies, which is the one of the
// image.
func TestTheFunctionNamesTheRuntime(t *testing.T) {
	b := small(t)
	out := images(t, b)
	index, _ := pushed(t, out, "cloison-sync")
	digest, err := index.Digest()
	require.NoError(t, err)
	said, err := exec.Command(filepath.Join(out, "image", "cloison", "cloison")).CombinedOutput()
	require.NoError(t, err)
	assert.Equal(t, "1.2.3 image registry.example.com/team/cloison-sync@"+digest.String(), string(said))

	b.version, b.repository = "", ""
	said, err = exec.Command(filepath.Join(images(t, b), "image", "cloison", "cloison")).CombinedOutput()
	require.NoError(t, err)
	assert.Equal(t, " image ", string(said), "an image that is nowhere is not named, nor a version that is not known")
}

func TestWhatCannotBeBuiltIsSaid(t *testing.T) {
	b := small(t)
	b.architectures = []string{"none"}
	require.ErrorContains(t, run(b, t.TempDir(), false, io.Discard), "cloison-sync: build for none")
}
