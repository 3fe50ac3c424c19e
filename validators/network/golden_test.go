package network_test

import "testing"

// TestWhatTheFunctionWritesIsClean excepts the case whose input breaks a rule of the network on purpose, which an
// annotation accepts, and those that are for another cluster than the Kapsule of this test.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	judge.AcceptsWhatIsGenerated(t, "lists-a-suppressed-finding-with-its-reason",
		"expands-for-the-cluster-that-is-described", "opens-flows-to-hosts-by-their-names",
		"opens-flows-to-what-the-cluster-describes",
		"opens-only-scaleway-to-the-runtime-where-the-cluster-has-cilium")
}
