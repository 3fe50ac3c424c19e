package fault_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"syscall"
	"testing"
	"time"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
)

// soon is when what must happen at once has happened, on a slow machine too.
const soon = 10 * time.Second

func TestTruncatedSendsHalfOfWhatItPromises(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/shop", "there", "v")
	whole := f.Get(t, emutest.Secrets)
	f.Strike(t, fault.Truncated)
	f.ResetStats()

	response, err := f.Open(t.Context())
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // it is broken
	body, err := io.ReadAll(response.Body)

	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, strconv.Itoa(len(whole.Body)), response.Header.Get("Content-Length"))
	assert.Equal(t, whole.Body[:len(whole.Body)/2], string(body))
	assert.Equal(t, whole.Header.Get("Content-Type"), response.Header.Get("Content-Type"))
	assert.NotEmpty(t, response.Header.Get("X-Request-Id"))
	assert.Equal(t, int64(len(body)), f.Stats().Bytes)

	_, err = sdkList(t, f)
	assert.ErrorContains(t, err, "could not parse application/json response body")
	assert.Equal(t, map[fault.Kind]int{fault.Truncated: 2}, f.Stats().Struck)
}

func TestTruncatedLeavesAnAnswerWithoutBodyWhole(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "there", "v")
	key, err := f.AddKey(emulator.Grant{
		Projects: []string{emutest.Project}, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerFullAccess},
	})
	require.NoError(t, err)
	f.Strike(t, fault.Truncated)
	got := f.Do(t, http.MethodDelete, emutest.Root+"/secrets/"+id, key.SecretKey)
	assert.Equal(t, http.StatusNoContent, got.Status)
	assert.Empty(t, got.Body)
}

func TestResetEndsTheConnectionWithAnError(t *testing.T) {
	f := emutest.Start(t)
	f.Strike(t, fault.Reset)

	_, err := f.Open(t.Context()) //nolint:bodyclose // there is none
	assert.ErrorIs(t, err, syscall.ECONNRESET)

	_, err = sdkList(t, f)
	var failed net.Error
	assert.ErrorAs(t, err, &failed)
	assert.GreaterOrEqual(t, f.Stats().Struck[fault.Reset], 2, "net/http tries again on a connection that it had used")
}

func TestHangNeverAnswers(t *testing.T) {
	f := emutest.Start(t)
	f.Strike(t, fault.Hang)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	_, err := f.Open(ctx) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project)}, scw.WithContext(ctx))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, map[fault.Kind]int{fault.Hang: 2}, f.Stats().Struck)
	assert.Zero(t, f.Stats().Bytes)
}

func TestSlowSendsByteByByte(t *testing.T) {
	f := emutest.Start(t)
	whole := f.Get(t, emutest.Secrets)
	slow := []fault.Rule{{Fault: fault.Slow}}
	require.NoError(t, f.SetFaults(fault.Faults{Rules: slow, Drip: time.Millisecond}))

	began := time.Now()
	response, err := f.Open(t.Context())
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, whole.Body, string(body))
	assert.GreaterOrEqual(t, time.Since(began), time.Duration(len(body)-2)*time.Millisecond)

	list, err := sdkList(t, f)
	require.NoError(t, err)
	assert.Empty(t, list.Secrets)

	require.NoError(t, f.SetFaults(fault.Faults{Rules: slow}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	late, err := f.Open(ctx)
	require.NoError(t, err, "the head comes at once")
	defer late.Body.Close() //nolint:errcheck // it is broken
	_, err = io.ReadAll(late.Body)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, map[fault.Kind]int{fault.Slow: 3}, f.Stats().Struck)
}

// lasting are the faults that last until one side gives up.
func lasting() map[string]fault.Faults {
	return map[string]fault.Faults{
		"a hanging answer": {Rules: []fault.Rule{{Fault: fault.Hang}}},
		"a slow answer":    {Rules: []fault.Rule{{Fault: fault.Slow}}, Drip: time.Hour},
		"latency":          {Latency: time.Hour},
	}
}

func TestACallEndsWhenTheCallerGoesAway(t *testing.T) {
	for name, faults := range lasting() {
		t.Run(name, func(t *testing.T) {
			ended := make(chan emulator.Exchange, 1)
			f := emutest.StartWith(t, emulator.Config{Observe: func(e emulator.Exchange) { ended <- e }})
			require.NoError(t, f.SetFaults(faults))
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if response, err := f.Open(ctx); err == nil {
				_, err = io.ReadAll(response.Body)
				require.Error(t, err)
				require.NoError(t, response.Body.Close())
			}
			select {
			case <-ended:
			case <-time.After(soon):
				t.Fatal("the call goes on")
			}
		})
	}
}

func TestClosingTheServerEndsACall(t *testing.T) {
	for name, faults := range lasting() {
		t.Run(name, func(t *testing.T) {
			f := emutest.StartWith(t, emulator.Config{})
			require.NoError(t, f.SetFaults(faults))
			failed := make(chan error, 1)
			go func() {
				response, err := f.Open(context.WithoutCancel(t.Context()))
				if err == nil {
					_, err = io.ReadAll(response.Body)
					err = errors.Join(err, response.Body.Close())
				}
				failed <- err
			}()
			require.Eventually(t, func() bool { return f.Stats().Total() == 1 }, soon, time.Millisecond)
			f.Close()
			f.Close() // again is harmless
			select {
			case err := <-failed:
				require.Error(t, err)
			case <-time.After(soon):
				t.Fatal("the call goes on")
			}
		})
	}
}

func TestAnHTTPServerStopsWhileAnswersHang(t *testing.T) {
	for _, kind := range []fault.Kind{fault.Hang, fault.Slow} {
		t.Run(string(kind), func(t *testing.T) {
			srv := emulator.New(emulator.Config{})
			served := httptest.NewServer(srv)
			f := emutest.Fixture{Server: srv, URL: served.URL}
			f.Strike(t, kind)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				if response, err := f.Open(ctx); err == nil {
					_, _ = io.ReadAll(response.Body)
					_ = response.Body.Close()
				}
			}()
			require.Eventually(t, func() bool { return f.Stats().Struck[kind] == 1 }, soon, time.Millisecond)
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				served.Close()
			}()
			select {
			case <-stopped:
			case <-time.After(soon):
				t.Fatal("the server waits")
			}
		})
	}
}
