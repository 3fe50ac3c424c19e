// Package rights_test holds the proof's opinion of rights to the truth: what random service accounts get with them from
// a real API server.
package rights_test

import (
	"fmt"
	"os"
	"testing"

	"cloison.dev/cloison/e2e/cluster"
)

// shared is the one API server of the tests, which keep apart by names.
var shared *cluster.Cluster

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rights:", err)
		code = 1
	}
	os.Exit(code) //nolint:forbidigo // TestMain is the main function of a test program.
}

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
