package emulator

import (
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// getSecret answers secrets that are scheduled for deletion too. Source:
// recorded traffic, data-source-secret-basic.
func (s *Server) getSecret(c call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	return found.json(c.sees), nil
}

func (s *Server) getVersion(c call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	revision, err := found.find(c.params["revision"], c.sees)
	if err != nil {
		return nil, err
	}
	return found.versionJSON(revision, c.sees), nil
}

func (s *Server) accessVersion(c call) (any, error) {
	found, err := s.byID(c, iam.ReadValue)
	if err != nil {
		return nil, err
	}
	return s.access(found, c)
}

// accessByPath needs no right to list or get. A secret that is scheduled for
// deletion has left its folder (inferred).
func (s *Server) accessByPath(c call) (any, error) {
	a := &arguments{query: c.query}
	project, given := a.id("project_id")
	if !given {
		a.fail("project_id", "required", "")
	}
	wanted := place{c.params["region"], project, a.required("secret_path"), a.required("secret_name")}
	if a.err != nil {
		return nil, a.err
	}
	found := s.live[wanted]
	if found != nil && !c.sees(found.seen) {
		found = nil
	}
	if !c.may(iam.ReadValue, wanted.target(found)) {
		return nil, errDenied(iam.ReadValue)
	}
	if found == nil && s.quirks.MissingPathFails {
		return nil, errMissingPath()
	}
	if found == nil {
		return nil, errNotFound("secret", strings.TrimSuffix(wanted.path, "/")+"/"+wanted.name)
	}
	return s.access(found, c)
}

// byID returns the secret of the call's secret_id when the call's key holds the
// permission over it.
func (s *Server) byID(c call, p iam.Permission) (*secret, error) {
	id := strings.ToLower(c.params["secret_id"])
	if !isUUID(id) {
		return nil, errArgument("secret_id", "format", "must be a UUID")
	}
	found, ok := s.secrets[id]
	if !ok || found.Region != c.params["region"] {
		return nil, errNotFound("secret", id)
	}
	if !c.may(p, found.target()) {
		return nil, errDenied(p)
	}
	return found, nil
}

// access returns the value of an enabled version of a secret that stays. One that
// expires once accessed is gone with it. The precondition's name is inferred.
func (s *Server) access(found *secret, c call) (any, error) {
	n, err := found.find(c.params["revision"], c.sees)
	if err != nil {
		return nil, err
	}
	v := found.versions[n-1]
	switch {
	case found.deletionRequested != nil:
		return nil, errUnusable("cannot act on deleted secret")
	case v.status != Enabled:
		return nil, errUnusable("version is " + string(v.status))
	}
	answer := valueJSON{found.id, n, v.Data, v.crc32(), found.Type}
	if v.ephemeral != nil && v.ephemeral.once {
		v.expire(c.now())
		s.foresee(v)
		s.changed()
	}
	return answer, nil
}
