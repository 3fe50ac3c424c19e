package emulator_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
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
			assert.Equal(t, map[emulator.Endpoint]int{api.Other: 1}, f.Stats().Calls)
		})
	}
}

// observer records the calls.
type observer struct {
	mu   sync.Mutex
	seen []emulator.Exchange
}

func (o *observer) tell(e emulator.Exchange) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e.Duration = 0
	o.seen = append(o.seen, e)
}

func TestEveryCallIsObservedWithoutKeys(t *testing.T) {
	var o observer
	f := emutest.StartWith(t, emulator.Config{Random: 1, Observe: o.tell})
	require.NoError(t, f.SetFaults(fault.Faults{Rules: []fault.Rule{{Fault: fault.Empty, First: 1}}}))
	f.Get(t, emutest.Secrets+"&name=database-url&path=%2Fshop&token="+f.Key.SecretKey)
	f.Get(t, emutest.Root+"/secrets/"+emutest.UnknownID+"/versions/latest")
	f.Get(t, "/iam/v1/"+f.Key.AccessKey+"/%73CW0123456789ABCDEF0/"+f.Key.SecretKey+"?q="+f.Key.AccessKey)
	f.Do(t, http.MethodPut, "/metadata", "")

	assert.Equal(t, []emulator.Exchange{
		{
			Endpoint: emulator.ListSecrets, Method: http.MethodGet, Status: 200, Fault: fault.Empty,
			Path: emutest.Root + "/secrets?name=database-url&path=%2Fshop&project_id=" + emutest.Project + "&token=...",
		},
		{
			Endpoint: emulator.GetSecretVersion, Method: http.MethodGet, Status: 404, Bytes: 127,
			Path: emutest.Root + "/secrets/" + emutest.UnknownID + "/versions/latest",
		},
		{Endpoint: api.Other, Method: http.MethodGet, Status: 404, Bytes: 23, Path: "/iam/v1/.../.../...?q=..."},
		{Endpoint: api.Other, Method: http.MethodPut, Status: 405, Bytes: 32, Path: "/metadata"},
	}, o.seen)
}

func TestWhatCouldBeAKeyIsNotObservedOnKnownPathsEither(t *testing.T) {
	var o observer
	f := emutest.StartWith(t, emulator.Config{Random: 1, Observe: o.tell})
	f.Get(t, emutest.IAM+"/api-keys/"+f.Key.SecretKey)
	f.Get(t, emutest.IAM+"/api-keys?page=1&access_key="+f.Key.AccessKey+"&access_keys="+f.Key.SecretKey)
	f.Get(t, emutest.Secrets+"&tags="+f.Key.SecretKey)
	f.Get(t, emutest.Root+"/secrets/browse?prefix="+f.Key.SecretKey)

	var paths []string
	for _, e := range o.seen {
		paths = append(paths, e.Path)
	}
	assert.Equal(t, []string{
		emutest.IAM + "/api-keys/...",
		emutest.IAM + "/api-keys?access_key=...&access_keys=...&page=1",
		emutest.Secrets + "&tags=...",
		emutest.Root + "/secrets/browse?prefix=...",
	}, paths)
}

func TestAHangingCallIsObservedWithoutStatus(t *testing.T) {
	var o observer
	ended := make(chan struct{})
	f := emutest.StartWith(t, emulator.Config{Observe: func(e emulator.Exchange) {
		o.tell(e)
		close(ended)
	}})
	f.Strike(t, fault.Hang)
	f.Close()
	_, err := f.Open(t.Context()) //nolint:bodyclose // there is none
	require.Error(t, err)
	<-ended
	assert.Equal(t, []emulator.Exchange{
		{Endpoint: emulator.ListSecrets, Method: http.MethodGet, Fault: fault.Hang, Path: emutest.Secrets},
	}, o.seen)
}
