package e2e

import (
	"fmt"
	"os"
	"testing"

	"cloison.dev/cloison/e2e/cluster"
)

// shared is the one API server of this package's tests. They keep apart by
// namespaces of their own.
var shared *cluster.Cluster

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code) //nolint:forbidigo // TestMain is the main function of a test program.
}

// run returns the exit code of the tests, and an error if the cluster could not be
// started or stopped.
func run(m *testing.M) (code int, err error) {
	assets, err := cluster.AssetsDir()
	if err != nil {
		return 0, err
	}
	if shared, err = cluster.Start(assets); err != nil {
		return 0, err
	}
	code = m.Run()
	return code, shared.Stop()
}
