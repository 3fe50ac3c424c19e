package emulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

const secretsOfProject = root + "/secrets?project_id=" + project

// strike makes the emulator strike every call with a fault.
func (f fixture) strike(t *testing.T, fault emulator.Fault) {
	t.Helper()
	require.NoError(t, f.SetFaults(emulator.Faults{Rules: []emulator.Rule{{Fault: fault}}}))
}

// sdkList is what the SDK makes of the whole list.
func (f fixture) sdkList(t *testing.T) (*secretapi.ListSecretsResponse, error) {
	t.Helper()
	return f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project)})
}

// instead is an answer in the place of the real one.
type instead struct {
	status             int
	contentType, body  string
	sdk                string // what the SDK says; empty: it takes the answer for an empty list
	headerName, header string
}

func answersInstead() map[emulator.Fault]instead {
	const (
		internal = `{"message":"internal error"}`
		jsonType = "application/json"
	)
	page := func(title string) string {
		return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n</body>\r\n</html>\r\n"
	}
	return map[emulator.Fault]instead{
		emulator.RateLimit:      {429, "", "", "http error 429 Too Many Requests", "X-Envoy-Ratelimited", "true"},
		emulator.Status500:      {500, jsonType, internal, "http error 500 Internal Server Error: internal error", "", ""},
		emulator.Status502:      {502, jsonType, internal, "http error 502 Bad Gateway: internal error", "", ""},
		emulator.Status503:      {503, jsonType, internal, "http error 503 Service Unavailable: internal error", "", ""},
		emulator.Status504:      {504, jsonType, internal, "http error 504 Gateway Timeout: internal error", "", ""},
		emulator.Status500HTML:  {500, "text/html", page("500 Internal Server Error"), "http error 500 Internal Server Error", "", ""},
		emulator.Status502HTML:  {502, "text/html", page("502 Bad Gateway"), "http error 502 Bad Gateway", "", ""},
		emulator.Status503HTML:  {503, "text/html", page("503 Service Unavailable"), "http error 503 Service Unavailable", "", ""},
		emulator.Status504HTML:  {504, "text/html", page("504 Gateway Timeout"), "http error 504 Gateway Timeout", "", ""},
		emulator.Status500Empty: {500, "", "", "http error 500 Internal Server Error", "", ""},
		emulator.Status502Empty: {502, "", "", "http error 502 Bad Gateway", "", ""},
		emulator.Status503Empty: {503, "", "", "http error 503 Service Unavailable", "", ""},
		emulator.Status504Empty: {504, "", "", "http error 504 Gateway Timeout", "", ""},
		emulator.HTML:           {200, "text/html", page("Welcome to the network"), "could not handle text/html response body", "", ""},
		emulator.Empty:          {200, jsonType, "", "", "", ""},
		emulator.EmptyObject:    {200, jsonType, "{}", "", "", ""},
	}
}

// TestFaultsInTheAnswersPlace sees them with net/http, and in what the SDK says of them.
func TestFaultsInTheAnswersPlace(t *testing.T) {
	for fault, c := range answersInstead() {
		t.Run(string(fault), func(t *testing.T) {
			f := start(t)
			f.add(t, "/shop", "there", "v")
			f.strike(t, fault)

			got := f.get(t, secretsOfProject)
			assert.Equal(t, c.status, got.status)
			assert.Equal(t, c.contentType, got.header.Get("Content-Type"))
			assert.Equal(t, c.body, got.body)
			assert.Equal(t, strconv.Itoa(len(c.body)), got.header.Get("Content-Length"))
			assert.Equal(t, c.header, got.header.Get(c.headerName))
			assert.Empty(t, got.header.Get("Retry-After"))
			assert.Equal(t, int64(len(c.body)), f.Stats().Bytes)

			list, err := f.sdkList(t)
			if c.sdk == "" {
				require.NoError(t, err, "the SDK takes it for a folder without secrets")
				assert.Empty(t, list.Secrets)
				assert.Zero(t, list.TotalCount)
			} else {
				assert.ErrorContains(t, err, c.sdk)
			}
			assert.Equal(t, map[emulator.Fault]int{fault: 2}, f.Stats().Struck)
			assert.Equal(t, 2, f.Stats().Calls[emulator.ListSecrets])
		})
	}
}

func TestRedirectLeadsToAnotherHost(t *testing.T) {
	f := start(t)
	var sent []string // the paths and keys that reach the other host
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.URL.RequestURI(), r.Header.Get("X-Auth-Token"))
	}))
	defer other.Close()
	redirect := []emulator.Rule{{Fault: emulator.Redirect}}
	require.NoError(t, f.SetFaults(emulator.Faults{Rules: redirect, RedirectTo: other.URL}))

	_, err := f.sdkList(t)

	require.NoError(t, err, "the SDK follows, and takes an empty answer for an empty list")
	assert.Equal(t, []string{root + "/secrets?order_by=name_asc&project_id=" + project + "&scheduled_for_deletion=false&type=unknown_type",
		f.key.SecretKey}, sent, "net/http hands X-Auth-Token to another host")

	require.NoError(t, f.SetFaults(emulator.Faults{Rules: redirect}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+secretsOfProject, http.NoBody)
	require.NoError(t, err)
	got, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	assert.Equal(t, http.StatusTemporaryRedirect, got.StatusCode)
	assert.Equal(t, "http://elsewhere.invalid"+secretsOfProject, got.Header.Get("Location"))
	assert.Equal(t, map[emulator.Fault]int{emulator.Redirect: 2}, f.Stats().Struck)
}

func TestJSONAsHTMLChangesNothingElse(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "there", "v")
	want := f.get(t, root+"/secrets/"+id)
	f.strike(t, emulator.JSONAsHTML)

	got := f.get(t, root+"/secrets/"+id)
	assert.Equal(t, "text/html", got.header.Get("Content-Type"))
	assert.Equal(t, want.body, got.body)
	assert.Equal(t, want.status, got.status)

	_, err := f.sdkList(t)
	assert.ErrorContains(t, err, "could not handle text/html response body")
	assert.Equal(t, map[emulator.Fault]int{emulator.JSONAsHTML: 2}, f.Stats().Struck)
}

func TestFaultsStrikeCallsThatCarryABody(t *testing.T) {
	f := start(t)
	f.strike(t, emulator.Status503Empty)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+root+"/secrets", http.NoBody)
	require.NoError(t, err)
	got, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, got.Body.Close()) }()
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	assert.Empty(t, body)
	assert.Equal(t, http.StatusServiceUnavailable, got.StatusCode, "before authentication")
}
