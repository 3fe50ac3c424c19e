package api

import (
	"errors"
	"net"
	"net/http"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
)

// Caller is the application that makes a call, with what the conditions of IAM may know of the call.
type Caller struct {
	model   *iam.Model
	key     iam.Caller
	request iam.Request
	http    *http.Request
}

// Authenticate returns the caller that the secret key in X-Auth-Token belongs to, or the 401.
func Authenticate(model *iam.Model, r *http.Request, now func() time.Time) (Caller, error) {
	token := r.Header.Get("X-Auth-Token")
	if !id.IsUUID(token) {
		return Caller{}, unauthenticated("invalid_argument")
	}
	key, err := model.Authenticate(token, now)
	switch {
	case errors.Is(err, iam.ErrExpiredKey):
		return Caller{}, unauthenticated("expired")
	case err != nil:
		return Caller{}, unauthenticated("not_found")
	}
	request := iam.Request{IP: address(r), UserAgent: r.UserAgent(), Now: now}
	return Caller{model, key, request, r}, nil
}

// address is the client's address as the server sees it.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// May reports whether the caller has the permission over the resource.
func (c Caller) May(p iam.Permission, on iam.Resource) bool {
	return c.model.Allows(c.http.Context(), c.key, p, on, c.request)
}

// IP is the address that the call comes from.
func (c Caller) IP() string { return c.request.IP }
