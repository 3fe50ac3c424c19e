package argocd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/yaml"
)

var (
	// root is the folder of the repository, assets that of the real parts.
	root, assets string
	// exclusions are what the kustomization has the repo-server not send to plugins.
	exclusions []string
	// shared is a cluster with the External Secrets Operator and the Prometheus operator, for tests that leave nothing
	// behind in it.
	shared *target
)

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "argocd:", err)
		code = 1
	}
	os.Exit(code) //nolint:forbidigo // TestMain is the main function of a test program.
}

// runTests returns the exit code of the tests, and an error where they cannot be run.
func runTests(m *testing.M) (code int, err error) {
	// Argo CD keeps what it has learned of API servers in the home folder otherwise.
	cached, err := os.MkdirTemp("", "argocd-")
	if err != nil {
		return 0, err
	}
	if err := errors.Join(os.Setenv("KUBECACHEDIR", cached), prepare()); err != nil {
		return 0, errors.Join(err, os.RemoveAll(cached))
	}
	shared, err = newTarget(filepath.Join(assets, "crds"))
	if err == nil {
		code = m.Run()
	}
	return code, errors.Join(err, shared.stop(), os.RemoveAll(cached))
}

// prepare finds the programs that the tests cannot do without, and puts the built ones first on the PATH.
func prepare() error {
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	log.SetLogger(logr.Discard())
	var err error
	if root, err = filepath.Abs("../.."); err != nil {
		return err
	}
	if assets = os.Getenv("KUBEBUILDER_ASSETS"); assets == "" {
		assets = filepath.Join(root, "e2e", "bin")
	}
	for _, program := range []string{
		inRoot("bin/cloison"), inRoot("bin/cloison-dev"), inRoot("bin/cloison-sync"), inRoot("bin/kustomize"),
		filepath.Join(assets, "argocd-cmp-server"), filepath.Join(assets, "kube-apiserver"),
		filepath.Join(assets, "etcd"), filepath.Join(assets, "crds"),
	} {
		if _, err := os.Stat(program); err != nil {
			return fmt.Errorf("find the real parts (make e2e builds them): %w", err)
		}
	}
	if exclusions, err = excluded(inRoot("kustomization/argocd/exclusions.yaml")); err != nil {
		return err
	}
	path := []string{inRoot("bin"), os.Getenv("PATH")}
	return os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator)))
}

// excluded reads the parameter of the repo-server in a ConfigMap, globs with semicolons between them.
func excluded(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var parameters corev1.ConfigMap
	if err := yaml.UnmarshalStrict(text, &parameters); err != nil {
		return nil, err
	}
	return strings.Split(parameters.Data["reposerver.plugin.tar.exclusions"], ";"), nil
}

// inRoot is a path of the repository.
func inRoot(path string) string { return filepath.Join(root, path) }

// run runs a program in a folder, and returns its output. It must succeed.
func run(t *testing.T, folder, program string, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir, command.Stderr = folder, &stderr
	output, err := command.Output()
	require.NoError(t, err, "%s %s: %s", program, strings.Join(args, " "), &stderr)
	return string(output)
}

// fails runs a program that must fail, and returns what it says on standard error.
func fails(t *testing.T, folder, program string, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir, command.Stderr = folder, &stderr
	require.Error(t, command.Run())
	return stderr.String()
}

// files are texts by their paths.
type files map[string]string

// write writes files below a folder, scripts as executable ones.
func write(t *testing.T, folder string, all files) {
	t.Helper()
	for name, text := range all {
		path := filepath.Join(folder, filepath.FromSlash(name))
		mode := os.FileMode(0o600)
		if strings.HasPrefix(text, "#!") {
			mode = 0o700
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
	}
}

// cloned is a folder with files, in the place of a clone.
func cloned(t *testing.T, all files) string {
	t.Helper()
	folder := t.TempDir()
	write(t, folder, all)
	return folder
}
