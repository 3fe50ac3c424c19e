package hosts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the folder of the repository.
var root string

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "hosts:", err)
		os.Exit(1) //nolint:forbidigo // TestMain is the main function of a test program.
	}
	os.Exit(m.Run()) //nolint:forbidigo // TestMain is the main function of a test program.
}

// built are the programs that the tests cannot do without, each with the make
// target that builds it.
var built = []struct{ file, target string }{
	{file: "bin/cloison", target: "make build"},
	{file: "bin/cloison-dev", target: "make build"},
	{file: "bin/cloison-sync", target: "make build"},
	{file: "bin/kustomize", target: "make bin/kustomize"},
	{file: "dist/release/SHA256SUMS", target: "make release-host"},
	{file: "e2e/bin/kpt", target: "make -C e2e bin/kpt"},
	{file: "e2e/bin/kubectl", target: "make -C e2e bin/kubectl"},
}

// prepare puts the built programs first on the PATH, and takes out of the
// environment what would let kustomize find plugins of this machine.
func prepare() error {
	var err error
	if root, err = repository(); err != nil {
		return err
	}
	for _, program := range built {
		if _, err := os.Stat(filepath.Join(root, program.file)); err != nil {
			return fmt.Errorf("find %s (%q builds it, \"make e2e\" builds everything): %w", program.file,
				program.target, err)
		}
	}
	for _, name := range []string{"KUSTOMIZE_PLUGIN_HOME", "XDG_CONFIG_HOME"} {
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	path := []string{filepath.Join(root, "bin"), filepath.Join(root, "e2e", "bin"), os.Getenv("PATH")}
	return os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator)))
}

// repository is the closest folder, from the working directory upwards, that holds
// the go.mod of Cloison itself.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module cloison.dev/cloison\n")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find the repository: no go.mod of cloison.dev/cloison above the working directory")
		}
		dir = parent
	}
}
