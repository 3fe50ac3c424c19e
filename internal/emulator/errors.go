package emulator

import (
	"net/http"

	"cloison.dev/cloison/internal/emulator/iam"
)

// apiError is an answer other than 200. The fields of every body below stand in
// alphabetical order, as in all recorded errors.
type apiError struct {
	status int
	body   any
}

func (e *apiError) Error() string { return http.StatusText(e.status) }

type notFoundBody struct {
	Message    string `json:"message"`
	Resource   string `json:"resource"`
	ResourceID string `json:"resource_id"`
	Type       string `json:"type"`
}

// errNotFound is the 404 that the SDK turns into *scw.ResourceNotFoundError.
// Source: recorded traffic, secret-ephemeral-policy, for the resource "secret"
// and its id; other resources are inferred.
func errNotFound(resource, id string) error {
	return &apiError{http.StatusNotFound, notFoundBody{"resource is not found", resource, id, "not_found"}}
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

// action is what a 403 says was denied. Which calls are a "write" is inferred.
func action(p iam.Permission) string {
	switch p {
	case iam.ListSecrets:
		return "list"
	case iam.ReadSecret, iam.ReadValue:
		return "read"
	}
	return "write"
}

// errDenied is the 403 that the SDK turns into *scw.PermissionsDeniedError.
// Source: the project's facts and external-secrets issue 5715 for "read",
// scaleway/action-scw-secret pull request 148 for "list". That "read" is also
// the action of reading a value, and "write", are inferred.
func errDenied(p iam.Permission) error { return errDeniedOver("secret", action(p)) }

// errDeniedOver is errDenied for what is no secret. That actions and resources
// are named so is inferred.
func errDeniedOver(resource, action string) error {
	return &apiError{http.StatusForbidden, deniedBody{
		[]deniedDetail{{action, resource}}, "insufficient permissions", "permissions_denied",
	}}
}

type argumentDetail struct {
	ArgumentName string `json:"argument_name"`
	HelpMessage  string `json:"help_message"`
	Reason       string `json:"reason"`
}

type argumentBody struct {
	Details []argumentDetail `json:"details"`
	Message string           `json:"message"`
	Type    string           `json:"type"`
}

// errArgument is the 400 that the SDK turns into *scw.InvalidArgumentsError;
// reason is "required", "format" or "constraint". Source of the form: recorded
// traffic, secret-version-type. Which arguments are refused is inferred.
func errArgument(name, reason, help string) error {
	return &apiError{http.StatusBadRequest, argumentBody{
		[]argumentDetail{{name, help, reason}}, "invalid argument(s)", "invalid_arguments",
	}}
}

type preconditionBody struct {
	HelpMessage  string `json:"help_message"`
	Message      string `json:"message"`
	Precondition string `json:"precondition"`
	Type         string `json:"type"`
}

// errPrecondition is the 412 that the SDK turns into
// *scw.PreconditionFailedError. Source of the form: recorded traffic,
// secret-protected.
func errPrecondition(precondition, help string) error {
	return &apiError{http.StatusPreconditionFailed, preconditionBody{
		help, "precondition is not respected", precondition, "precondition_failed",
	}}
}

// errUnusable is the precondition that what is deleted, or not enabled, does not
// fulfil. Source: the body of a second DeleteSecret in live tests of a third
// party, "cannot act on deleted ..."; the help of all other cases is inferred.
func errUnusable(help string) error { return errPrecondition("resource_not_usable", help) }

// errNameTaken is how the API refuses two secrets of one name in one folder.
// Source: third parties' clients, which search the help for this text.
func errNameTaken() error {
	return errArgument("name", "format", "cannot have same secret name in same path")
}

type quotaDetail struct {
	Current  int    `json:"current"`
	Quota    int    `json:"quota"`
	Resource string `json:"resource"`
}

type quotaBody struct {
	Details []quotaDetail `json:"details"`
	Message string        `json:"message"`
	Type    string        `json:"type"`
}

// errQuota is the 403 that the SDK turns into *scw.QuotasExceededError. Source of
// the form: that type; the resource's name and the message are inferred.
func errQuota(resource string, quota, current int) error {
	return &apiError{http.StatusForbidden, quotaBody{
		[]quotaDetail{{current, quota, resource}}, "quota exceeded", "quotas_exceeded",
	}}
}

// errMissingPath is the 500 that a path where nothing is was seen to answer; its
// body is inferred. Source: the project's facts.
func errMissingPath() error {
	return &apiError{http.StatusInternalServerError, plainBody{"internal error"}}
}

type unauthenticatedBody struct {
	Message string `json:"message"`
	Method  string `json:"method"`
	Reason  string `json:"reason"`
	Type    string `json:"type"`
}

// errUnauthenticated is the 401 that the SDK turns into
// *scw.DeniedAuthenticationError; reason is "invalid_argument" for a missing or
// malformed key and "not_found" for an unknown one. Source: that type, and the
// body quoted in the tests of octoDNS's Scaleway provider.
func errUnauthenticated(reason string) error {
	return &apiError{http.StatusUnauthorized, unauthenticatedBody{
		"authentication is denied", "api_key", reason, "denied_authentication",
	}}
}

type plainBody struct {
	Message string `json:"message"`
}

// errUnknownRoute is inferred. It has no type, so that the SDK cannot mistake
// it for a missing resource.
func errUnknownRoute() error {
	return &apiError{http.StatusNotFound, plainBody{"not found"}}
}

// errWrongMethod is inferred.
func errWrongMethod() error {
	return &apiError{http.StatusMethodNotAllowed, plainBody{"method not allowed"}}
}

// errNotServed is the emulator's own: the real API would answer.
func errNotServed() error {
	return &apiError{http.StatusNotImplemented, plainBody{"the emulator does not serve this call"}}
}
