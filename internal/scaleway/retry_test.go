package scaleway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/scaleway"
)

// failing answers with a status so many times, then lists nothing.
func failing(times int32, status int) (http.HandlerFunc, *atomic.Int32) {
	var calls atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) <= times {
			w.WriteHeader(status)
			return
		}
		answer(http.StatusOK, `{"secrets":[],"total_count":0}`)(w, r)
	}, &calls
}

func TestPausesDoubleUpToTheCapAndAreJittered(t *testing.T) {
	handler, calls := failing(7, http.StatusTooManyRequests)
	server := httptest.NewServer(handler)
	defer server.Close()
	var longest, slept []time.Duration
	account := connect(t, toServer(server.URL), scaleway.Retry{
		Jitter: func(most time.Duration) time.Duration { longest = append(longest, most); return most / 2 },
		Sleep:  func(_ context.Context, pause time.Duration) error { slept = append(slept, pause); return nil },
	})

	found, err := account.Secrets(t.Context(), shop(), false)

	require.NoError(t, err)
	assert.Empty(t, found)
	assert.Equal(t, int32(8), calls.Load())
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 5000 * ms, 5000 * ms}, longest)
	assert.Equal(t, []time.Duration{100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 2500 * ms, 2500 * ms}, slept)
}

func TestThereIsAnEndToAttempts(t *testing.T) {
	handler, calls := failing(1000, http.StatusTooManyRequests)
	account, host := serve(t, handler)

	_, err := account.Secrets(t.Context(), shop(), false)

	assertError(t, err, inventory.Unavailable, strings.ReplaceAll(listing, "HOST", host)+"answered 429 (too many "+
		"requests) (8 attempts)"+later)
	assert.Equal(t, int32(8), calls.Load())
}

func TestTheDefaultPauseIsRandomAndNotLongerThanItMayBe(t *testing.T) {
	handler, _ := failing(1000, http.StatusBadGateway)
	server := httptest.NewServer(handler)
	defer server.Close()
	different := map[time.Duration]bool{}
	account := connect(t, toServer(server.URL), scaleway.Retry{
		Attempts: 20, Base: time.Minute, Cap: time.Minute,
		Sleep: func(_ context.Context, pause time.Duration) error {
			assert.GreaterOrEqual(t, pause, time.Duration(0))
			assert.LessOrEqual(t, pause, time.Minute)
			different[pause] = true
			return nil
		},
	})

	_, err := account.Secrets(t.Context(), shop(), false)

	require.Error(t, err)
	assert.Greater(t, len(different), 10)
}

func TestNoPauseGoesBeyondTheDeadline(t *testing.T) {
	handler, calls := failing(1000, http.StatusServiceUnavailable)
	server := httptest.NewServer(handler)
	defer server.Close()
	account := connect(t, toServer(server.URL), scaleway.Retry{
		Base: time.Hour, Cap: time.Hour, Jitter: func(longest time.Duration) time.Duration { return longest },
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	begin := time.Now()

	_, err := account.Secrets(ctx, shop(), false)

	assertError(t, err, inventory.TimedOut, `list the secrets of folder "/shop" of project `+project+
		" in fr-par: the deadline passed after 1 attempt "+
		"(the API at "+strings.TrimPrefix(server.URL, "http://")+
		" answered 503); try again, or allow more time; check the network, SCW_API_URL and https://status.scaleway.com")
	assert.Equal(t, int32(1), calls.Load())
	assert.Less(t, time.Since(begin), 10*time.Second)
}

func TestAnEndOfTheContextEndsTheCallAtOnce(t *testing.T) {
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer hanging.Close()
	defer close(release)
	refusing := httptest.NewServer(answer(http.StatusServiceUnavailable, ""))
	defer refusing.Close()
	sleepy := scaleway.Retry{Base: time.Hour, Cap: time.Hour, Jitter: func(longest time.Duration) time.Duration {
		return longest
	}}
	for name, test := range map[string]struct {
		url    string
		expire func(context.Context) (context.Context, context.CancelFunc)
		want   string
	}{
		"cancelled while waiting for an answer": {
			hanging.URL, cancelSoon, "the run was stopped before the API at HOST answered; run it again",
		},
		"expired while waiting for an answer": {
			hanging.URL, expireSoon, "the deadline passed before the API at HOST answered; " +
				"try again, or allow more time",
		},
		"cancelled between attempts": {
			refusing.URL, cancelSoon,
			"the run was stopped after 1 attempt (the API at HOST answered 503); run it again",
		},
		"over before it begins": {refusing.URL, func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, "the run was stopped before the API at HOST answered; run it again"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := test.expire(t.Context())
			defer cancel()
			begin := time.Now()
			_, err := connect(t, toServer(test.url), sleepy).Secrets(ctx, shop(), false)
			reason := inventory.TimedOut
			if strings.Contains(test.want, "stopped") {
				reason = inventory.Interrupted
			}
			assertError(t, err, reason, `list the secrets of folder "/shop" of project `+project+
				" in fr-par: "+
				strings.ReplaceAll(test.want, "HOST", strings.TrimPrefix(test.url, "http://")))
			assert.Less(t, time.Since(begin), 5*time.Second)
		})
	}
}

func cancelSoon(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(200*time.Millisecond, cancel)
	return ctx, cancel
}

func expireSoon(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 200*time.Millisecond)
}
