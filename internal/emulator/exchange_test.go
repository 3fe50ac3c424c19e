package emulator_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
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
	f := startWith(t, emulator.Config{Seed: 1, Observe: o.tell})
	require.NoError(t, f.SetFaults(emulator.Faults{Rules: []emulator.Rule{{Fault: emulator.Empty, First: 1}}}))
	f.get(t, secretsOfProject+"&name=database-url&path=%2Fshop&token="+f.key.SecretKey)
	f.get(t, root+"/secrets/"+unknownID+"/versions/latest")
	f.get(t, "/iam/v1/"+f.key.AccessKey+"/%73CW0123456789ABCDEF0/"+f.key.SecretKey+"?q="+f.key.AccessKey)
	f.do(t, http.MethodPut, "/metadata", "")

	assert.Equal(t, []emulator.Exchange{
		{
			Endpoint: emulator.ListSecrets, Method: http.MethodGet, Status: 200, Fault: emulator.Empty,
			Path: root + "/secrets?name=database-url&path=%2Fshop&project_id=" + project + "&token=...",
		},
		{
			Endpoint: emulator.GetSecretVersion, Method: http.MethodGet, Status: 404, Bytes: 127,
			Path: root + "/secrets/" + unknownID + "/versions/latest",
		},
		{Endpoint: emulator.Other, Method: http.MethodGet, Status: 404, Bytes: 23, Path: "/iam/v1/.../.../...?q=..."},
		{Endpoint: emulator.Other, Method: http.MethodPut, Status: 405, Bytes: 32, Path: "/metadata"},
	}, o.seen)
}

func TestWhatCouldBeAKeyIsNotObservedOnKnownPathsEither(t *testing.T) {
	var o observer
	f := startWith(t, emulator.Config{Seed: 1, Observe: o.tell})
	f.get(t, iamPath+"/api-keys/"+f.key.SecretKey)
	f.get(t, iamPath+"/api-keys?page=1&access_key="+f.key.AccessKey+"&access_keys="+f.key.SecretKey)
	f.get(t, secretsOfProject+"&tags="+f.key.SecretKey)
	f.get(t, root+"/secrets/browse?prefix="+f.key.SecretKey)

	var paths []string
	for _, e := range o.seen {
		paths = append(paths, e.Path)
	}
	assert.Equal(t, []string{
		iamPath + "/api-keys/...",
		iamPath + "/api-keys?access_key=...&access_keys=...&page=1",
		secretsOfProject + "&tags=...",
		root + "/secrets/browse?prefix=...",
	}, paths)
}

func TestAHangingCallIsObservedWithoutStatus(t *testing.T) {
	var o observer
	ended := make(chan struct{})
	f := startWith(t, emulator.Config{Observe: func(e emulator.Exchange) {
		o.tell(e)
		close(ended)
	}})
	f.strike(t, emulator.Hang)
	f.Close()
	_, err := f.open(t.Context()) //nolint:bodyclose // there is none
	require.Error(t, err)
	<-ended
	assert.Equal(t, []emulator.Exchange{
		{Endpoint: emulator.ListSecrets, Method: http.MethodGet, Fault: emulator.Hang, Path: secretsOfProject},
	}, o.seen)
}
