package api

import "net/http"

// Error is an answer other than 200. The fields of every body below stand in alphabetical order. Facts: docs/facts.md,
// "Form of answers".
type Error struct {
	status int
	body   any
}

func (e *Error) Error() string { return http.StatusText(e.status) }

type notFoundBody struct {
	Message    string `json:"message"`
	Resource   string `json:"resource"`
	ResourceID string `json:"resource_id"`
	Type       string `json:"type"`
}

// NotFound is the 404 that the SDK turns into *scw.ResourceNotFoundError. Resources other than "secret" are inferred.
// Facts: docs/facts.md, "Errors of the API".
func NotFound(resource, id string) error {
	return &Error{http.StatusNotFound, notFoundBody{"resource is not found", resource, id, "not_found"}}
}

type deniedDetail struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
}

type deniedBody struct {
	Details []deniedDetail `json:"details"`
	Message string         `json:"message"`
	Type    string         `json:"type"`
}

// Denied is the 403 that the SDK turns into *scw.PermissionsDeniedError. Facts: docs/facts.md, "Errors of the API".
func Denied(action, resource string) error {
	return &Error{http.StatusForbidden, deniedBody{
		[]deniedDetail{{action, resource}}, "insufficient permissions", "permissions_denied",
	}}
}

// WrongArgument is one thing that is wrong with a call. Reason is "required", "format" or "constraint".
type WrongArgument struct {
	Name   string `json:"argument_name"`
	Help   string `json:"help_message"`
	Reason string `json:"reason"`
}

type argumentsBody struct {
	Details []WrongArgument `json:"details"`
	Message string          `json:"message"`
	Type    string          `json:"type"`
}

// BadArgument is BadArguments for one argument.
func BadArgument(name, reason, help string) error {
	return BadArguments([]WrongArgument{{name, help, reason}})
}

// BadArguments is the 400 that the SDK turns into *scw.InvalidArgumentsError. Which arguments are refused is inferred.
// Facts: docs/facts.md, "Errors of the API".
func BadArguments(wrong []WrongArgument) error {
	return &Error{http.StatusBadRequest, argumentsBody{wrong, "invalid argument(s)", "invalid_arguments"}}
}

type preconditionBody struct {
	HelpMessage  string `json:"help_message"`
	Message      string `json:"message"`
	Precondition string `json:"precondition"`
	Type         string `json:"type"`
}

// PreconditionFailed is the 412 that the SDK turns into *scw.PreconditionFailedError. Facts: docs/facts.md, "Errors of
// the API".
func PreconditionFailed(precondition, help string) error {
	return &Error{http.StatusPreconditionFailed, preconditionBody{
		help, "precondition is not respected", precondition, "precondition_failed",
	}}
}

type unauthenticatedBody struct {
	Message string `json:"message"`
	Method  string `json:"method"`
	Reason  string `json:"reason"`
	Type    string `json:"type"`
}

// unauthenticated is the 401 that the SDK turns into *scw.DeniedAuthenticationError. Its reason is "invalid_argument"
// for a missing or malformed key, "expired", or "not_found" for an unknown one. Facts: docs/facts.md, "Errors of the
// API".
func unauthenticated(reason string) error {
	return &Error{http.StatusUnauthorized, unauthenticatedBody{
		"authentication is denied", "api_key", reason, "denied_authentication",
	}}
}

// plainBody has no type, so that the SDK cannot mistake it for one of its errors.
type plainBody struct {
	Message string `json:"message"`
}

// UnknownRoute is inferred.
func UnknownRoute() error { return &Error{http.StatusNotFound, plainBody{"not found"}} }

// wrongMethod is inferred.
func wrongMethod() error { return &Error{http.StatusMethodNotAllowed, plainBody{"method not allowed"}} }

// Internal is a 500.
func Internal(message string) error {
	return &Error{http.StatusInternalServerError, plainBody{message}}
}

// NotServed is the emulator's own: the real API would answer.
func NotServed() error {
	return &Error{http.StatusNotImplemented, plainBody{"the emulator does not serve this call"}}
}
