package scaleway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/scaleway/scaleway-sdk-go/scw"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/inventory"
)

// need is the permission that a call takes, and how to have it.
type need string

const (
	toList need = "give it the permission set SecretManagerReadOnly on this project, without a condition " +
		"(lists are refused under one)"
	toRead need = "give it the permission set SecretManagerSecretAccess on this project, with no condition or " +
		"one that holds for this secret"
)

// question is one call to the API. It makes the errors about it.
type question struct {
	// asked is in the imperative. Example: list the secrets of folder "/shop-api" of project ... in fr-par.
	asked string
	// host of the API, with the port where it is not the usual one.
	host string
	// region and the regions that the SDK knows.
	region  string
	regions string
	need    need
}

func (q question) error(reason inventory.Reason, what, fix string) *capture.Error {
	return &capture.Error{Reason: reason, Message: fmt.Sprintf("%s: the API at %s %s; %s", q.asked, q.host, what, fix)}
}

// failed is the error for a failed call. It never holds the SDK's error, which quotes the answer.
func (q question) failed(err error) *capture.Error {
	var below *fault
	var odd inconsistency
	switch {
	case errors.As(err, &below) && below.reason == inventory.TimedOut:
		return q.stopped(below)
	case errors.As(err, &below):
		fix := below.fix
		if fix == "" {
			fix = "try again later; " + fixLater
		}
		return q.error(below.reason, below.Error(), fix)
	case errors.As(err, &odd):
		return q.error(inventory.Malformed, string(odd), fixFaulty)
	}
	return q.refused(err)
}

// stopped is the error for a call that was cut by a deadline or a cancelled context.
func (q question) stopped(f *fault) *capture.Error {
	reason, why, fix := inventory.TimedOut, "the deadline passed", "try again, or allow more time"
	if errors.Is(f.cause, context.Canceled) {
		reason, why, fix = inventory.Interrupted, "the run was stopped", "run it again"
	}
	how := "before the API at " + q.host + " answered"
	if f.attempts > 0 {
		how = fmt.Sprintf("after %s (the API at %s %s)", counted(f.attempts, "attempt"), q.host, f.what)
		if !errors.Is(f.cause, context.Canceled) {
			fix += "; " + fixLater
		}
	}
	return &capture.Error{Reason: reason, Message: fmt.Sprintf("%s: %s %s; %s", q.asked, why, how, fix)}
}

// refused is the error for a refusal, by the type that the SDK gives it.
func (q question) refused(err error) *capture.Error {
	var (
		unauthenticated *scw.DeniedAuthenticationError
		denied          *scw.PermissionsDeniedError
		missing         *scw.ResourceNotFoundError
		expired         *scw.ResourceExpiredError
		argument        *scw.InvalidArgumentsError
		precondition    *scw.PreconditionFailedError
		plain           *scw.ResponseError
	)
	const gone = "it was deleted or changed since it was listed, or made less than a minute ago: try again"
	switch {
	case errors.As(err, &unauthenticated):
		return q.unauthenticated(unauthenticated.Reason)
	case errors.As(err, &denied):
		return q.denied(denied)
	case errors.As(err, &missing):
		fix := gone
		if !strings.HasPrefix(missing.Resource, "secret") { // those have been listed
			fix = "check projectID, region and SCW_API_URL"
		}
		return q.error(inventory.Unavailable, "does not find the "+word(missing.Resource, "resource")+" (404)", fix)
	case errors.As(err, &expired):
		return q.error(inventory.Unavailable, "says that the "+word(expired.Resource, "resource")+" has expired", gone)
	case errors.As(err, &precondition):
		return q.error(inventory.Unavailable, "cannot give it in its present state (412)", gone)
	case errors.As(err, &argument):
		return q.badArgument(argument)
	case errors.As(err, &plain):
		return q.status(plain.StatusCode)
	}
	return q.error(inventory.Malformed, "answered JSON that is not of its form", fixFaulty)
}

func (q question) unauthenticated(reason string) *capture.Error {
	what := "refused the API key (401)"
	switch reason {
	case "not_found":
		what = "does not know the API key (401): it was deleted, or is another installation's"
	case "expired":
		what = "says that the API key has expired (401)"
	case "invalid_argument":
		what = "says that the API key is malformed (401)"
	}
	return q.error(inventory.KeyRefused, what, "make a new key (https://console.scaleway.com/iam/api-keys) and "+
		"set it where this one was set")
}

func (q question) denied(err *scw.PermissionsDeniedError) *capture.Error {
	var actions []string
	for _, detail := range err.Details {
		actions = append(actions, word(detail.Action, "use")+" "+word(detail.Resource, "resource"))
	}
	what := "says that the API key lacks a permission (403)"
	if actions != nil {
		what = "says that the API key lacks the permission to " + strings.Join(actions, ", ") + " (403)"
	}
	return q.error(inventory.NotPermitted, what, string(q.need)+", or use a key of this project; a new "+
		"permission takes up to a minute")
}

func (q question) badArgument(err *scw.InvalidArgumentsError) *capture.Error {
	var names []string
	for _, detail := range err.Details {
		names = append(names, word(detail.ArgumentName, "an argument"))
	}
	if names == nil {
		names = []string{"an argument"}
	}
	return q.error(inventory.Malformed, "does not accept "+strings.Join(names, ", ")+" (400)",
		"check region, projectID and path in the Segregation; is SCW_API_URL Secret Manager's?")
}

// status is the error for a refusal without a type.
func (q question) status(code int) *capture.Error {
	switch code {
	case http.StatusUnauthorized:
		return q.unauthenticated("")
	case http.StatusForbidden:
		return q.denied(&scw.PermissionsDeniedError{})
	case http.StatusNotFound:
		return q.noRegion("has no region", " (404)")
	}
	return q.error(inventory.Malformed, fmt.Sprintf("answered %d, which it never does here", code), fixProxy)
}

func (q question) noRegion(what, status string) *capture.Error {
	return q.error(inventory.NoSuchRegion, fmt.Sprintf("%s %q%s", what, q.region, status),
		"correct the region (Scaleway has "+q.regions+"), or SCW_API_URL")
}

var plainWord = form.New(`^[a-z][a-z_]{0,39}$`)

// word returns sent where it is a plain word, so that messages never quote other parts of an answer, and otherwise
// else.
func word(sent, otherwise string) string {
	if plainWord.Matches(sent) {
		return sent
	}
	return otherwise
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
