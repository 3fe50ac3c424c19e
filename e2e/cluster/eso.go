package cluster

import (
	"os"
	"path/filepath"
	"testing"
)

// ESO is a running External Secrets Operator.
type ESO struct {
	program *Program
}

// StartESO runs the operator with an administrator's rights until the test ends.
// It serves one namespace, so that operators of several tests can run side by
// side, or all of them if namespace is empty. Its log is shown if the test fails.
func (c *Cluster) StartESO(t testing.TB, namespace string) *ESO {
	t.Helper()
	program, err := c.RunESO(t.TempDir(), namespace)
	if err != nil {
		t.Fatal(err)
	}
	stopAtEnd(t, "External Secrets Operator", program)
	return &ESO{program}
}

// Logs returns what the operator has said so far.
func (e *ESO) Logs() string { return e.program.Logs() }

// RunESO runs the operator with an administrator's rights until it is stopped. It
// serves one namespace, or all of them if namespace is empty, and keeps its files
// in dir. env is added to its environment.
func (c *Cluster) RunESO(dir, namespace string, env ...string) (*Program, error) {
	kubeconfig, err := c.WriteKubeconfig(dir)
	if err != nil {
		return nil, err
	}
	args := []string{"-kubeconfig", kubeconfig, "-namespace", namespace}
	return StartProgram(dir, filepath.Join(c.assets, "eso"), args, env)
}

// WriteKubeconfig writes the kubeconfig of an administrator to dir and returns its path.
func (c *Cluster) WriteKubeconfig(dir string) (string, error) {
	path := filepath.Join(dir, "kubeconfig")
	return path, os.WriteFile(path, c.env.KubeConfig, 0o600)
}
