package secretapi

import (
	"strings"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// getSecret answers secrets that are scheduled for deletion too. Facts: docs/facts.md, "Secrets".
func (s *Service) getSecret(c api.Call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	return secretOf(found, viewOf(c)), nil
}

func (s *Service) getVersion(c api.Call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	n, err := revision(found, c, viewOf(c))
	if err != nil {
		return nil, err
	}
	return versionOf(found, n, viewOf(c)), nil
}

func (s *Service) accessVersion(c api.Call) (any, error) {
	found, err := s.byID(c, iam.ReadValue)
	if err != nil {
		return nil, err
	}
	return s.access(found, c)
}

// accessByPath needs no right to list or get. A secret that is scheduled for deletion has left its folder (inferred).
func (s *Service) accessByPath(c api.Call) (any, error) {
	a := c.Arguments()
	project := requiredProject(a)
	wanted := secret.Location{
		Region: c.Params["region"], ProjectID: project,
		Path: a.Required("secret_path"), Name: a.Required("secret_name"),
	}
	if a.Err() != nil {
		return nil, a.Err()
	}
	found, foundID := s.Store.At(wanted), ""
	if found != nil && !viewOf(c)(found.VisibleFrom) {
		found = nil
	}
	if found != nil {
		foundID = found.ID
	}
	if err := allow(c, iam.ReadValue, resourceOf(foundID, wanted)); err != nil {
		return nil, err
	}
	if found == nil && s.MissingPathFails {
		// The body is inferred. Facts: docs/facts.md, "Oddities".
		return nil, api.Internal("internal error")
	}
	if found == nil {
		return nil, api.NotFound("secret", strings.TrimSuffix(wanted.Path, "/")+"/"+wanted.Name)
	}
	return s.access(found, c)
}

// requiredProject reads a project_id that must be given.
func requiredProject(a *api.Arguments) string {
	project, given := a.ID("project_id")
	if !given {
		a.Fail("project_id", "required", "")
	}
	return project
}

// access returns the value of an enabled version of a secret that is not scheduled for deletion. One that expires once
// accessed is gone with it. The precondition's name is inferred.
func (s *Service) access(found *secret.Entry, c api.Call) (any, error) {
	n, err := revision(found, c, viewOf(c))
	if err != nil {
		return nil, err
	}
	v := found.Versions[n-1]
	switch {
	case found.DeletionRequested != nil:
		return nil, unusable("cannot act on deleted secret")
	case v.Status != secret.Enabled:
		return nil, unusable("version is " + string(v.Status))
	}
	answer := valueJSON{found.ID, n, v.Data, v.Checksum(), found.Type}
	s.Store.Accessed(v, c.Now)
	return answer, nil
}
