package cluster

import (
	"path/filepath"
	"strings"
	"testing"
)

// StartControllers runs controllers of the real kube-controller-manager, by their
// names, until the test ends, with an administrator's rights. Those of workloads
// make Pods, which nothing schedules or runs: the cluster has no nodes.
func (c *Cluster) StartControllers(t testing.TB, names ...string) {
	t.Helper()
	dir := t.TempDir()
	kubeconfig, err := c.WriteKubeconfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	program, err := StartProgram(dir, filepath.Join(c.assets, "kube-controller-manager"), []string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--controllers=" + strings.Join(names, ","),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	stopAtEnd(t, "kube-controller-manager", program)
}

// stopAtEnd stops a program when the test ends, and shows what it said if that has
// failed.
func stopAtEnd(t testing.TB, name string, program *Program) {
	t.Cleanup(func() {
		if err := program.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", name, program.Tail(40))
		}
	})
}
