package scaleway

import (
	"net/http"
	"sync/atomic"
)

// tally counts the calls of all clients on their way to the network.
type tally struct {
	http.RoundTripper
	calls atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (t *tally) RoundTrip(request *http.Request) (*http.Response, error) {
	t.calls.Add(1)
	return t.RoundTripper.RoundTrip(request)
}

// Calls counts what was sent so far, calls that were tried again included.
func (a *Accounts) Calls() int { return int(a.connections.calls.Load()) }
