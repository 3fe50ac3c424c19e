package fault_test

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
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/secret"
	"cloison.dev/cloison/internal/emulator/secretapi"
)

func TestRateLimitHasNoBodyAndNoRetryAfter(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1}))

	got := f.Do(t, http.MethodGet, emutest.Secrets, "") // before authentication

	assert.Equal(t, http.StatusTooManyRequests, got.Status)
	assert.Empty(t, got.Body)
	assert.Equal(t, "true", got.Header.Get("X-Envoy-Ratelimited"))
	assert.Equal(t, "0", got.Header.Get("Content-Length"))
	assert.Empty(t, got.Header.Get("Retry-After"))
	assert.Empty(t, got.Header.Get("Content-Type"))
}

func TestRateLimitStrikesTheFirstCallsOnly(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 2}))

	assert.Equal(t, []int{429, 429, 200, 200}, f.Statuses(t, 4))
	assert.Equal(t, emulator.Stats{
		Calls: map[api.Endpoint]int{secretapi.ListSecrets: 4}, RateLimited: 2,
		Struck: map[fault.Kind]int{fault.RateLimit: 2}, Bytes: int64(2 * len(`{"secrets":[],"total_count":0}`)),
	}, f.Stats())

	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1}))
	assert.Equal(t, []int{429, 200}, f.Statuses(t, 2), "counted anew from SetFaults")
}
func TestRateLimitShareIsKeptAndRepeats(t *testing.T) {
	run := func(seed uint64) (statuses []int, limited int) {
		f := emutest.StartWith(t, emulator.Config{Random: seed})
		require.NoError(t, f.SetFaults(fault.Faults{RateLimitShare: 0.2}))
		statuses = f.Statuses(t, 500)
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
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1, Latency: time.Hour}))
	assert.Equal(t, http.StatusOK, f.Get(t, "/metadata").Status)
	assert.Zero(t, f.Stats().RateLimited)
}

func TestLatencyDelaysEveryAnswer(t *testing.T) {
	f := emutest.Start(t)
	const latency = 20 * time.Millisecond
	require.NoError(t, f.SetFaults(fault.Faults{Latency: latency}))
	began := time.Now()
	assert.Equal(t, []int{200, 200}, f.Statuses(t, 2))
	assert.GreaterOrEqual(t, time.Since(began), 2*latency)
}

func TestLatencyEndsWhenTheCallerGoesAway(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{Latency: time.Hour}))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL+emutest.Root+"/secrets", http.NoBody)
	require.NoError(t, err)

	_, err = http.DefaultClient.Do(request) //nolint:bodyclose // there is none

	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestStatsStartAnewAfterReset(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1}))
	f.Statuses(t, 3)
	before := f.Stats()
	f.ResetStats()
	f.Get(t, "/metadata")

	assert.Equal(t, 3, before.Total(), "a snapshot")
	assert.Equal(t, map[api.Endpoint]int{api.Metadata: 1}, f.Stats().Calls)
	assert.Zero(t, f.Stats().Total())
	assert.Equal(t, 1, before.RateLimited)
	assert.Zero(t, f.Stats().RateLimited)
}

func TestConcurrentUse(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{})
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitShare: 0.1}))
	const workers, rounds = 8, 10
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for round := range rounds {
				id, err := f.AddSecret(emulator.Secret{
					ProjectID: emutest.Project, Path: "/shop", Name: fmt.Sprintf("key-%d-%d", worker, round),
				}, emulator.Value("v"))
				assert.NoError(t, err)
				_, err = f.AddVersion(id, emulator.Value("w"))
				assert.NoError(t, err)
				assert.NoError(t, f.SetVersionStatus(id, 1, secret.Disabled))
				f.Get(t, emutest.Root+"/secrets/"+id+"/versions/latest/access")
				f.Get(t, emutest.Secrets)
				f.Stats()
			}
		})
	}
	group.Wait()

	stats := f.Stats()
	assert.Equal(t, 2*workers*rounds, stats.Total())
	assert.Positive(t, stats.RateLimited)
	require.NoError(t, f.SetFaults(fault.Faults{}))
	_, total := f.List(t, "")
	assert.Equal(t, workers*rounds, total)
}
