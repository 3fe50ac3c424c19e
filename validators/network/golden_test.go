package network_test

import "testing"

// TestWhatTheFunctionWritesIsClean excepts the case whose input breaks a rule of the network on purpose, which an
// annotation accepts, and the one that is for another cluster than the Kapsule of this test.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	judge.AcceptsWhatIsGenerated(t, "lists-a-suppressed-finding-with-its-reason",
		"expands-for-the-cluster-that-is-described")
}
