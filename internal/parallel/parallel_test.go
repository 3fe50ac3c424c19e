package parallel_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/parallel"
)

func TestEachCallsForEveryNumberOnce(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 100, 1001} {
		calls := make([]atomic.Int32, n)
		parallel.Each(n, func(i int) { calls[i].Add(1) })
		for i := range calls {
			assert.EqualValues(t, 1, calls[i].Load(), "%d of %d", i, n)
		}
	}
}

func TestAPanicComesToWhoWaits(t *testing.T) {
	cause := errors.New("canary")
	panicked := func(run func()) (value any) {
		defer func() { value = recover() }()
		run()
		return nil
	}
	var group parallel.Group
	nested := func() {
		var inner parallel.Group
		inner.Go(func() { panic(cause) })
		inner.Wait()
	}
	for name, run := range map[string]func(){
		"one":     func() { group.Go(func() { panic(cause) }); group.Go(func() {}); group.Wait() },
		"in Each": func() { parallel.Each(1000, func(i int) { failAt(i, 700, cause) }) },
		"nested":  func() { var outer parallel.Group; outer.Go(nested); outer.Wait() },
	} {
		got := panicked(run)
		if got == any(cause) {
			continue // a machine with one processor has no goroutine
		}
		p, is := got.(*parallel.Panic)
		require.True(t, is, "%s: %v", name, got)
		assert.Equal(t, cause, p.Value, name)
		assert.Contains(t, string(p.Stack), "parallel_test", name)
		assert.NotContains(t, p.Error(), "canary", name)
	}
}

func failAt(i, at int, cause error) {
	if i == at {
		panic(cause)
	}
}
