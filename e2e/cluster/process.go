package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// leash is the script that runs a program: it becomes the program and leaves
// behind a watcher that ends it once the process that started it is gone. $$ is
// still the program's process id after exec, so the starter's signals reach the
// program itself. The id is in a file beside the script.
const leash = `#!/bin/sh
starter=$PPID
self=$$
echo $$ >"$0` + pidSuffix + `"
(
	while kill -0 "$starter" && kill -0 "$self"; do sleep 1; done
	kill -KILL "$self"
) </dev/null >/dev/null 2>&1 &
exec %s "$@"
`

// pidSuffix ends the name of the file with the id of a program's process.
const pidSuffix = ".pid"

// assetsVariable is envtest's own name for the folder of its binaries.
const assetsVariable = "KUBEBUILDER_ASSETS"

// AssetsDir returns the folder that holds etcd, kube-apiserver and the rest:
// KUBEBUILDER_ASSETS if set, else bin/ beside the go.mod that the working
// directory belongs to. It is an error when something is missing there: a test
// that cannot ask the real parts must fail, not be skipped.
func AssetsDir() (string, error) {
	dir := os.Getenv(assetsVariable)
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "bin")
	}
	for _, name := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "eso", "crds"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil { //nolint:gosec // The caller's own folder.
			return "", fmt.Errorf("find the real parts (make -C e2e tools builds them): %w", err)
		}
	}
	return dir, nil
}

// moduleRoot is the closest folder, from the working directory upwards, that
// holds a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find the module: no go.mod above the working directory")
		}
		dir = parent
	}
}

// leashed writes to dir a script that runs program on a leash, and returns its
// path. A script per program, because envtest takes a path and no arguments.
func leashed(dir, program string) (string, error) {
	path := filepath.Join(dir, filepath.Base(program))
	script := fmt.Sprintf(leash, shellQuote(program))
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil { //nolint:gosec // It must be executable.
		return "", fmt.Errorf("write the script of %s: %w", filepath.Base(program), err)
	}
	return path, nil
}

// shellQuote makes s one word of a POSIX shell.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
