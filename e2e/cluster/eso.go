package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// esoStopLimit is how long the operator may take to stop before it is killed.
const esoStopLimit = 20 * time.Second

// ESO is a running External Secrets Operator.
type ESO struct {
	logs *logBuffer
}

// StartESO runs the operator with an administrator's rights until the test ends.
// It serves one namespace, so that operators of several tests can run side by
// side, or all of them if namespace is empty. Its log is shown if the test fails.
func (c *Cluster) StartESO(t testing.TB, namespace string) *ESO {
	t.Helper()
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	if err := os.WriteFile(kubeconfig, c.env.KubeConfig, 0o600); err != nil {
		t.Fatalf("write the operator's kubeconfig: %v", err)
	}
	program, err := leashed(dir, filepath.Join(c.assets, "eso"))
	if err != nil {
		t.Fatal(err)
	}
	eso := &ESO{logs: &logBuffer{}}
	command := exec.CommandContext(t.Context(), program, "-kubeconfig", kubeconfig, "-namespace", namespace)
	command.Stdout, command.Stderr = eso.logs, eso.logs
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = esoStopLimit
	if err := command.Start(); err != nil {
		t.Fatalf("start External Secrets Operator: %v", err)
	}
	// The test's context ends just before this runs.
	t.Cleanup(func() {
		if err := finish(command); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("External Secrets Operator said:\n%s", eso.logs.Tail(40))
		}
	})
	return eso
}

// Logs returns what the operator has said so far.
func (e *ESO) Logs() string { return e.logs.String() }

// finish waits for the operator, which the end of the test's context stops. Any other end is an error.
func finish(command *exec.Cmd) error {
	if err := command.Wait(); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("run External Secrets Operator to the end of the test: %w", err)
	}
	return nil
}
