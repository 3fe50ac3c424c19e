package scaleway_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

func TestCallsCountsWhatWasSentAndTriedAgain(t *testing.T) {
	var received atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if received.Add(1) == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		answer(http.StatusOK, secretsJSON(1, 1, 1))(w, r)
	}))
	t.Cleanup(server.Close)
	accounts := scaleway.NewAccounts(toServer(server.URL))
	accounts.Retry = awake()
	assert.Zero(t, accounts.Calls())
	for _, component := range []string{"shop", "admin"} {
		account, err := accounts.Account(&plan.Plan{}, component)
		require.NoError(t, err)
		_, err = account.Secrets(t.Context(), shop(), false)
		require.NoError(t, err)
	}
	assert.Equal(t, 3, accounts.Calls())
	assert.EqualValues(t, 3, received.Load())
}
