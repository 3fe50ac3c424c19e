package fault_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
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
		Calls: map[emulator.Endpoint]int{emulator.ListSecrets: 4}, RateLimited: 2,
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
	assert.Equal(t, map[emulator.Endpoint]int{emulator.Metadata: 1}, f.Stats().Calls)
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
				assert.NoError(t, f.SetVersionStatus(id, 1, emulator.Disabled))
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

func TestARuleStrikesEveryCallButMetadata(t *testing.T) {
	f := emutest.Start(t)
	f.Strike(t, fault.Status503)
	assert.Equal(t, []int{503, 503, 503}, f.Statuses(t, 3))
	assert.Equal(t, http.StatusServiceUnavailable, f.Get(t, "/nowhere").Status)
	assert.Equal(t, http.StatusOK, f.Get(t, "/metadata").Status)
}

func TestARuleStrikesTheEndpointsThatItNames(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "there", "v")
	require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{
		{Fault: fault.Status500, Endpoints: []emulator.Endpoint{"GetSecret", emulator.Metadata}, First: 2},
	}}))

	assert.Equal(t, []int{200, 200, 200}, f.Statuses(t, 3), "calls that it does not concern do not count")
	assert.Equal(t, http.StatusInternalServerError, f.Get(t, emutest.Root+"/secrets/"+id).Status)
	assert.Equal(t, http.StatusInternalServerError, f.Get(t, "/metadata").Status)
	assert.Equal(t, http.StatusOK, f.Get(t, emutest.Root+"/secrets/"+id).Status)
}

func TestRulesTakeTurns(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1, Rules: []fault.Rule{
		{Fault: fault.Status502, First: 2},
		{Fault: fault.Duplicates, First: 1},
		{Fault: fault.Status504, First: 1},
	}}))
	assert.Equal(t, []int{429, 502, 502, 200, 504, 200}, f.Statuses(t, 6))
	assert.Equal(t, map[fault.Kind]int{
		fault.RateLimit: 1, fault.Status502: 2, fault.Duplicates: 1, fault.Status504: 1,
	}, f.Stats().Struck)
	assert.Equal(t, 1, f.Stats().RateLimited)
}

func TestTheShareOfARuleIsKeptAndRepeats(t *testing.T) {
	run := func(seed uint64) (statuses []int, struck map[fault.Kind]int) {
		f := emutest.StartWith(t, emulator.Config{Random: seed})
		require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{
			{Fault: fault.Status503, First: 10, Share: 0.2}, {Fault: fault.RateLimit, Share: 0.5},
		}}))
		statuses = f.Statuses(t, 510)
		return statuses, f.Stats().Struck
	}
	first, struck := run(1)
	again, _ := run(1)
	other, _ := run(2)

	assert.InDelta(t, 110, struck[fault.Status503], 25)
	assert.InDelta(t, 200, struck[fault.RateLimit], 30, "half of what is left")
	assert.Equal(t, first, again)
	assert.NotEqual(t, first, other)
	assert.NotContains(t, first[:10], 200)
}

func TestRulesCountExactlyUnderConcurrency(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})
	f.Add(t, "/shop", "there", "v")
	faults := fault.Faults{Drip: time.Microsecond, Rules: []fault.Rule{
		{Fault: fault.Status503, First: 20},
		{Fault: fault.Slow, First: 20},
		{Fault: fault.SamePage, First: 20},
		{Fault: fault.JSONAsHTML, First: 20},
	}}
	require.NoError(t, f.SetFaults(faults))
	faults.Rules[0].Fault = fault.Hang // what was set is set
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 15 {
				f.Get(t, emutest.Secrets)
				f.Get(t, "/_emulator/stats")
				f.Get(t, "/_emulator/faults")
			}
		})
	}
	group.Wait()
	assert.Equal(t, map[fault.Kind]int{
		fault.Status503: 20, fault.Slow: 20, fault.SamePage: 20, fault.JSONAsHTML: 20,
	}, f.Stats().Struck)
	assert.Equal(t, 8*15, f.Stats().Total())
}

func TestLatencyOfAnEndpointReplacesTheGeneral(t *testing.T) {
	f := emutest.Start(t)
	const latency = 20 * time.Millisecond
	require.NoError(t, f.SetFaults(fault.Faults{
		Latency: time.Hour, Latencies: map[emulator.Endpoint]time.Duration{emulator.ListSecrets: latency,
			emulator.Metadata: latency},
	}))
	began := time.Now()
	assert.Equal(t, []int{200}, f.Statuses(t, 1))
	assert.Equal(t, http.StatusOK, f.Get(t, "/metadata").Status)
	assert.GreaterOrEqual(t, time.Since(began), 2*latency)
}

func TestWrongFaultsAreRefusedAllAtOnceAndChangeNothing(t *testing.T) {
	f := emutest.Start(t)
	f.Strike(t, fault.Status503)

	err := f.SetFaults(fault.Faults{
		Latency:        -time.Second,
		Latencies:      map[emulator.Endpoint]time.Duration{"GetSecret": -1, "getSecret": 1},
		RateLimitFirst: -1, RateLimitShare: math.NaN(),
		Rules: []fault.Rule{
			{Fault: fault.Endless, Endpoints: []emulator.Endpoint{emulator.ListSecrets, "GetSecret"}},
			{Fault: fault.Hang, First: -2, Share: 1.5},
		},
		RedirectTo: "http://host/path", Drip: -time.Millisecond,
	})

	assert.EqualError(t, err, `latency "-1s" must not be negative
latencies.GetSecret "-1ns" must not be negative
latencies.getSecret "getSecret" must be a call that the emulator serves, as scaleway-sdk-go names it, `+
		`such as "ListSecrets"
rateLimitFirst -1 must not be negative
rateLimitShare NaN must be from 0 to 1
rules[0].endpoints[1] "GetSecret" must be a call that lists, for only these have pages to spoil with "endless"
rules[1].first -2 must not be negative
rules[1].share 1.5 must be from 0 to 1
redirectTo "http://host/path" must be the http or https address of a host without a path, `+
		`such as "http://127.0.0.1:8080"
drip "-1ms" must not be negative`)
	assert.Equal(t, []int{503}, f.Statuses(t, 1))
}

func TestRulesStrikeCallsOfIAMToo(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{
		{Fault: fault.HalfPage, Endpoints: []emulator.Endpoint{"ListProjects"}},
		{Fault: fault.Status503, Endpoints: []emulator.Endpoint{"CreateProject"}},
	}}))
	assert.Contains(t, f.Call(t, http.MethodGet, emutest.Projects+"?organization_id="+emutest.Organization, "").Body,
		`{"projects":[],"total_count":1}`)
	assert.Equal(t, http.StatusServiceUnavailable, f.Call(t, http.MethodPost, emutest.Projects,
		emutest.InOrganization("a", "")).Status)
}
