package network_test

import "testing"

// TestWhatTheFunctionWritesIsClean excepts the case whose input breaks a rule of the network on purpose, which an
// annotation accepts.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	judge.AcceptsWhatIsGenerated(t, "lists-a-suppressed-finding-with-its-reason")
}
