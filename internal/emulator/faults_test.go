package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestRateLimitHasNoBodyAndNoRetryAfter(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1}))

	got := f.do(t, http.MethodGet, root+"/secrets?project_id="+project, "") // before authentication

	assert.Equal(t, http.StatusTooManyRequests, got.status)
	assert.Empty(t, got.body)
	assert.Equal(t, "true", got.header.Get("X-Envoy-Ratelimited"))
	assert.Equal(t, "0", got.header.Get("Content-Length"))
	assert.Empty(t, got.header.Get("Retry-After"))
	assert.Empty(t, got.header.Get("Content-Type"))
}

func TestRateLimitStrikesTheFirstCallsOnly(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 2}))

	assert.Equal(t, []int{429, 429, 200, 200}, f.statuses(t, 4))
	assert.Equal(t, emulator.Stats{
		Calls: map[emulator.Endpoint]int{emulator.ListSecrets: 4}, RateLimited: 2,
		Struck: map[emulator.Fault]int{emulator.RateLimit: 2}, Bytes: int64(2 * len(`{"secrets":[],"total_count":0}`)),
	}, f.Stats())

	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1}))
	assert.Equal(t, []int{429, 200}, f.statuses(t, 2), "counted anew from SetFaults")
}

// statuses lists n times.
func (f fixture) statuses(t *testing.T, n int) []int {
	t.Helper()
	var statuses []int
	for range n {
		statuses = append(statuses, f.get(t, root+"/secrets?project_id="+project).status)
	}
	return statuses
}

func TestRateLimitShareIsKeptAndRepeats(t *testing.T) {
	run := func(seed uint64) (statuses []int, limited int) {
		f := startWith(t, emulator.Config{Seed: seed})
		require.NoError(t, f.SetFaults(emulator.Faults{RateLimitShare: 0.2}))
		statuses = f.statuses(t, 500)
		return statuses, f.Stats().RateLimited
	}
	first, limited := run(1)
	again, _ := run(1)
	other, _ := run(2)

	assert.InDelta(t, 100, limited, 25)
	assert.Equal(t, first, again)
	assert.NotEqual(t, first, other)
}

func TestFaultsSpareMetadata(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1, Latency: time.Hour}))
	assert.Equal(t, http.StatusOK, f.get(t, "/metadata").status)
	assert.Zero(t, f.Stats().RateLimited)
}

func TestLatencyDelaysEveryAnswer(t *testing.T) {
	f := start(t)
	const latency = 20 * time.Millisecond
	require.NoError(t, f.SetFaults(emulator.Faults{Latency: latency}))
	began := time.Now()
	assert.Equal(t, []int{200, 200}, f.statuses(t, 2))
	assert.GreaterOrEqual(t, time.Since(began), 2*latency)
}

func TestLatencyEndsWhenTheCallerGoesAway(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{Latency: time.Hour}))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+root+"/secrets", http.NoBody)
	require.NoError(t, err)

	_, err = http.DefaultClient.Do(request) //nolint:bodyclose // there is none

	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestStatsStartAnewAfterReset(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1}))
	f.statuses(t, 3)
	before := f.Stats()
	f.ResetStats()
	f.get(t, "/metadata")

	assert.Equal(t, 3, before.Total(), "a snapshot")
	assert.Equal(t, map[emulator.Endpoint]int{emulator.Metadata: 1}, f.Stats().Calls)
	assert.Zero(t, f.Stats().Total())
	assert.Equal(t, 1, before.RateLimited)
	assert.Zero(t, f.Stats().RateLimited)
}

func TestConcurrentUse(t *testing.T) {
	f := startWith(t, emulator.Config{})
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitShare: 0.1}))
	const workers, rounds = 8, 10
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for round := range rounds {
				id, err := f.AddSecret(emulator.Secret{
					ProjectID: project, Path: "/shop", Name: fmt.Sprintf("key-%d-%d", worker, round),
				}, emulator.Value("v"))
				assert.NoError(t, err)
				_, err = f.AddVersion(id, emulator.Value("w"))
				assert.NoError(t, err)
				assert.NoError(t, f.SetVersionStatus(id, 1, emulator.Disabled))
				f.get(t, root+"/secrets/"+id+"/versions/latest/access")
				f.get(t, root+"/secrets?project_id="+project)
				f.Stats()
			}
		})
	}
	group.Wait()

	stats := f.Stats()
	assert.Equal(t, 2*workers*rounds, stats.Total())
	assert.Positive(t, stats.RateLimited)
	require.NoError(t, f.SetFaults(emulator.Faults{}))
	_, total := f.list(t, "")
	assert.Equal(t, workers*rounds, total)
}
