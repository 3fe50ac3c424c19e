package scaleway

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"cloison.dev/cloison/internal/inventory"
)

// maxIdle is how many connections to one host are kept for the next calls: more than there are calls at a time.
const maxIdle = 64

// NewConnections makes connections that clients with different keys may share: no key stays with one. A RoundTripper
// follows no redirect, which would send the key elsewhere.
func NewConnections() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdle,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// fault is a call that failed before the SDK saw an answer.
type fault struct {
	reason inventory.Reason
	// status of the answer, where it is what failed; else 0.
	status int
	// what the API did, as in: the API at api.scaleway.com ... Example: answered 503.
	what string
	// fix is empty where it is the same for all faults of the reason.
	fix string
	// again is true where another attempt may succeed.
	again bool
	// attempts is the number of attempts that were made.
	attempts int
	// cause is the error of the context that ended.
	cause error
}

// Error has the number of attempts where the fault is one that is tried again.
func (f *fault) Error() string {
	if !f.again {
		return f.what
	}
	return fmt.Sprintf("%s (%s)", f.what, counted(f.attempts, "attempt"))
}

// errNotAsked answers the SDK's GetAPIMetadata. The SDK calls it after each list and ignores its failure; it would keep
// a success without a lock, and then panic on a null in a list.
var errNotAsked = errors.New("metadata is not asked for")

// transport is the HTTP client of the SDK. It is no *http.Client, which the SDK would wrap with a logger of whole
// answers.
type transport struct {
	connections http.RoundTripper
	retry       Retry
	// keepAlive uses connections again after a value: see [VaultConfig].
	keepAlive bool
}

// Do sends a GET until there is a complete answer of JSON. The error is a *fault, but for /metadata.
func (t *transport) Do(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Path, "/metadata") {
		return nil, errNotAsked
	}
	ctx, last := request.Context(), &fault{}
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return nil, stopped(err, last)
		}
		response, failed := t.attempt(request)
		if failed == nil {
			return response, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, stopped(err, last)
		}
		last = failed
		last.attempts = attempt
		if !last.again || attempt >= t.retry.Attempts {
			return nil, last
		}
		if err := t.retry.pause(ctx, attempt); err != nil {
			return nil, stopped(err, last)
		}
	}
}

func stopped(cause error, last *fault) *fault {
	return &fault{reason: inventory.TimedOut, what: last.what, attempts: last.attempts, cause: cause}
}

// attempt sends the request once.
func (t *transport) attempt(request *http.Request) (*http.Response, *fault) {
	ctx, cancel := context.WithTimeout(request.Context(), t.retry.Timeout)
	defer cancel()
	sent := request.Clone(ctx)
	// net/http quotes on standard error what a server sends after the end of an answer. After a value that could be the
	// rest of the value, so the connection is closed.
	sent.Close = !t.keepAlive && strings.HasSuffix(request.URL.Path, "/access")
	response, err := t.connections.RoundTrip(sent)
	if err != nil {
		return nil, t.disconnected(err)
	}
	body, err := read(response)
	if failed := t.judge(response, body, err); failed != nil {
		return nil, failed
	}
	if len(body) == 0 {
		response.Header.Del("Content-Type") // the SDK would parse nothing as JSON
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

// maxAnswer bounds an answer, in bytes. A page of 100 secrets has less than 100 KiB, a value at most 64 KiB.
const maxAnswer = 8 << 20

var errTooLong = errors.New("answer without end")

func read(response *http.Response) ([]byte, error) {
	defer func() { _ = response.Body.Close() }() // only read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errTooLong
	}
	return body, err
}
