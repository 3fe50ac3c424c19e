package scaleway

import (
	"context"
	"math/rand/v2"
	"time"
)

// Retry sets how often and how fast a call is tried again. Zero fields mean their defaults. The SDK itself never tries
// again. Facts: docs/facts.md, "Defaults of the SDK".
type Retry struct {
	// Attempts of one call, at most. Default: 8, so that of 1,000 calls of which 20 % are refused each time less than
	// one in 300 runs loses one.
	Attempts int
	// Base is the longest pause after the first attempt. It doubles with each attempt. Default: 200 ms.
	Base time.Duration
	// Cap is the longest pause of all. Default: 5 s.
	Cap time.Duration
	// Timeout of one attempt, from the connection to the last byte of the answer. Default: 10 s.
	Timeout time.Duration
	// Jitter picks the pause, from 0 to longest. Default: uniform, so that calls that were refused together do not come
	// back together.
	Jitter func(longest time.Duration) time.Duration
	// Sleep waits for the pause, or returns an error as soon as ctx ends. Default: a timer.
	Sleep func(ctx context.Context, pause time.Duration) error
}

func (r Retry) withDefaults() Retry {
	if r.Attempts == 0 {
		r.Attempts = 8
	}
	if r.Base == 0 {
		r.Base = 200 * time.Millisecond
	}
	if r.Cap == 0 {
		r.Cap = 5 * time.Second
	}
	if r.Timeout == 0 {
		r.Timeout = 10 * time.Second
	}
	if r.Jitter == nil {
		r.Jitter = func(longest time.Duration) time.Duration {
			return rand.N(longest + 1) //nolint:gosec // a pause is no secret
		}
	}
	if r.Sleep == nil {
		r.Sleep = sleep
	}
	return r
}

// pause waits after an attempt, counted from 1. It returns an error at once when ctx has ended or would end meanwhile.
func (r Retry) pause(ctx context.Context, attempt int) error {
	longest := r.Base
	for i := 1; i < attempt && longest < r.Cap; i++ {
		longest *= 2
	}
	pause := r.Jitter(min(longest, r.Cap))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
		return context.DeadlineExceeded
	}
	return r.Sleep(ctx, pause)
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
