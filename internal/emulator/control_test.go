package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
)

// steer calls the control API.
func steer(t *testing.T, f emutest.Fixture, method, path, body string) emutest.Answer {
	t.Helper()
	return f.Send(t, method, "/_emulator/"+path, "", body)
}

func TestTheControlAPISetsFaultsAndTellsCounts(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})

	set := steer(t, f, http.MethodPut, "faults", `{"rateLimitFirst": 1, "rules": [{"fault": "503", "first": 1}]}`)
	assert.Equal(t, http.StatusNoContent, set.Status)
	assert.Empty(t, set.Body)
	assert.Equal(t, `{"latency":"0s","latencies":{},"rateLimitFirst":1,"rateLimitShare":0,`+
		`"rules":[{"fault":"503","endpoints":[],"first":1,"share":0}],"redirectTo":"","drip":"0s"}`+"\n",
		steer(t, f, http.MethodGet, "faults", "").Body)
	assert.Equal(t, []int{429, 503, 200}, f.Statuses(t, 3))

	stats := steer(t, f, http.MethodGet, "stats", "")
	assert.Equal(t, "application/json", stats.Header.Get("Content-Type"))
	assert.Equal(t, `{"calls":{"ListSecrets":3},"total":3,"rateLimited":1,"struck":{"503":1,"rate-limit":1},"bytes":58}`+
		"\n", stats.Body)

	assert.Equal(t, http.StatusNoContent, steer(t, f, http.MethodPost, "reset", "").Status)
	assert.Equal(t, `{"calls":{},"total":0,"rateLimited":0,"struck":{},"bytes":0}`+"\n",
		steer(t, f, http.MethodGet, "stats", "").Body)
	assert.Contains(t, steer(t, f, http.MethodGet, "faults", "").Body, `"503"`, "faults stay")
}

func TestTheControlAPIRefusesWrongFaults(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitShare: 1}))

	const fields = `"drip", "latencies", "latency", "rateLimitFirst", "rateLimitShare", "redirectTo", "rules"`
	got := steer(t, f, http.MethodPut, "faults", `{"delay": "1s", "rateLimitShare": 2}`)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Equal(t, "delay is unknown: must be one of "+fields+"\nrateLimitShare 2 must be from 0 to 1\n", got.Body)
	assert.Equal(t, []int{429}, f.Statuses(t, 1), "the former faults stay")

	// Not over the network: the HTTP server would wait before it closes the connection of a body that is too large.
	body := strings.NewReader(`{"redirectTo": "` + strings.Repeat("x", 1<<20) + `"}`)
	refused := httptest.NewRecorder()
	f.ServeHTTP(refused, httptest.NewRequest(http.MethodPut, "/_emulator/faults", body))
	assert.Equal(t, http.StatusBadRequest, refused.Code)
	assert.Equal(t, "the body must be at most 1 MiB of JSON\n", refused.Body.String())
}

func TestTheControlAPIMeetsNoFaultAndCountsNoCall(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})
	f.Strike(t, fault.Hang)
	assert.Equal(t, http.StatusMethodNotAllowed, steer(t, f, http.MethodPost, "faults", "{}").Status)
	assert.Equal(t, http.StatusNotFound, steer(t, f, http.MethodGet, "secrets", "").Status)
	assert.Empty(t, f.Stats().Calls)
}

func TestWithoutControlItsPathsAreUnknown(t *testing.T) {
	f := emutest.Start(t)
	for _, path := range []string{"stats", "faults"} {
		got := steer(t, f, http.MethodGet, path, "")
		assert.Equal(t, http.StatusNotFound, got.Status)
		assert.Equal(t, `{"message":"not found"}`, got.Body)
	}
	steer(t, f, http.MethodPut, "faults", `{"rateLimitShare": 1}`)
	assert.Equal(t, []int{200}, f.Statuses(t, 1))
}

// blocksOf returns the fenced blocks of a language in docs/emulator.md, and the whole document.
func blocksOf(t *testing.T, language string) (blocks []string, document string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/emulator.md")
	require.NoError(t, err)
	for _, found := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, found[1])
	}
	require.NotEmpty(t, blocks)
	return blocks, string(text)
}

func TestTheDocumentNamesEveryFaultOnce(t *testing.T) {
	_, document := blocksOf(t, "yaml")
	var named []fault.Kind
	_, table, found := strings.Cut(document, "| fault | what the caller meets |")
	require.True(t, found)
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 && len(named) > 0 {
			break
		}
		if len(cells) < 3 {
			continue
		}
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			named = append(named, fault.Kind(name[1]))
		}
	}
	assert.ElementsMatch(t, fault.AllKinds(), named)
}

func TestTheExamplesOfTheDocumentAreRead(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Control: true})
	faults, _ := blocksOf(t, "json")
	for _, example := range faults {
		got := steer(t, f, http.MethodPut, "faults", example)
		assert.Equal(t, http.StatusNoContent, got.Status, got.Body)
	}
	seeds, _ := blocksOf(t, "yaml")
	for _, example := range seeds {
		emutest.Start(t).LoadText(t, example)
	}
}
