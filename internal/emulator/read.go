package emulator

import "strings"

// getSecret answers secrets that are scheduled for deletion too. Source:
// recorded traffic, data-source-secret-basic.
func (s *Server) getSecret(c call) (any, error) {
	found, err := s.byID(c, readSecret)
	if err != nil {
		return nil, err
	}
	return found.json(), nil
}

func (s *Server) getVersion(c call) (any, error) {
	found, err := s.byID(c, readSecret)
	if err != nil {
		return nil, err
	}
	revision, err := found.find(c.params["revision"])
	if err != nil {
		return nil, err
	}
	v := found.versions[revision-1]
	return versionJSON{
		Revision:            revision,
		SecretID:            found.id,
		Status:              v.status,
		CreatedAt:           timestamp(v.created),
		UpdatedAt:           timestamp(v.updated),
		DeletedAt:           optional(v.deleted),
		Description:         v.Description,
		Latest:              revision == len(found.versions),
		DeletionRequestedAt: optional(v.deletionRequested),
		Region:              found.Region,
	}, nil
}

func (s *Server) accessVersion(c call) (any, error) {
	found, err := s.byID(c, readValue)
	if err != nil {
		return nil, err
	}
	return found.access(c.params["revision"])
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
	found := s.live(wanted)
	if !c.may(readValue, wanted.target(found)) {
		return nil, errDenied("read")
	}
	if found == nil {
		return nil, errNotFound("secret", strings.TrimSuffix(wanted.path, "/")+"/"+wanted.name)
	}
	return found.access(c.params["revision"])
}

// byID returns the secret of the call's secret_id when the call's key holds the
// permission over it.
func (s *Server) byID(c call, p permission) (*secret, error) {
	id := strings.ToLower(c.params["secret_id"])
	if !isUUID(id) {
		return nil, errArgument("secret_id", "format", "must be a UUID")
	}
	found, ok := s.secrets[id]
	if !ok || found.Region != c.params["region"] {
		return nil, errNotFound("secret", id)
	}
	if !c.may(p, found.target()) {
		return nil, errDenied("read")
	}
	return found, nil
}

// access returns the value of an enabled version of a secret that stays. The
// precondition's name is inferred.
func (s *secret) access(revision string) (any, error) {
	n, err := s.find(revision)
	if err != nil {
		return nil, err
	}
	v := s.versions[n-1]
	switch {
	case s.deletionRequested != nil:
		return nil, errPrecondition("resource_not_usable", "secret is scheduled for deletion")
	case v.status != Enabled:
		return nil, errPrecondition("resource_not_usable", "version is "+string(v.status))
	}
	return valueJSON{s.id, n, v.Data, v.crc32(), s.Type}, nil
}
