package emulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestAuthenticationIsDenied(t *testing.T) {
	f := emutest.Start(t)
	cases := map[string]struct{ token, reason string }{
		"without a key":                     {"", "invalid_argument"},
		"with a key that is no UUID":        {"hunter2", "invalid_argument"},
		"with the access key in its stead":  {f.Key.AccessKey, "invalid_argument"},
		"with a key that nobody made":       {emutest.UnknownID, "not_found"},
		"with the key of another emulation": {strangersKey(t), "not_found"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Do(t, http.MethodGet, emutest.Secrets, c.token)
			assert.Equal(t, http.StatusUnauthorized, got.Status)
			assert.Equal(t, fmt.Sprintf(`{"message":"authentication is denied","method":"api_key","reason":%q,`+
				`"type":"denied_authentication"}`, c.reason), got.Body)
		})
	}
}

func strangersKey(t *testing.T) string {
	t.Helper()
	key, err := emulator.New(emulator.Config{Random: 2}).AddKey()
	require.NoError(t, err)
	return key.SecretKey
}

func TestMetadataNeedsNoKey(t *testing.T) {
	got := emutest.Start(t).Do(t, http.MethodGet, "/metadata", "")
	assert.Equal(t, http.StatusOK, got.Status)
	assert.Equal(t, `{"domain":"scw.eu","partition":"scw","platform":"external"}`, got.Body)
}

func TestRoutesThatAreNotServed(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "one", "v")
	one := emutest.Root + "/secrets/" + id
	const notFound, wrongMethod = `{"message":"not found"}`, `{"message":"method not allowed"}`
	const notServed = `{"message":"the emulator does not serve this call"}`
	cases := []struct {
		method, path string
		status       int
		body         string
	}{
		{http.MethodGet, "/", http.StatusNotFound, notFound},
		{http.MethodGet, "/secret-manager/v1alpha1/regions/fr-par/secrets", http.StatusNotFound, notFound},
		{http.MethodGet, one + "/", http.StatusNotFound, notFound},
		{http.MethodGet, emutest.Root + "/secrets//versions/1", http.StatusNotFound, notFound},
		{http.MethodGet, emutest.Root + "/../fr-par/secrets", http.StatusNotFound, notFound},
		{http.MethodPut, one, http.StatusMethodNotAllowed, wrongMethod},
		{http.MethodPost, one + "/versions/1/access", http.StatusMethodNotAllowed, wrongMethod},
		{http.MethodPost, one + "/add-owner", http.StatusNotImplemented, notServed},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			f.ResetStats()
			got := f.Do(t, c.method, c.path, f.Key.SecretKey)
			assert.Equal(t, c.status, got.Status)
			assert.Equal(t, c.body, got.Body)
			assert.Equal(t, map[api.Endpoint]int{api.Other: 1}, f.Stats().Calls)
		})
	}
}
