package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// steer calls the control API.
func (f fixture) steer(t *testing.T, method, path, body string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+"/_emulator/"+path, strings.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	got, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, string(got)}
}

func TestTheControlAPISetsFaultsAndTellsCounts(t *testing.T) {
	f := startWith(t, emulator.Config{Control: true})

	set := f.steer(t, http.MethodPut, "faults", `{"rateLimitFirst": 1, "rules": [{"fault": "503", "first": 1}]}`)
	assert.Equal(t, http.StatusNoContent, set.status)
	assert.Empty(t, set.body)
	assert.Equal(t, `{"latency":"0s","latencies":{},"rateLimitFirst":1,"rateLimitShare":0,`+
		`"rules":[{"fault":"503","endpoints":[],"first":1,"share":0}],"redirectTo":"","drip":"0s"}`+"\n",
		f.steer(t, http.MethodGet, "faults", "").body)
	assert.Equal(t, []int{429, 503, 200}, f.statuses(t, 3))

	stats := f.steer(t, http.MethodGet, "stats", "")
	assert.Equal(t, "application/json", stats.header.Get("Content-Type"))
	assert.Equal(t, `{"calls":{"ListSecrets":3},"total":3,"rateLimited":1,"struck":{"503":1,"rate-limit":1},"bytes":58}`+"\n", stats.body)

	assert.Equal(t, http.StatusNoContent, f.steer(t, http.MethodPost, "reset", "").status)
	assert.Equal(t, `{"calls":{},"total":0,"rateLimited":0,"struck":{},"bytes":0}`+"\n", f.steer(t, http.MethodGet, "stats", "").body)
	assert.Contains(t, f.steer(t, http.MethodGet, "faults", "").body, `"503"`, "faults stay")
}

func TestTheControlAPIRefusesWrongFaults(t *testing.T) {
	f := startWith(t, emulator.Config{Control: true})
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitShare: 1}))

	got := f.steer(t, http.MethodPut, "faults", `{"delay": "1s", "rateLimitShare": 2}`)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, "delay is unknown: must be one of "+faultFields+"\nrateLimitShare 2 must be from 0 to 1\n", got.body)
	assert.Equal(t, []int{429}, f.statuses(t, 1), "the former faults stay")

	got = f.steer(t, http.MethodPut, "faults", `{"redirectTo": "`+strings.Repeat("x", 1<<20)+`"}`)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, "the body must be at most 1 MiB of JSON\n", got.body)
}

func TestTheControlAPIMeetsNoFaultAndCountsNoCall(t *testing.T) {
	f := startWith(t, emulator.Config{Control: true})
	f.strike(t, emulator.Hang)
	assert.Equal(t, http.StatusMethodNotAllowed, f.steer(t, http.MethodPost, "faults", "{}").status)
	assert.Equal(t, http.StatusNotFound, f.steer(t, http.MethodGet, "secrets", "").status)
	assert.Empty(t, f.Stats().Calls)
}

func TestWithoutControlItsPathsAreUnknown(t *testing.T) {
	f := start(t)
	for _, path := range []string{"stats", "faults"} {
		got := f.steer(t, http.MethodGet, path, "")
		assert.Equal(t, http.StatusNotFound, got.status)
		assert.Equal(t, `{"message":"not found"}`, got.body)
	}
	f.steer(t, http.MethodPut, "faults", `{"rateLimitShare": 1}`)
	assert.Equal(t, []int{200}, f.statuses(t, 1))
}
