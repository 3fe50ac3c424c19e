package flux

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// root is the folder of the repository.
var root = filepath.Join("..", "..")

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "flux:", err)
		os.Exit(1) //nolint:forbidigo // TestMain is the main function of a test program.
	}
	os.Exit(m.Run()) //nolint:forbidigo // TestMain is the main function of a test program.
}

// prepare puts the built programs first on the PATH, and takes the passwords of registries away.
func prepare() error {
	var err error
	if root, err = filepath.Abs(root); err != nil {
		return err
	}
	for program, target := range map[string]string{"cloison": "build", "cloison-push": "bin/cloison-push"} {
		if _, err := os.Stat(filepath.Join(root, "bin", program)); err != nil {
			return fmt.Errorf("find bin/%s (\"make %s\" builds it): %w", program, target, err)
		}
	}
	return errors.Join(
		os.Setenv("PATH", filepath.Join(root, "bin")+string(os.PathListSeparator)+os.Getenv("PATH")),
		os.Setenv("DOCKER_CONFIG", filepath.Join(os.TempDir(), "no-passwords")),
	)
}

// newRegistry is a registry of this process; its address has a port.
func newRegistry(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// run runs a program, which must exit with a code, and returns what it printed to standard output and standard error.
func run(t *testing.T, code int, program string, args ...string) (string, string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	require.Equalf(t, code, command.ProcessState.ExitCode(), "exit code of %s %v:\n%s", program, args, stderr.String())
	return stdout.String(), stderr.String()
}

// objects reads manifests into objects by kind, namespace and name.
func objects(t *testing.T, manifests string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for document := range strings.SplitSeq("\n"+manifests, "\n---\n") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		object := unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
		key := fmt.Sprintf("%s %s %s/%s",
			object.GetAPIVersion(), object.GetKind(), object.GetNamespace(), object.GetName())
		require.NotContains(t, found, key)
		found[key] = object.Object
	}
	require.NotEmpty(t, found)
	return found
}

// requireObjects compares object by object, so that a failure shows only what differs.
func requireObjects(t *testing.T, want, got map[string]map[string]any) {
	t.Helper()
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	for key := range want {
		require.Equal(t, want[key], got[key], key)
	}
}

// write writes files, by their paths, into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

// read is the opposite of write.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return files
}
