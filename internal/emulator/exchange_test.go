package emulator_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/secretapi"
)

// observer keeps what it is told.
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
			Endpoint: secretapi.ListSecrets, Method: http.MethodGet, Status: 200, Fault: fault.Empty,
			Path: emutest.Root + "/secrets?name=database-url&path=%2Fshop&project_id=" + emutest.Project + "&token=...",
		},
		{
			Endpoint: secretapi.GetSecretVersion, Method: http.MethodGet, Status: 404, Bytes: 127,
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
		{Endpoint: secretapi.ListSecrets, Method: http.MethodGet, Fault: fault.Hang, Path: emutest.Secrets},
	}, o.seen)
}
