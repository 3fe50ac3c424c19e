package emulator_test

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

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// soon is when what must happen at once has happened, on a slow machine too.
const soon = 10 * time.Second

// open sends a request over a connection of its own and returns the answer, its body unread.
func (f fixture) open(ctx context.Context) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+secretsOfProject, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Auth-Token", f.key.SecretKey)
	transport := &http.Transport{DisableKeepAlives: true}
	return transport.RoundTrip(request)
}

func TestTruncatedSendsHalfOfWhatItPromises(t *testing.T) {
	f := start(t)
	f.add(t, "/shop", "there", "v")
	whole := f.get(t, secretsOfProject)
	f.strike(t, emulator.Truncated)
	f.ResetStats()

	response, err := f.open(t.Context())
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // it is broken
	body, err := io.ReadAll(response.Body)

	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, strconv.Itoa(len(whole.body)), response.Header.Get("Content-Length"))
	assert.Equal(t, whole.body[:len(whole.body)/2], string(body))
	assert.Equal(t, whole.header.Get("Content-Type"), response.Header.Get("Content-Type"))
	assert.NotEmpty(t, response.Header.Get("X-Request-Id"))
	assert.Equal(t, int64(len(body)), f.Stats().Bytes)

	_, err = f.sdkList(t)
	assert.ErrorContains(t, err, "could not parse application/json response body")
	assert.Equal(t, map[emulator.Fault]int{emulator.Truncated: 2}, f.Stats().Struck)
}

func TestTruncatedLeavesAnAnswerWithoutBodyWhole(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "there", "v")
	key, err := f.AddKey(emulator.Grant{
		Projects: []string{project}, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerFullAccess},
	})
	require.NoError(t, err)
	f.strike(t, emulator.Truncated)
	got := f.do(t, http.MethodDelete, root+"/secrets/"+id, key.SecretKey)
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Empty(t, got.body)
}

func TestResetEndsTheConnectionWithAnError(t *testing.T) {
	f := start(t)
	f.strike(t, emulator.Reset)

	_, err := f.open(t.Context()) //nolint:bodyclose // there is none
	assert.ErrorIs(t, err, syscall.ECONNRESET)

	_, err = f.sdkList(t)
	var failed net.Error
	assert.ErrorAs(t, err, &failed)
	assert.GreaterOrEqual(t, f.Stats().Struck[emulator.Reset], 2, "net/http tries again on a connection that it had used")
}

func TestHangNeverAnswers(t *testing.T) {
	f := start(t)
	f.strike(t, emulator.Hang)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	_, err := f.open(ctx) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project)}, scw.WithContext(ctx))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, map[emulator.Fault]int{emulator.Hang: 2}, f.Stats().Struck)
	assert.Zero(t, f.Stats().Bytes)
}

func TestSlowSendsByteByByte(t *testing.T) {
	f := start(t)
	whole := f.get(t, secretsOfProject)
	slow := []emulator.Rule{{Fault: emulator.Slow}}
	require.NoError(t, f.SetFaults(emulator.Faults{Rules: slow, Drip: time.Millisecond}))

	began := time.Now()
	response, err := f.open(t.Context())
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, whole.body, string(body))
	assert.GreaterOrEqual(t, time.Since(began), time.Duration(len(body)-2)*time.Millisecond)

	list, err := f.sdkList(t)
	require.NoError(t, err)
	assert.Empty(t, list.Secrets)

	require.NoError(t, f.SetFaults(emulator.Faults{Rules: slow}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	late, err := f.open(ctx)
	require.NoError(t, err, "the head comes at once")
	defer late.Body.Close() //nolint:errcheck // it is broken
	_, err = io.ReadAll(late.Body)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, map[emulator.Fault]int{emulator.Slow: 3}, f.Stats().Struck)
}

// lasting are the troubles that last until somebody gives up.
func lasting() map[string]emulator.Faults {
	return map[string]emulator.Faults{
		"a hanging answer": {Rules: []emulator.Rule{{Fault: emulator.Hang}}},
		"a slow answer":    {Rules: []emulator.Rule{{Fault: emulator.Slow}}, Drip: time.Hour},
		"latency":          {Latency: time.Hour},
	}
}

func TestACallEndsWhenTheCallerGoesAway(t *testing.T) {
	for name, faults := range lasting() {
		t.Run(name, func(t *testing.T) {
			ended := make(chan emulator.Exchange, 1)
			f := startWith(t, emulator.Config{Observe: func(e emulator.Exchange) { ended <- e }})
			require.NoError(t, f.SetFaults(faults))
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if response, err := f.open(ctx); err == nil {
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
			f := startWith(t, emulator.Config{})
			require.NoError(t, f.SetFaults(faults))
			failed := make(chan error, 1)
			go func() {
				response, err := f.open(context.WithoutCancel(t.Context()))
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
	for _, fault := range []emulator.Fault{emulator.Hang, emulator.Slow} {
		t.Run(string(fault), func(t *testing.T) {
			srv := emulator.New(emulator.Config{})
			served := httptest.NewServer(srv)
			f := fixture{Server: srv, url: served.URL}
			f.strike(t, fault)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				if response, err := f.open(ctx); err == nil {
					_, _ = io.ReadAll(response.Body)
					_ = response.Body.Close()
				}
			}()
			require.Eventually(t, func() bool { return f.Stats().Struck[fault] == 1 }, soon, time.Millisecond)
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
