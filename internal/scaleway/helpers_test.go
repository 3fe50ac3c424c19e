package scaleway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

const (
	project  = "11111111-2222-4333-8444-555555555555"
	secretID = "99999999-2222-4333-8444-555555555555"
	// accessKey, secretKey and canary must appear in no error and no output.
	accessKey = "SCWCANARY0ACCESS0KEY"
	secretKey = "cacacaca-0000-4000-8000-cacacacacaca"
	canary    = "canary_of_a_value"
)

func shop() inventory.FolderRef {
	return inventory.FolderRef{Region: "fr-par", ProjectID: project, Path: "/shop"}
}

// one is a secret of the folder of shop, which errors call by theSecret.
func one(id string) capture.Secret { return capture.Secret{ID: id, Name: "one"} }

const theSecret = `secret "one" of folder "/shop" of project ` + project + " in fr-par"

// environment looks variables up in pairs of a name and a value.
func environment(pairs ...string) scaleway.Environment {
	return scaleway.Environment{Lookup: func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}}
}

// toServer is an environment with the canaries as key.
func toServer(url string) scaleway.Environment {
	return environment("SCW_API_URL", url, "SCW_ACCESS_KEY", accessKey, "SCW_SECRET_KEY", secretKey)
}

// awake does not sleep, and pauses as long as it may.
func awake() scaleway.Retry {
	return scaleway.Retry{
		Jitter: func(longest time.Duration) time.Duration { return longest },
		Sleep:  func(context.Context, time.Duration) error { return nil },
	}
}

func connect(t *testing.T, env scaleway.Environment, retry scaleway.Retry) capture.SecretManager {
	t.Helper()
	accounts := scaleway.NewAccounts(env)
	accounts.Retry = retry
	account, err := accounts.Account(&plan.Plan{}, "shop")
	require.NoError(t, err)
	return account
}

// serve starts a server and returns a client of it that never sleeps.
func serve(t *testing.T, handler http.HandlerFunc) (account capture.SecretManager, host string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return connect(t, toServer(server.URL), awake()), strings.TrimPrefix(server.URL, "http://")
}

// answer writes an answer in JSON.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // the client may be gone
	}
}

// secretJSON is a secret of the folder of shop as the API lists it.
func secretJSON(n int) string {
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012d","project_id":%q,"name":"secret-%d","version_count":1,`+
		`"type":"opaque","path":"/shop","ephemeral_policy":null,"deletion_requested_at":null,"region":"fr-par"}`,
		n, project, n)
}

// secretsJSON is a page of secrets, numbered from first to last.
func secretsJSON(first, last, total int) string {
	var items []string
	for n := first; n <= last; n++ {
		items = append(items, secretJSON(n))
	}
	return fmt.Sprintf(`{"secrets":[%s],"total_count":%d}`, strings.Join(items, ","), total)
}

// assertError asserts a *capture.Error, its reason and its message, and that it holds no canary.
func assertError(t *testing.T, err error, reason inventory.Reason, message string) {
	t.Helper()
	var failed *capture.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, reason, failed.Reason)
	assert.Equal(t, message, failed.Message)
	assertClean(t, failed.Message)
}

func assertClean(t *testing.T, text string) {
	t.Helper()
	for _, planted := range []string{accessKey, secretKey, canary} {
		assert.NotContains(t, strings.ToLower(text), strings.ToLower(planted))
	}
}
