package testkit

import "testing"

// SkipWithRaceDetector skips a test that takes minutes with the race detector. "make test" runs such tests once without
// it: the name of a new one must be added in the Makefile, which a test of package architecture holds.
func SkipWithRaceDetector(t testing.TB) {
	t.Helper()
	if raceDetector {
		t.Skip("not with the race detector; make test runs it without")
	}
}
