package fault_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/fault"
)

const (
	faultNames = `"rate-limit", "500", "502", "503", "504", "500-html", "502-html", "503-html", "504-html", ` +
		`"500-empty", "502-empty", "503-empty", "504-empty", "html", "empty", "empty-object", ` +
		`"redirect", "hang", "reset", ` +
		`"truncated", "slow", "json-as-html", "endless", "same-page", "duplicates", "half-page"`
	faultFields = `"drip", "latencies", "latency", "rateLimitFirst", "rateLimitShare", "redirectTo", "rules"`
)

// everyFaultField is faults that use every field.
func everyFaultField() fault.Faults {
	return fault.Faults{
		Latency:        100 * time.Millisecond,
		Latencies:      map[emulator.Endpoint]time.Duration{emulator.ListSecrets: time.Second},
		RateLimitFirst: 3, RateLimitShare: 0.01,
		Rules: []fault.Rule{
			{Fault: fault.Hang, Endpoints: []emulator.Endpoint{emulator.ListSecrets}, First: 1, Share: 0.5},
			{Fault: fault.Status503HTML, Endpoints: []emulator.Endpoint{}},
		},
		RedirectTo: "http://127.0.0.1:8080", Drip: time.Minute,
	}
}

const everyFaultFieldJSON = `{"latency":"100ms","latencies":{"ListSecrets":"1s"},"rateLimitFirst":3,` +
	`"rateLimitShare":0.01,` +
	`"rules":[{"fault":"hang","endpoints":["ListSecrets"],"first":1,"share":0.5},` +
	`{"fault":"503-html","endpoints":[],"first":0,"share":0}],` +
	`"redirectTo":"http://127.0.0.1:8080","drip":"1m0s"}`

// read reads faults for an emulator that serves one endpoint.
func read(data []byte) (fault.Faults, error) {
	return fault.Read(data, []emulator.Endpoint{emulator.ListSecrets})
}

func TestFaultsAreReadAndWrittenAsJSON(t *testing.T) {
	faults, err := read([]byte(everyFaultFieldJSON))
	require.NoError(t, err)
	assert.Equal(t, everyFaultField(), faults)

	written, err := json.Marshal(faults)
	require.NoError(t, err)
	assert.Equal(t, everyFaultFieldJSON, string(written))

	none, err := read([]byte(" {} "))
	require.NoError(t, err)
	assert.Zero(t, none)
}

func TestWrongFaultsAsJSON(t *testing.T) {
	cases := map[string]struct{ given, want string }{
		"everything at once": {
			`{"latency": 5, "Latency": "5s", "latencies": {"ListSecrets": "soon"}, "rateLimitFirst": 1.5, "rateLimitShare": 2,
			  "rules": [{"fault": "explode"}, {"fault": "hang", "endpoint": "ListSecrets", "first": "1"}, 7],
			  "redirectTo": "elsewhere", "drip": null, "drip": "1s"}`,
			`latency 5 must be a duration such as "100ms"
Latency is unknown: must be one of ` + faultFields + `
latencies.ListSecrets "soon" must be a duration such as "100ms"
rateLimitFirst 1.5 must be a whole number
rules[1].endpoint is unknown: must be one of "endpoints", "fault", "first", "share"
rules[1].first "1" must be a whole number
rules[2] must be a JSON object
drip null must be a duration such as "100ms"
the document has the field "drip" twice
rateLimitShare 2 must be from 0 to 1
rules[0].fault "explode" must be one of ` + faultNames + `
rules[2].fault "" must be one of ` + faultNames + `
redirectTo "elsewhere" must be the http or https address of a host without a path, such as "http://127.0.0.1:8080"`,
		},
		"nothing":            {``, `the document must be a JSON object`},
		"a list":             {`[]`, `the document must be a JSON object`},
		"a document cut off": {`{"latency": "1s"`, `the document is not JSON at offset 16`},
		"no value":           {`{"latency": }`, `the document is not JSON at offset 11`},
		"two documents":      {`{} {}`, `the document must be one JSON object, nothing after it`},
		"a long value": {
			`{"redirectTo": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}`,
			`redirectTo [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, ... must be a text`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			faults, err := read([]byte(c.given))
			assert.EqualError(t, err, c.want)
			assert.Zero(t, faults)
		})
	}
}

func TestEveryFaultIsListedOnce(t *testing.T) {
	all := map[fault.Kind]bool{}
	for _, kind := range fault.AllKinds() {
		assert.False(t, all[kind], "%q", kind)
		all[kind] = true
	}
	assert.Len(t, all, 26)
}
