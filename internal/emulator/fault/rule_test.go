package fault_test

import (
	"math"
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
	"cloison.dev/cloison/internal/emulator/secretapi"
)

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
		{Fault: fault.Status500, Endpoints: []api.Endpoint{secretapi.GetSecret, api.Metadata}, First: 2},
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
		Latency: time.Hour, Latencies: map[api.Endpoint]time.Duration{secretapi.ListSecrets: latency, api.Metadata: latency},
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
		Latencies:      map[api.Endpoint]time.Duration{"GetSecret": -1, "getSecret": 1},
		RateLimitFirst: -1, RateLimitShare: math.NaN(),
		Rules: []fault.Rule{
			{Fault: fault.Endless, Endpoints: []api.Endpoint{secretapi.ListSecrets, secretapi.GetSecret}},
			{Fault: fault.Hang, First: -2, Share: 1.5},
		},
		RedirectTo: "http://host/path", Drip: -time.Millisecond,
	})

	assert.EqualError(t, err, `latency "-1s" must not be negative
latencies.GetSecret "-1ns" must not be negative
latencies.getSecret "getSecret" must be a call that the emulator serves, as scaleway-sdk-go names it, such as "ListSecrets"
rateLimitFirst -1 must not be negative
rateLimitShare NaN must be from 0 to 1
rules[0].endpoints[1] "GetSecret" must be a call that lists, for only these have pages to spoil with "endless"
rules[1].first -2 must not be negative
rules[1].share 1.5 must be from 0 to 1
redirectTo "http://host/path" must be the http or https address of a host without a path, such as "http://127.0.0.1:8080"
drip "-1ms" must not be negative`)
	assert.Equal(t, []int{503}, f.Statuses(t, 1))
}

func TestRulesStrikeCallsOfIAMToo(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	require.NoError(t, o.SetFaults(fault.Faults{Rules: []fault.Rule{
		{Fault: fault.HalfPage, Endpoints: []api.Endpoint{"ListProjects"}},
		{Fault: fault.Status503, Endpoints: []api.Endpoint{"CreateProject"}},
	}}))
	assert.Contains(t, o.Call(t, http.MethodGet, emutest.Projects+"?organization_id="+emutest.Organization, "").Body, `{"projects":[],"total_count":1}`)
	assert.Equal(t, http.StatusServiceUnavailable, o.Call(t, http.MethodPost, emutest.Projects, emutest.InOrganization("a", "")).Status)
}
