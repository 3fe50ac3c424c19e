package main

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oci is a registry of this process.
type oci struct {
	// host has a port; requests counts those that came.
	host     string
	requests *atomic.Int64
}

// newRegistry lets everybody in, or only who has a password where there is one.
func newRegistry(t *testing.T, password string) oci {
	t.Helper()
	var requests atomic.Int64
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if _, given, _ := r.BasicAuth(); password != "" && given != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return oci{host: strings.TrimPrefix(server.URL, "http://"), requests: &requests}
}

func (o oci) pull(t *testing.T, reference string) v1.Image {
	t.Helper()
	tag, err := name.ParseReference(o.host + reference)
	require.NoError(t, err)
	image, err := remote.Image(tag)
	require.NoError(t, err)
	return image
}

const namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: y\n"

// rendered is a folder as cloison render writes it.
func rendered() map[string]string {
	return map[string]string{
		listFile:            "# Written by cloison render.\nothers.yaml\nshop.backend.yaml\n",
		"shop.backend.yaml": namespace + namespace,
		"others.yaml":       namespace,
	}
}

// folder writes files to a new folder, each on top of rendered; those without content are taken away.
func folder(t *testing.T, changed map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := rendered()
	maps.Copy(files, changed)
	for file, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if content != "" {
			require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		}
	}
	return dir
}

// result is what a user sees.
type result struct {
	code           int
	stdout, stderr string
}

func cloisonPush(t *testing.T, args ...string) result {
	t.Helper()
	t.Setenv("DOCKER_CONFIG", t.TempDir()) // nobody's passwords
	return inEnvironment(t, args...)
}

func inEnvironment(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

func origins() []string {
	return []string{"--source", "https://git.example.com/team/shop", "--revision", "main@sha1:0123456789abcdef"}
}

func TestTheArtifactIsFlux(t *testing.T) {
	to := newRegistry(t, "")
	got := cloisonPush(t, append(origins(), "--created", "2026-11-30T02:30:00Z", folder(t, map[string]string{
		"README.md": "Not for Flux.",
	}), "oci://"+to.host+"/team/shop:production")...)
	require.Zero(t, got.code, got.stderr)
	image := to.pull(t, "/team/shop:production")
	digest, err := image.Digest()
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("%s/team/shop:production@%s\n", to.host, digest), got.stdout)

	manifest, err := image.Manifest()
	require.NoError(t, err)
	assert.EqualValues(t, "application/vnd.oci.image.manifest.v1+json", manifest.MediaType)
	assert.EqualValues(t, "application/vnd.cncf.flux.config.v1+json", manifest.Config.MediaType)
	require.Len(t, manifest.Layers, 1)
	assert.EqualValues(t, "application/vnd.cncf.flux.content.v1.tar+gzip", manifest.Layers[0].MediaType)
	assert.Equal(t, map[string]string{
		"org.opencontainers.image.created":  "2026-11-30T02:30:00Z",
		"org.opencontainers.image.source":   "https://git.example.com/team/shop",
		"org.opencontainers.image.revision": "main@sha1:0123456789abcdef",
	}, manifest.Annotations)
	config, err := image.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, "2026-11-30T02:30:00Z", config.Created.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, rendered(), contentOf(t, image))
}

// contentOf is the files of an artifact, which have no owner and no time.
func contentOf(t *testing.T, image v1.Image) map[string]string {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	compressed, err := layers[0].Uncompressed()
	require.NoError(t, err)
	defer compressed.Close() //nolint:errcheck // only read
	found := map[string]string{}
	for archive := tar.NewReader(compressed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		assert.Zero(t, header.ModTime.Unix())
		assert.Zero(t, header.Uid+header.Gid)
		assert.EqualValues(t, 0o644, header.Mode)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		found[header.Name] = string(content)
	}
}

func TestTheSameFolderGivesTheSameDigestWhereverItIs(t *testing.T) {
	to := newRegistry(t, "")
	one, two := to.host+"/one:v1", to.host+"/two:v1"
	got := cloisonPush(t, append(origins(), folder(t, nil), one, two)...)
	require.Zero(t, got.code, got.stderr)
	other := folder(t, nil)
	require.NoError(t, os.Chmod(filepath.Join(other, "others.yaml"), 0o600))
	require.NoError(t, os.Chtimes(filepath.Join(other, "others.yaml"), time.Unix(1, 0), time.Unix(1, 0)))
	again := cloisonPush(t, append(origins(), other, one, two)...)
	require.Zero(t, again.code, again.stderr)
	assert.Equal(t, got.stdout, again.stdout)
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	require.Len(t, lines, 2)
	assert.Equal(t, strings.TrimPrefix(lines[0], one), strings.TrimPrefix(lines[1], two))

	more := folder(t, map[string]string{"others.yaml": namespace + "\n"})
	changed := cloisonPush(t, append(origins(), more, one, two)...)
	require.Zero(t, changed.code, changed.stderr)
	assert.NotEqual(t, got.stdout, changed.stdout)
}

func TestThePasswordIsThatOfDockerLogin(t *testing.T) {
	to := newRegistry(t, "only-for-robots")
	args := append(origins(), folder(t, nil), to.host+"/team/shop:v1")
	denied := cloisonPush(t, args...)
	assert.Equal(t, undecided, denied.code)
	assert.Empty(t, denied.stdout)
	assert.Contains(t, denied.stderr, "push to "+to.host+"/team/shop:v1: ")

	login := base64.StdEncoding.EncodeToString([]byte("robot:only-for-robots"))
	config := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(config, "config.json"),
		fmt.Appendf(nil, `{"auths": {%q: {"auth": %q}}}`, to.host, login), 0o600))
	t.Setenv("DOCKER_CONFIG", config)
	allowed := inEnvironment(t, args...)
	require.Zero(t, allowed.code, allowed.stderr)
	assert.NotContains(t, allowed.stdout+allowed.stderr, "only-for-robots")
}

// TestWhatIsNotRenderedIsNeverPushed asks the registry for nothing at all.
func TestWhatIsNotRenderedIsNeverPushed(t *testing.T) {
	const remade = "render again"
	tests := []struct {
		name    string
		changed map[string]string
		said    []string
	}{
		{"a folder without a list", map[string]string{listFile: ""}, []string{
			`must be a folder that "cloison render -o" has written: it has no .cloison-rendered`}},
		{"a list of nothing", map[string]string{listFile: "# Nothing.\n\n"}, []string{
			"/.cloison-rendered: must name the manifests: Flux deletes what an empty artifact no longer has"}},
		{"a file that is missing, and one that is empty",
			map[string]string{"others.yaml": "", "shop.backend.yaml": "\n"},
			[]string{"/others.yaml: must be there, since .cloison-rendered names it; " + remade,
				"/shop.backend.yaml: must hold manifests, and is empty; " + remade}},
		{"a file that is no YAML", map[string]string{"others.yaml": "a: [b"},
			[]string{"/others.yaml: must be YAML: yaml: "}},
		{"a document that is no object", map[string]string{"others.yaml": namespace + "---\nkind: Namespace\n"},
			[]string{"/others.yaml: document 2 must be an object with apiVersion, kind and metadata.name; " + remade}},
		{"an empty document", map[string]string{"others.yaml": namespace + "---\n" + namespace},
			[]string{"/others.yaml: document 2 must be an object with apiVersion, kind and metadata.name; " + remade}},
		{"a name that leads elsewhere", map[string]string{listFile: "../secret.yaml\n/etc/passwd\nothers.yaml\n" +
			"shop.backend.yaml\n"},
			[]string{`"../secret.yaml" must be the name of a file`, `"/etc/passwd" must be the name`}},
		{"manifests that nothing has proved", map[string]string{"extra.yaml": namespace, "deep/er.yml": namespace,
			"Kustomization": "resources: []\n"}, []string{
			"/extra.yaml: must not be beside what cloison render has written: nothing has proved it; add it to what " +
				"is rendered, or move it away", "/deep/er.yml: must not be", "/Kustomization: must not be"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			to := newRegistry(t, "")
			got := cloisonPush(t, append(origins(), folder(t, test.changed), to.host+"/team/shop:v1")...)
			assert.Equal(t, refused, got.code)
			assert.Empty(t, got.stdout)
			for _, said := range test.said {
				assert.Contains(t, got.stderr, said)
			}
			assert.Equal(t, len(test.said), strings.Count(got.stderr, "\n"), got.stderr)
			assert.Zero(t, to.requests.Load())
		})
	}
	t.Run("a link", func(t *testing.T) {
		to, dir := newRegistry(t, ""), folder(t, map[string]string{"others.yaml": ""})
		require.NoError(t, os.Symlink(filepath.Join(dir, "shop.backend.yaml"), filepath.Join(dir, "others.yaml")))
		got := cloisonPush(t, append(origins(), dir, to.host+"/team/shop:v1")...)
		assert.Equal(t, refused, got.code)
		assert.Contains(t, got.stderr, "/others.yaml: must be a regular file")
		assert.Zero(t, to.requests.Load())
	})
}

func TestWrongUsageIsSaidAllAtOnce(t *testing.T) {
	to := newRegistry(t, "")
	good := to.host + "/team/shop:v1"
	tests := []struct {
		name string
		args []string
		said []string
	}{
		{"nothing", nil, []string{"name a folder and at least one reference; there are 0 arguments"}},
		{"no reference", []string{"rendered"}, []string{"there are 1 arguments"}},
		{"an unknown flag", []string{"--tag", "v1", "rendered", good}, []string{"unknown flag: --tag"}},
		{"no origin, and no tag", []string{"rendered", good, to.host + "/team/shop", "shop:v1"}, []string{
			`/team/shop" must be REGISTRY/REPOSITORY:TAG, such as registry.example.com/team/shop:production: `,
			`"shop:v1" must be REGISTRY/REPOSITORY:TAG`, "--source must be the address", "--revision must say"}},
		{"a digest", append(origins(), "rendered", good+"@sha256:"+strings.Repeat("0", 64)),
			[]string{"must be REGISTRY/"}},
		{"a time", append(origins(), "--created", "now", "rendered", good), []string{
			`--created must be a time such as 1970-01-01T00:00:00Z, is "now"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := cloisonPush(t, test.args...)
			assert.Equal(t, usage, got.code)
			assert.Empty(t, got.stdout)
			for _, said := range test.said {
				assert.Contains(t, got.stderr, said)
			}
			assert.Equal(t, len(test.said)+1, strings.Count(got.stderr, "\n"), got.stderr)
			assert.Contains(t, got.stderr, "Run 'cloison-push --help' for usage.")
		})
	}
	assert.Zero(t, to.requests.Load())
}

func TestHelpAndVersionGoToStandardOutput(t *testing.T) {
	for flag, said := range map[string]string{"--help": "cloison-push FOLDER REFERENCE... [flags]", "--version": "version "} {
		got := cloisonPush(t, flag)
		assert.Zero(t, got.code)
		assert.Contains(t, got.stdout, said)
		assert.Empty(t, got.stderr)
	}
}

func TestNoPasswordIsPublished(t *testing.T) {
	for address, refused := range map[string]bool{
		"https://robot:canary-1@git.example.com/team/shop": true, "https://canary-1@git.example.com/team/shop": true,
		"ssh://git:canary-1@git.example.com/shop": true, "https://a:canary-1%zz@git.example.com/": true,
		"ssh://git@git.example.com/team/shop": false, "git@git.example.com:team/shop.git": false,
		"https://git.example.com/@team/shop": false,
	} {
		about := origin{source: address, revision: "main", created: epoch}
		if err := about.validate(); refused {
			require.ErrorContains(t, err, "--source must have no user and password", address)
			require.NotContains(t, err.Error(), "canary-1")
		} else {
			require.NoError(t, err, address)
		}
	}
}

func TestARegistryThatDoesNotAnswerIsSaid(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	reference := strings.TrimPrefix(server.URL, "http://") + "/team/shop:v1"
	got := cloisonPush(t, append(origins(), folder(t, nil), reference)...)
	assert.Equal(t, undecided, got.code)
	assert.Empty(t, got.stdout)
	assert.Contains(t, got.stderr, "push to "+reference+": ")
	assert.NotContains(t, got.stderr, "--help")
}
