package emulator_test

import (
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestARuleStrikesEveryCallButMetadata(t *testing.T) {
	f := start(t)
	f.strike(t, emulator.Status503)
	assert.Equal(t, []int{503, 503, 503}, f.statuses(t, 3))
	assert.Equal(t, http.StatusServiceUnavailable, f.get(t, "/nowhere").status)
	assert.Equal(t, http.StatusOK, f.get(t, "/metadata").status)
}

func TestARuleStrikesTheEndpointsThatItNames(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "there", "v")
	require.NoError(t, f.SetFaults(emulator.Faults{Rules: []emulator.Rule{
		{Fault: emulator.Status500, Endpoints: []emulator.Endpoint{emulator.GetSecret, emulator.Metadata}, First: 2},
	}}))

	assert.Equal(t, []int{200, 200, 200}, f.statuses(t, 3), "calls that it does not concern do not count")
	assert.Equal(t, http.StatusInternalServerError, f.get(t, root+"/secrets/"+id).status)
	assert.Equal(t, http.StatusInternalServerError, f.get(t, "/metadata").status)
	assert.Equal(t, http.StatusOK, f.get(t, root+"/secrets/"+id).status)
}

func TestRulesTakeTurns(t *testing.T) {
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1, Rules: []emulator.Rule{
		{Fault: emulator.Status502, First: 2},
		{Fault: emulator.Duplicates, First: 1},
		{Fault: emulator.Status504, First: 1},
	}}))
	assert.Equal(t, []int{429, 502, 502, 200, 504, 200}, f.statuses(t, 6))
	assert.Equal(t, map[emulator.Fault]int{
		emulator.RateLimit: 1, emulator.Status502: 2, emulator.Duplicates: 1, emulator.Status504: 1,
	}, f.Stats().Struck)
	assert.Equal(t, 1, f.Stats().RateLimited)
}

func TestTheShareOfARuleIsKeptAndRepeats(t *testing.T) {
	run := func(seed uint64) (statuses []int, struck map[emulator.Fault]int) {
		f := startWith(t, emulator.Config{Seed: seed})
		require.NoError(t, f.SetFaults(emulator.Faults{Rules: []emulator.Rule{
			{Fault: emulator.Status503, First: 10, Share: 0.2}, {Fault: emulator.RateLimit, Share: 0.5},
		}}))
		statuses = f.statuses(t, 510)
		return statuses, f.Stats().Struck
	}
	first, struck := run(1)
	again, _ := run(1)
	other, _ := run(2)

	assert.InDelta(t, 110, struck[emulator.Status503], 25)
	assert.InDelta(t, 200, struck[emulator.RateLimit], 30, "half of what is left")
	assert.Equal(t, first, again)
	assert.NotEqual(t, first, other)
	assert.NotContains(t, first[:10], 200)
}

func TestRulesCountExactlyUnderConcurrency(t *testing.T) {
	f := startWith(t, emulator.Config{Control: true})
	f.add(t, "/shop", "there", "v")
	faults := emulator.Faults{Drip: time.Microsecond, Rules: []emulator.Rule{
		{Fault: emulator.Status503, First: 20},
		{Fault: emulator.Slow, First: 20},
		{Fault: emulator.SamePage, First: 20},
		{Fault: emulator.JSONAsHTML, First: 20},
	}}
	require.NoError(t, f.SetFaults(faults))
	faults.Rules[0].Fault = emulator.Hang // what was set is set
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 15 {
				f.get(t, secretsOfProject)
				f.steer(t, http.MethodGet, "stats", "")
				f.steer(t, http.MethodGet, "faults", "")
			}
		})
	}
	group.Wait()
	assert.Equal(t, map[emulator.Fault]int{
		emulator.Status503: 20, emulator.Slow: 20, emulator.SamePage: 20, emulator.JSONAsHTML: 20,
	}, f.Stats().Struck)
	assert.Equal(t, 8*15, f.Stats().Total())
}

func TestLatencyOfAnEndpointReplacesTheGeneral(t *testing.T) {
	f := start(t)
	const latency = 20 * time.Millisecond
	require.NoError(t, f.SetFaults(emulator.Faults{
		Latency: time.Hour, Latencies: map[emulator.Endpoint]time.Duration{emulator.ListSecrets: latency, emulator.Metadata: latency},
	}))
	began := time.Now()
	assert.Equal(t, []int{200}, f.statuses(t, 1))
	assert.Equal(t, http.StatusOK, f.get(t, "/metadata").status)
	assert.GreaterOrEqual(t, time.Since(began), 2*latency)
}

func TestWrongFaultsAreRefusedAllAtOnceAndChangeNothing(t *testing.T) {
	f := start(t)
	f.strike(t, emulator.Status503)

	err := f.SetFaults(emulator.Faults{
		Latency:        -time.Second,
		Latencies:      map[emulator.Endpoint]time.Duration{"GetSecret": -1, "getSecret": 1},
		RateLimitFirst: -1, RateLimitShare: math.NaN(),
		Rules: []emulator.Rule{
			{Fault: emulator.Endless, Endpoints: []emulator.Endpoint{emulator.ListSecrets, emulator.GetSecret}},
			{Fault: emulator.Hang, First: -2, Share: 1.5},
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
	assert.Equal(t, []int{503}, f.statuses(t, 1))
}

func TestRulesStrikeCallsOfIAMToo(t *testing.T) {
	o := openOffice(t, "15:00:00")
	require.NoError(t, o.SetFaults(emulator.Faults{Rules: []emulator.Rule{
		{Fault: emulator.HalfPage, Endpoints: []emulator.Endpoint{"ListProjects"}},
		{Fault: emulator.Status503, Endpoints: []emulator.Endpoint{"CreateProject"}},
	}}))
	assert.Contains(t, o.call(t, http.MethodGet, projectsPath+"?organization_id="+organization, "").body, `{"projects":[],"total_count":1}`)
	assert.Equal(t, http.StatusServiceUnavailable, o.call(t, http.MethodPost, projectsPath, inOrganization("a", "")).status)
}
