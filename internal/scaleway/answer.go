package scaleway

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"syscall"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/inventory"
)

const (
	fixLater  = "check the network, SCW_API_URL and https://status.scaleway.com"
	fixProxy  = "is there a proxy or a login page between?"
	fixSecure = "only set SCW_API_URL to a server whose certificate this machine trusts; for a private authority, " +
		"SSL_CERT_FILE names its certificate"
	fixFaulty = "try again; if it stays so, look at SCW_API_URL and at what is between"
)

// judge returns the fault of an answer; nil where the SDK can read it: complete JSON, or a refusal without a body.
func (t *transport) judge(response *http.Response, body []byte, err error) *fault {
	status := response.StatusCode
	media := mediaType(response.Header.Get("Content-Type"))
	switch {
	case status == http.StatusTooManyRequests:
		return &fault{reason: inventory.Unavailable, status: status,
			what: "answered 429 (too many requests)", again: true}
	case status >= 500 || status == http.StatusRequestTimeout:
		return &fault{reason: inventory.Unavailable, status: status, what: fmt.Sprintf("answered %d", status),
			again: passes(status)}
	case status >= 300 && status < 400:
		return malformed(fmt.Sprintf("answered %d, a redirect, which is not followed because the key would be sent on",
			status))
	case isTimeout(err):
		return &fault{reason: inventory.Unavailable, what: fmt.Sprintf("did not finish its answer within %s",
			t.retry.Timeout), again: true}
	case errors.Is(err, errTooLong):
		return malformed(fmt.Sprintf("answered more than %d MiB", maxAnswer>>20))
	case err != nil:
		return halfway()
	case status != http.StatusOK && status < 400:
		return malformed(fmt.Sprintf("answered %d, which it never does", status))
	case len(body) == 0 && status == http.StatusOK:
		return malformed("answered with nothing")
	case len(body) == 0:
		return nil
	case media != "application/json":
		return malformed(fmt.Sprintf("answered %s where JSON must be (status %d)", media, status))
	case !json.Valid(body):
		return halfway()
	}
	return nil
}

func malformed(what string) *fault {
	return &fault{reason: inventory.Malformed, what: what, fix: fixProxy}
}

func halfway() *fault {
	return &fault{reason: inventory.Malformed, what: "answered with half a body", fix: fixFaulty, again: true}
}

// passes reports whether a status may be another with the next attempt. A 500 is tried again too: the API has answered
// one for a missing secret, but only to reads by path, which are not made here. Facts: docs/facts.md, "Oddities".
func passes(status int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout,
	}, status)
}

var knownMedia = form.New(`^[a-z]{1,20}/[a-z.+-]{1,40}$`)

// mediaType is a content type without its parameters, to be quoted only where it looks like one.
func mediaType(header string) string {
	media, _, err := mime.ParseMediaType(header)
	switch {
	case header == "":
		return "no content type"
	case err != nil, !knownMedia.Matches(media):
		return "an unknown content type"
	}
	return media
}

// disconnected is the fault for a missing answer. It does not hold the error itself: those about a proxy quote its
// password.
func (t *transport) disconnected(err error) *fault {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &verification):
		return &fault{reason: inventory.Unavailable, what: "has a certificate that is not trusted or not its own",
			fix: fixSecure}
	case errors.As(err, &record):
		return &fault{reason: inventory.Unavailable, what: "does not speak TLS", fix: fixSecure}
	}
	return &fault{reason: inventory.Unavailable, what: t.connection(err), again: true}
}

func (t *transport) connection(err error) string {
	var lookup *net.DNSError
	var operation *net.OpError
	switch {
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		return "could not be reached through the proxy that HTTPS_PROXY or HTTP_PROXY names"
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "has a name that does not resolve"
	case errors.As(err, &lookup):
		return "has a name that the DNS could not look up"
	case isTimeout(err):
		return fmt.Sprintf("did not answer within %s", t.retry.Timeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused the connection"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "could not be reached: there is no network to it"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF):
		return "closed the connection before it answered"
	}
	return "could not be reached"
}

func isTimeout(err error) bool {
	var failed net.Error
	return errors.As(err, &failed) && failed.Timeout()
}
