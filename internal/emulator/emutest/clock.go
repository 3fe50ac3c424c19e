package emutest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Wall is a clock that stands still until it is moved.
type Wall struct {
	mu  sync.Mutex
	now time.Time
}

// NewWall returns a clock at 12:00:00.
func NewWall() *Wall { return &Wall{now: time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)} }

// Time returns the time.
func (w *Wall) Time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Pass moves the clock.
func (w *Wall) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Ticking returns a clock that moves by one second each time it is read. It is not safe for concurrent use.
func Ticking() func() time.Time {
	now := time.Date(2026, 7, 3, 15, 0, 0, 719648000, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

// Clock returns a clock that hands out the given times of one day, then the last one for ever.
func Clock(t *testing.T, times ...string) func() time.Time {
	t.Helper()
	return func() time.Time {
		now, err := time.Parse(time.RFC3339Nano, "2026-07-03T"+times[0]+"Z")
		require.NoError(t, err)
		if len(times) > 1 {
			times = times[1:]
		}
		return now
	}
}
