package emulator

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// PermissionSet is one of Scaleway's named sets of rights.
type PermissionSet string

// The permission sets that concern what the emulator serves; iam.PermissionSets
// lists all that it knows. Neither of the first two includes the other: a key
// with SecretManagerSecretAccess alone can read a value by path but can neither
// list nor get secrets. Source: the project's facts and Scaleway's documentation.
const (
	SecretManagerReadOnly      PermissionSet = "SecretManagerReadOnly"
	SecretManagerSecretAccess  PermissionSet = "SecretManagerSecretAccess"
	SecretManagerSecretCreate  PermissionSet = "SecretManagerSecretCreate"
	SecretManagerSecretWrite   PermissionSet = "SecretManagerSecretWrite"
	SecretManagerSecretDelete  PermissionSet = "SecretManagerSecretDelete"
	SecretManagerSecretRestore PermissionSet = "SecretManagerSecretRestore"
	SecretManagerFullAccess    PermissionSet = "SecretManagerFullAccess"
	AllProductsFullAccess      PermissionSet = "AllProductsFullAccess"
	AllProductsReadOnly        PermissionSet = "AllProductsReadOnly"
	IAMManager                 PermissionSet = "IAMManager"
	IAMReadOnly                PermissionSet = "IAMReadOnly"
	ProjectManager             PermissionSet = "ProjectManager"
)

// Key is a Scaleway API key in the form that the SDK and External Secrets
// Operator demand.
type Key struct {
	AccessKey string
	SecretKey string
}

// born is when everything that is seeded without a clock was made.
func born() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// caller is who calls, and what conditions may know of the call.
type caller struct {
	model   *iam.Model
	key     iam.Caller
	request iam.Request
	asked   *http.Request
}

// authenticate returns the caller that the secret key in X-Auth-Token is of.
func (s *Server) authenticate(r *http.Request, now func() time.Time) (caller, error) {
	token := r.Header.Get("X-Auth-Token")
	if !isUUID(token) {
		return caller{}, errUnauthenticated("invalid_argument")
	}
	key, err := s.iam.Authenticate(token, now)
	switch {
	case errors.Is(err, iam.ErrExpiredKey):
		return caller{}, errUnauthenticated("expired")
	case err != nil:
		return caller{}, errUnauthenticated("not_found")
	}
	request := iam.Request{IP: address(r), UserAgent: r.UserAgent(), Now: now}
	return caller{s.iam, key, request, r}, nil
}

// address is the client's, as the server sees it.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// target is what a call is about.
type target struct {
	project string
	// secret is nil for a list. It has no id where none exists yet, or any more,
	// at the place that the call names.
	secret *secret
}

func (s *secret) target() target { return target{s.ProjectID, s} }

// target is the secret that was found at a place, or the place itself: a condition
// on the name can be judged without a secret (inferred).
func (at place) target(found *secret) target {
	if found == nil {
		found = &secret{Secret: Secret{Region: at.region, ProjectID: at.project, Path: at.path, Name: at.name}}
	}
	return found.target()
}

// resource is what conditions may know of a target: nothing for a list.
func (t target) resource() iam.Resource {
	if t.secret == nil {
		return iam.Resource{Project: t.project}
	}
	return iam.Resource{
		Project:  t.project,
		ID:       t.secret.id,
		Name:     strings.TrimSuffix(t.secret.Path, "/") + "/" + t.secret.Name,
		Locality: t.secret.Region,
	}
}

// may reports whether the call's key holds the permission over the target.
func (c call) may(p iam.Permission, on target) bool {
	return c.caller.may(p, on.resource())
}

func (c caller) may(p iam.Permission, on iam.Resource) bool {
	return c.model.Allows(c.asked.Context(), c.key, p, on, c.request)
}
