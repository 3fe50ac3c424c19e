package action

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// built is the name of a release's archive for this machine, without its extension, and of the folder in it.
const built = "cloison_v1.2.3_linux_" + runtime.GOARCH

// archive is a release's, of which cloison is a script that says that it ran.
func archive(t *testing.T) []byte {
	t.Helper()
	const program = "#!/bin/sh\necho installed \"$1\"\n"
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	require.NoError(t, files.WriteHeader(&tar.Header{Name: built + "/cloison", Mode: 0o755, Size: int64(len(program))}))
	_, err := files.Write([]byte(program))
	require.NoError(t, err)
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	return packed.Bytes()
}

// release serves the files of a release, by their paths, and has curl trust the server.
func release(t *testing.T, content map[string]string) (address string) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, has := content[r.URL.Path]
		if !has {
			http.NotFound(w, r)
			return
		}
		_, err := w.Write([]byte(text))
		assert.NoError(t, err)
	}))
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(authority, text, 0o600))
	t.Setenv("CURL_CA_BUNDLE", authority)
	return server.URL + "/files"
}

func TestAReleaseIsInstalledByItsChecksumOnly(t *testing.T) {
	good := archive(t)
	digest := sha256.Sum256(good)
	right, wrong := hex.EncodeToString(digest[:]), strings.Repeat("0", 64)
	name := built + ".tar.gz"
	const folder = "/files/v1.2.3/"
	list := func(checksum string) string {
		return fmt.Sprintf("%s  other.tar.gz\n%s  %s\n", strings.Repeat("1", 64), checksum, name)
	}
	for title, test := range map[string]struct {
		content map[string]string
		sha256  string
		refused string
	}{
		"by the list of the release": {
			content: map[string]string{folder + name: string(good), folder + "SHA256SUMS": list(right)}},
		"by the checksum of the workflow": {content: map[string]string{folder + name: string(good)}, sha256: right},
		"a list with another checksum": {
			content: map[string]string{folder + name: string(good), folder + "SHA256SUMS": list(wrong)},
			refused: "has the checksum " + right + ", and must have " + wrong},
		"a workflow with another checksum, which the list does not change": {
			content: map[string]string{folder + name: string(good), folder + "SHA256SUMS": list(right)},
			sha256:  wrong, refused: "has the checksum " + right + ", and must have " + wrong},
		"an archive that was cut off": {
			content: map[string]string{folder + name: string(good[:len(good)-1]), folder + "SHA256SUMS": list(right)},
			refused: "it is not what was released, and was not unpacked"},
		"a list without the archive": {
			content: map[string]string{folder + name: string(good), folder + "SHA256SUMS": right + "  other.tar.gz\n"},
			refused: "SHA256SUMS lists no checksum of " + name},
		"no list":    {content: map[string]string{folder + name: string(good)}, refused: "SHA256SUMS: correct version"},
		"no archive": {content: map[string]string{}, refused: name + ": correct version or download-url"},
	} {
		t.Run(title, func(t *testing.T) {
			got := run(t, t.TempDir(), map[string]string{"version": "v1.2.3", "sha256": test.sha256,
				"download-url": release(t, test.content) + "/"})
			if test.refused == "" {
				assert.Contains(t, got.log, "installed version\n")
				assert.Contains(t, got.log, "installed check\n", "the next step finds the program")
				assert.Equal(t, 3, got.exitCode, "what writes no report has checked nothing")
				return
			}
			require.Equal(t, 1, got.exitCode, got.log)
			require.Len(t, got.commands, 1)
			assert.Contains(t, got.commands[0], test.refused)
			assert.NotContains(t, got.log, "installed")
			assert.Empty(t, got.outputs["exit-code"])
		})
	}
}

// releasedVersion is that of what "make release-host" built.
func releasedVersion(t *testing.T) string {
	t.Helper()
	lists, err := filepath.Glob(filepath.Join(root, "dist", "release", "cloison_*_images.txt"))
	require.NoError(t, err)
	require.Len(t, lists, 1, "make release-host builds it")
	return strings.TrimPrefix(strings.TrimSuffix(filepath.Base(lists[0]), "_images.txt"), "cloison_")
}

// TestARealReleaseIsInstalled serves what "make release-host" built.
func TestARealReleaseIsInstalled(t *testing.T) {
	folder, version := filepath.Join(root, "dist", "release"), releasedVersion(t)
	content := map[string]string{}
	for _, name := range []string{"SHA256SUMS", "cloison_" + version + "_linux_" + runtime.GOARCH + ".tar.gz"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		content["/files/"+version+"/"+name] = string(text)
	}
	got := run(t, shop(t, "broken", "fixed"), map[string]string{"version": version, "paths": "broken",
		"download-url": release(t, content)})
	require.Equal(t, 1, got.exitCode, got.log)
	want := checked(t, filepath.Join(root, "testdata", "broken", "web-shop", "broken"))
	assert.Equal(t, strconv.Itoa(want.Errors), got.outputs["errors"])
	assert.Contains(t, got.log, "cloison "+version+" (")
}

func TestWhereTheProgramComesFromIsSaid(t *testing.T) {
	for title, test := range map[string]struct {
		inputs map[string]string
		env    string
		says   string
	}{
		"an action that knows no releases": {nil, "", "download-url must say where releases are downloaded from, because " +
			"this copy of the action has no address of its own. Or use program: path"},
		"an address without a version": {map[string]string{"download-url": "https://127.0.0.1:1"}, "",
			"version must say which release is installed"},
		"no version of a release": {map[string]string{"download-url": "https://127.0.0.1:1", "version": "main/../x"}, "",
			`version "main/../x" must be that of a release`},
		"an address that anybody may answer for": {map[string]string{"download-url": "http://127.0.0.1:1",
			"version": "1.2.3"}, "", `download-url "http://127.0.0.1:1" must begin with https://`},
		"no checksum": {map[string]string{"download-url": "https://127.0.0.1:1", "version": "1.2.3", "sha256": "abc"}, "",
			`sha256 "abc" must be 64 hexadecimal digits`},
		"another system": {map[string]string{"download-url": "https://127.0.0.1:1", "version": "1.2.3"},
			"RUNNER_OS=Windows", "there is no archive that this action installs on Windows"},
		"another machine": {map[string]string{"download-url": "https://127.0.0.1:1", "version": "1.2.3"},
			"RUNNER_ARCH=ARM", "there is no archive for the architecture ARM: use program: source"},
		"another source": {map[string]string{"program": "image"}, "", `program "image" must be release, path or source`},
		"nothing on the PATH": {map[string]string{"program": "path"}, "PATH=/usr/bin:/bin",
			"program: path needs a cloison on the PATH"},
		"no Go on the PATH": {map[string]string{"program": "source"}, "PATH=/usr/bin:/bin",
			"program: source needs Go on the PATH"},
	} {
		t.Run(title, func(t *testing.T) {
			var env []string
			if test.env != "" {
				env = append(env, test.env)
			}
			got := run(t, t.TempDir(), test.inputs, env...)
			require.Equal(t, 1, got.exitCode, got.log)
			require.Len(t, got.commands, 1, got.log)
			assert.Contains(t, got.commands[0], "::error title=cloison::"+test.says)
		})
	}
}

func TestTheActionIsBuiltFromItsOwnCheckout(t *testing.T) {
	got := run(t, shop(t, "broken", "fixed"), map[string]string{"program": "source", "paths": "broken"})
	require.Equal(t, 1, got.exitCode, got.log)
	want := checked(t, filepath.Join(root, "testdata", "broken", "web-shop", "broken"))
	assert.Equal(t, strconv.Itoa(want.Errors), got.outputs["errors"])
}
