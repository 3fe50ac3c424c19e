package testkit

import (
	"flag"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

var seed = flag.Int64("seed", -1, "seed of random tests, instead of those that are fixed in them; -1 means none")

// Random is a source of random numbers that starts from the given seed or, where there is one, from that of -seed. It
// logs the seed.
func Random(t testing.TB, fixed uint64) *rand.Rand {
	t.Helper()
	if *seed >= 0 {
		fixed = uint64(*seed)
	}
	t.Logf("the seed is %d; choose another one with -seed", fixed)
	return source(fixed)
}

// Seeds are the seeds from 0 up to but not including count, each with a source of random numbers that starts from it.
// With -seed that one is the only one. Where the test fails in the body of a loop, the seed is logged.
func Seeds(t testing.TB, count uint64) iter.Seq2[uint64, *rand.Rand] {
	return func(yield func(uint64, *rand.Rand) bool) {
		first, end := uint64(0), count
		if *seed >= 0 {
			first, end = uint64(*seed), uint64(*seed)+1
		}
		for s := first; s < end; s++ {
			if !runSeed(t, s, yield) {
				return
			}
		}
	}
}

// Counts compares how often each outcome of a random test came about. With -seed it logs them instead: the numbers are
// those of the fixed seeds.
func Counts[K comparable](t testing.TB, want, got map[K]int) {
	t.Helper()
	if *seed >= 0 {
		t.Log(got)
		return
	}
	assert.Equal(t, want, got, "how often each outcome comes about is part of the test")
}

// runSeed runs the body of a loop, which may end the test.
func runSeed(t testing.TB, s uint64, yield func(uint64, *rand.Rand) bool) bool {
	t.Helper()
	failedBefore := t.Failed()
	defer func() {
		if t.Failed() && !failedBefore {
			t.Logf("failed with seed %d; run that one alone with -seed=%d", s, s)
		}
	}()
	return yield(s, source(s))
}

// source makes numbers that are the same for the same seed.
func source(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // tests need numbers that come again, not secret ones
}
