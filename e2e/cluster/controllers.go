package cluster

import (
	"path/filepath"
	"testing"
)

// StartControllers runs the real controllers of Deployments, StatefulSets,
// DaemonSets and ResourceQuotas until the test ends, with an administrator's
// rights: they make Pods, and replace them when a template changes. Nothing schedules or runs the Pods:
// the cluster has no nodes.
func (c *Cluster) StartControllers(t testing.TB) {
	t.Helper()
	dir := t.TempDir()
	kubeconfig, err := c.WriteKubeconfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	program, err := StartProgram(dir, filepath.Join(c.assets, "kube-controller-manager"), []string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--controllers=deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller," +
			"resourcequota-controller",
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
