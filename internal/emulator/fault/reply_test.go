package fault_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
)

// sdkList is what the SDK makes of the whole list.
func sdkList(t *testing.T, f emutest.Fixture) (*sdk.ListSecretsResponse, error) {
	t.Helper()
	return f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project)})
}

// instead is an answer in the place of the real one.
type instead struct {
	status             int
	contentType, body  string
	sdk                string // what the SDK says; empty: it takes the answer for an empty list
	headerName, header string
}

func answersInstead() map[fault.Kind]instead {
	const (
		internal = `{"message":"internal error"}`
		jsonType = "application/json"
	)
	page := func(title string) string {
		return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n</body>\r\n</html>\r\n"
	}
	return map[fault.Kind]instead{
		fault.RateLimit: {429, "", "", "http error 429 Too Many Requests", "X-Envoy-Ratelimited", "true"},
		fault.Status500: {500, jsonType, internal, "http error 500 Internal Server Error: internal error", "", ""},
		fault.Status502: {502, jsonType, internal, "http error 502 Bad Gateway: internal error", "", ""},
		fault.Status503: {503, jsonType, internal, "http error 503 Service Unavailable: internal error", "", ""},
		fault.Status504: {504, jsonType, internal, "http error 504 Gateway Timeout: internal error", "", ""},
		fault.Status500HTML: {500, "text/html", page("500 Internal Server Error"),
			"http error 500 Internal Server Error",
			"", ""},
		fault.Status502HTML: {502, "text/html", page("502 Bad Gateway"), "http error 502 Bad Gateway", "", ""},
		fault.Status503HTML: {503, "text/html", page("503 Service Unavailable"),
			"http error 503 Service Unavailable", "",
			""},
		fault.Status504HTML:  {504, "text/html", page("504 Gateway Timeout"), "http error 504 Gateway Timeout", "", ""},
		fault.Status500Empty: {500, "", "", "http error 500 Internal Server Error", "", ""},
		fault.Status502Empty: {502, "", "", "http error 502 Bad Gateway", "", ""},
		fault.Status503Empty: {503, "", "", "http error 503 Service Unavailable", "", ""},
		fault.Status504Empty: {504, "", "", "http error 504 Gateway Timeout", "", ""},
		fault.HTML: {200, "text/html", page("Welcome to the network"), "could not handle text/html response body",
			"", ""},
		fault.Empty:       {200, jsonType, "", "", "", ""},
		fault.EmptyObject: {200, jsonType, "{}", "", "", ""},
	}
}

// TestFaultsInTheAnswersPlace tests them with net/http, and the errors of the SDK.
func TestFaultsInTheAnswersPlace(t *testing.T) {
	for kind, c := range answersInstead() {
		t.Run(string(kind), func(t *testing.T) {
			f := emutest.Start(t)
			f.Add(t, "/shop", "there", "v")
			f.Strike(t, kind)

			got := f.Get(t, emutest.Secrets)
			assert.Equal(t, c.status, got.Status)
			assert.Equal(t, c.contentType, got.Header.Get("Content-Type"))
			assert.Equal(t, c.body, got.Body)
			assert.Equal(t, strconv.Itoa(len(c.body)), got.Header.Get("Content-Length"))
			assert.Equal(t, c.header, got.Header.Get(c.headerName))
			assert.Empty(t, got.Header.Get("Retry-After"))
			assert.Equal(t, int64(len(c.body)), f.Stats().Bytes)

			list, err := sdkList(t, f)
			if c.sdk == "" {
				require.NoError(t, err, "the SDK takes it for a folder without secrets")
				assert.Empty(t, list.Secrets)
				assert.Zero(t, list.TotalCount)
			} else {
				assert.ErrorContains(t, err, c.sdk)
			}
			assert.Equal(t, map[fault.Kind]int{kind: 2}, f.Stats().Struck)
			assert.Equal(t, 2, f.Stats().Calls[emulator.ListSecrets])
		})
	}
}

func TestRedirectLeadsToAnotherHost(t *testing.T) {
	f := emutest.Start(t)
	var sent []string // the paths and keys that reach the other host
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.URL.RequestURI(), r.Header.Get("X-Auth-Token"))
	}))
	defer other.Close()
	redirect := []fault.Rule{{Fault: fault.Redirect}}
	require.NoError(t, f.SetFaults(fault.Faults{Rules: redirect, RedirectTo: other.URL}))

	_, err := sdkList(t, f)

	require.NoError(t, err, "the SDK follows, and takes an empty answer for an empty list")
	assert.Equal(t, []string{emutest.Root + "/secrets?order_by=name_asc&project_id=" + emutest.Project +
		"&scheduled_for_deletion=false&type=unknown_type",
		f.Key.SecretKey}, sent, "net/http hands X-Auth-Token to another host")

	require.NoError(t, f.SetFaults(fault.Faults{Rules: redirect}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.URL+emutest.Secrets, http.NoBody)
	require.NoError(t, err)
	got, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	assert.Equal(t, http.StatusTemporaryRedirect, got.StatusCode)
	assert.Equal(t, "http://elsewhere.invalid"+emutest.Secrets, got.Header.Get("Location"))
	assert.Equal(t, map[fault.Kind]int{fault.Redirect: 2}, f.Stats().Struck)
}

func TestJSONAsHTMLChangesNothingElse(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "there", "v")
	want := f.Get(t, emutest.Root+"/secrets/"+id)
	f.Strike(t, fault.JSONAsHTML)

	got := f.Get(t, emutest.Root+"/secrets/"+id)
	assert.Equal(t, "text/html", got.Header.Get("Content-Type"))
	assert.Equal(t, want.Body, got.Body)
	assert.Equal(t, want.Status, got.Status)

	_, err := sdkList(t, f)
	assert.ErrorContains(t, err, "could not handle text/html response body")
	assert.Equal(t, map[fault.Kind]int{fault.JSONAsHTML: 2}, f.Stats().Struck)
}

func TestFaultsStrikeCallsThatCarryABody(t *testing.T) {
	f := emutest.Start(t)
	f.Strike(t, fault.Status503Empty)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.URL+emutest.Root+"/secrets", http.NoBody)
	require.NoError(t, err)
	got, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, got.Body.Close()) }()
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	assert.Empty(t, body)
	assert.Equal(t, http.StatusServiceUnavailable, got.StatusCode, "before authentication")
}
