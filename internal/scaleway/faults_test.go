package scaleway_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
)

const (
	listing   = `list the secrets of folder "/shop" of project ` + project + ` in fr-par: the API at HOST `
	newKey    = "; make a new key (https://console.scaleway.com/iam/api-keys) and set it where this one was set"
	later     = "; try again later; check the network, SCW_API_URL and https://status.scaleway.com"
	grantList = "; give it the permission set SecretManagerReadOnly on this project, without a condition " +
		"(lists are refused under one), " +
		"or use a key of this project; a new permission takes up to a minute"
	between = "; is there a proxy or a login page between?"
	faulty  = "; try again; if it stays so, look at SCW_API_URL and at what is between"
	gone    = "; it was deleted or changed since it was listed, or made less than a minute ago: try again"
)

func TestEachRefusalSaysWhatToDo(t *testing.T) {
	quoted := `"message":"` + canary + ` ` + secretKey + `"`
	for name, test := range map[string]struct {
		status int
		body   string
		reason inventory.Reason
		want   string
	}{
		"unknown key": {
			401, `{"type":"denied_authentication","method":"api_key","reason":"not_found",` + quoted + `}`,
			inventory.KeyRefused,
			"does not know the API key (401): it was deleted, or is another installation's" + newKey,
		},
		"expired key": {
			401, `{"type":"denied_authentication","method":"api_key","reason":"expired",` + quoted + `}`,
			inventory.KeyRefused,
			"says that the API key has expired (401)" + newKey,
		},
		"malformed key": {
			401, `{"type":"denied_authentication","method":"api_key","reason":"invalid_argument",` + quoted + `}`,
			inventory.KeyRefused,
			"says that the API key is malformed (401)" + newKey,
		},
		"a reason that quotes the key": {
			401, `{"type":"denied_authentication","reason":"` + secretKey + `"}`, inventory.KeyRefused,
			"refused the API key (401)" + newKey,
		},
		"401 without a body": {401, "", inventory.KeyRefused, "refused the API key (401)" + newKey},
		"missing permission": {
			403, `{"type":"permissions_denied","details":[{"action":"list","resource":"secret"}],` + quoted + `}`,
			inventory.NotPermitted,
			"says that the API key lacks the permission to list secret (403)" + grantList,
		},
		"an action that quotes the key": {
			403, `{"type":"permissions_denied","details":[{"action":"` + secretKey + `","resource":"A ` + canary +
				`"}]}`, inventory.NotPermitted,
			"says that the API key lacks the permission to use resource (403)" + grantList,
		},
		"403 without a body": {403, "", inventory.NotPermitted,
			"says that the API key lacks a permission (403)" + grantList},
		"unknown region": {
			404, `{` + quoted + `}`, inventory.NoSuchRegion,
			`has no region "fr-par" (404); correct the region (Scaleway has fr-par, nl-ams, pl-waw), or SCW_API_URL`,
		},
		"missing resource": {
			404, `{"type":"not_found","resource":"project","resource_id":"` + secretKey + `"}`, inventory.Unavailable,
			"does not find the project (404); check projectID, region and SCW_API_URL",
		},
		"expired resource": {
			410, `{"type":"resource_expired","resource":"secret","resource_id":"` + secretKey +
				`","expired_since":"2026-01-01T00:00:00Z"}`,
			inventory.Unavailable, "says that the secret has expired" + gone,
		},
		"bad argument": {
			400, `{"type":"invalid_arguments","details":[{"argument_name":"project_id","reason":"format","help_message":"` + canary + `"}]}`,
			inventory.Malformed,
			"does not accept project_id (400); check region, projectID and path in the Segregation; is " +
				"SCW_API_URL Secret Manager's?",
		},
		"failed precondition": {
			412, `{"type":"precondition_failed","precondition":"x","help_message":"` + canary + `"}`,
			inventory.Unavailable,
			"cannot give it in its present state (412)" + gone,
		},
		"an unknown type": {418, `{"type":"teapot",` + quoted + `}`, inventory.Malformed,
			"answered 418, which it never does here" + between},
		"not an object": {403, `["` + canary + `"]`, inventory.Malformed,
			"answered JSON that is not of its form" + faulty},
		"never tried again": {501, "", inventory.Unavailable, "answered 501" + later},
	} {
		t.Run(name, func(t *testing.T) {
			account, host := serve(t, answer(test.status, test.body))
			_, err := account.Secrets(t.Context(), shop(), false)
			assertError(t, err, test.reason, strings.ReplaceAll(listing, "HOST", host)+test.want)
		})
	}
}

// raw answers with bytes of its own, and closes the connection.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(connection, text)
			_ = connection.Close()
		}
	}
}

func typed(media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		_, _ = io.WriteString(w, body)
	}
}

func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for _, err := io.WriteString(w, `{"secrets":[`); err == nil; {
		_, err = io.WriteString(w, strings.Repeat(" ", 1<<20))
	}
}

func TestAnswersThatAreNoneOfTheAPIAreNotBelieved(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		reason  inventory.Reason
		want    string
	}{
		"HTML": {typed("text/html; charset=utf-8", "<p>"+canary), inventory.Malformed,
			"answered text/html where JSON must be (status 200)" + between},
		"a content type that quotes the key": {
			typed("x/"+secretKey, "x"), inventory.Malformed,
			"answered an unknown content type where JSON must be (status 200)" + between,
		},
		"no content type": {raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), inventory.Malformed,
			"answered no content type where JSON must be (status 200)" + between},
		"a refusal of a proxy": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, canary, http.StatusForbidden)
		}, inventory.Malformed, "answered text/plain where JSON must be (status 403)" + between},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere?"+canary, http.StatusFound)
		}, inventory.Malformed,
			"answered 302, a redirect, which is not followed because the key would be sent on" + between},
		"nothing":    {answer(200, ""), inventory.Malformed, "answered with nothing" + between},
		"no content": {answer(204, ""), inventory.Malformed, "answered 204, which it never does" + between},
		"half of JSON": {answer(200, `{"secrets":["`+canary), inventory.Malformed,
			"answered with half a body (8 attempts)" + faulty},
		"half a body": {raw(head + "Content-Length: 9999\r\n\r\n{\"secrets\":[]"), inventory.Malformed,
			"answered with half a body (8 attempts)" + faulty},
		"half a chunk": {raw(head + "Transfer-Encoding: chunked\r\n\r\nff\r\n{}"), inventory.Malformed,
			"answered with half a body (8 attempts)" + faulty},
		"two documents": {answer(200, `{"secrets":[],"total_count":0}{}`), inventory.Malformed,
			"answered with half a body (8 attempts)" + faulty},
		"no end": {endless, inventory.Malformed, "answered more than 8 MiB" + between},
		"JSON of another form": {
			answer(200, `{"secrets":"`+canary+`"}`), inventory.Malformed,
			"answered JSON that is not of its form" + faulty,
		},
		"a reset": {raw(""), inventory.Unavailable, "closed the connection before it answered (8 attempts)" + later},
		"no HTTP": {raw("SSH-2.0-" + canary + "\r\n"), inventory.Unavailable,
			"could not be reached (8 attempts)" + later},
	} {
		t.Run(name, func(t *testing.T) {
			account, host := serve(t, test.handler)
			_, err := account.Secrets(t.Context(), shop(), false)
			assertError(t, err, test.reason, strings.ReplaceAll(listing, "HOST", host)+test.want)
		})
	}
}

func TestTheKeyIsNotSentOnWithARedirect(t *testing.T) {
	elsewhere, keys := sentKeys(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		account, _ := serve(t,
			func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere+r.URL.Path, status) })
		_, err := account.Secrets(t.Context(), shop(), false)
		assert.ErrorContains(t, err, "a redirect, which is not followed")
	}
	assert.Empty(t, *keys)
}

func TestAServerThatCannotBeReachedIsSaidToBe(t *testing.T) {
	quiet := httptest.NewUnstartedServer(answer(200, "{}"))
	quiet.Config.ErrorLog = log.New(io.Discard, "", 0)
	quiet.StartTLS()
	defer quiet.Close()
	plain := httptest.NewServer(answer(200, "{}"))
	defer plain.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	const trust = "; only set SCW_API_URL to a server whose certificate this machine trusts; for a private " +
		"authority, SSL_CERT_FILE names its certificate"
	for name, test := range map[string]struct{ url, want string }{
		"nobody listens":          {closed.URL, "refused the connection (8 attempts)" + later},
		"a certificate of nobody": {quiet.URL, "has a certificate that is not trusted or not its own" + trust},
		"no TLS":                  {strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS" + trust},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connect(t, toServer(test.url), awake()).Secrets(t.Context(), shop(), false)
			_, host, _ := strings.Cut(test.url, "://")
			assertError(t, err, inventory.Unavailable, strings.ReplaceAll(listing, "HOST", host)+test.want)
		})
	}
}

func TestASlowServerIsTriedAgain(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"before it answers": {func(http.ResponseWriter, *http.Request) { <-release },
			"did not answer within 50ms (2 attempts)"},
		"in its answer": {func(w http.ResponseWriter, r *http.Request) {
			answer(200, `{"secrets":[`)(w, r)
			_ = http.NewResponseController(w).Flush()
			<-release
		}, "did not finish its answer within 50ms (2 attempts)"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.handler)
			t.Cleanup(func() { go server.Close() })
			retry := awake()
			retry.Attempts, retry.Timeout = 2, 50*time.Millisecond
			_, err := connect(t, toServer(server.URL), retry).Secrets(t.Context(), shop(), false)
			assertError(t, err, inventory.Unavailable,
				strings.ReplaceAll(listing, "HOST", strings.TrimPrefix(server.URL, "http://"))+test.want+later)
		})
	}
}

func TestServerErrorsAreTriedAgainAndCounted(t *testing.T) {
	for _, status := range []int{408, 500, 502, 503, 504} {
		account, host := serve(t, answer(status, `{"message":"`+canary+`"}`))
		_, err := account.SecretCount(t.Context(), "fr-par", project)
		assertError(t, err, inventory.Unavailable,
			"count the secrets of project "+project+" in fr-par: the API at "+host+" answered "+strconv.Itoa(status)+
				" (8 attempts)"+later)
	}
}
