package emulator

import (
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// createSecret answers 200, not 201. Source: recorded traffic, secret-basic. Keys
// of Scaleway's Key Manager are not emulated.
func (s *Server) createSecret(c call) (any, error) {
	f := c.fields()
	of := Secret{Region: c.params["region"], ProjectID: f.project(), Type: f.secretType()}
	f.name(&of.Name)
	f.tags(&of.Tags)
	f.text("description", &of.Description)
	f.path(&of.Path)
	of.Ephemeral = f.policy()
	of.Protected = f.flag("protected")
	var key string
	withKey := f.text("key_id", &key)
	switch {
	case f.err != nil:
		return nil, f.err
	case !c.may(iam.CreateSecret, target{of.ProjectID, &secret{Secret: of}}):
		return nil, errDenied(iam.CreateSecret)
	case withKey:
		return nil, errNotServed()
	case s.live[of.place()] != nil:
		return nil, errNameTaken()
	}
	if err := within(s.quotas.Secrets, len(s.secrets), "secrets"); err != nil {
		return nil, err
	}
	s.setDefaults(&of)
	added := s.create(of, c.now())
	s.changed()
	return added.json(everything), nil
}

// secretType reads the type; unknown_type is what the SDK sends for none.
func (f *fields) secretType() SecretType {
	kind := "unknown_type"
	f.text("type", &kind)
	if kind == "unknown_type" || kind == "" {
		return Opaque
	}
	for _, known := range secretTypes() {
		if kind == string(known) {
			return known
		}
	}
	f.fail("type", "format", "must be one of "+strings.Join(typeNames(), ", "))
	return ""
}

// updateSecret changes what is given: an empty list of tags or an empty
// description are given (recorded traffic: secret-basic). A policy can only
// replace another one (Scaleway's documentation: it is applied on creation and
// cannot be removed); versions keep what they took over from the old one.
func (s *Server) updateSecret(c call) (any, error) {
	found, err := s.usable(c, iam.WriteSecret)
	if err != nil {
		return nil, err
	}
	f := c.fields()
	changed := found.Secret
	f.name(&changed.Name)
	f.path(&changed.Path)
	f.tags(&changed.Tags)
	f.text("description", &changed.Description)
	if policy := f.policy(); policy != nil {
		changed.Ephemeral = policy
	}
	other := s.live[changed.place()]
	switch {
	case f.err != nil:
		return nil, f.err
	case other != nil && other != found:
		return nil, errNameTaken()
	case found.Ephemeral == nil && changed.Ephemeral != nil:
		return nil, errUnusable("cannot apply an ephemeral policy to an existing secret")
	}
	s.move(found, changed.Name, changed.Path)
	found.Secret, found.updated = changed, c.now()
	s.changed()
	return found.json(everything), nil
}

func (s *Server) deleteSecret(c call) (any, error) {
	found, err := s.usable(c, iam.DeleteSecret)
	if err != nil {
		return nil, err
	}
	if found.Protected {
		return nil, errPrecondition("protected_resource", "cannot delete a protected secret")
	}
	s.remove(found, c.now())
	s.changed()
	return noContent{}, nil
}

// restoreSecret is inferred: it needs a free place and does nothing to a secret
// that is not scheduled for deletion.
func (s *Server) restoreSecret(c call) (any, error) {
	found, err := s.byID(c, iam.RestoreSecret)
	if err != nil {
		return nil, err
	}
	if found.deletionRequested == nil {
		return found.json(everything), nil
	}
	if s.live[found.place()] != nil {
		return nil, errNameTaken()
	}
	found.deletionRequested, found.updated = nil, c.now()
	s.live[found.place()] = found
	s.changed()
	return found.json(everything), nil
}

func (s *Server) protect(c call) (any, error) { return s.setProtected(c, true) }

func (s *Server) unprotect(c call) (any, error) { return s.setProtected(c, false) }

// setProtected leaves updated_at as it is. Source: recorded traffic,
// secret-protected, for unprotect.
func (s *Server) setProtected(c call, protected bool) (any, error) {
	found, err := s.usable(c, iam.WriteSecret)
	if err != nil {
		return nil, err
	}
	found.Protected = protected
	s.changed()
	return found.json(everything), nil
}

// usable returns the secret of the call's secret_id unless it is scheduled for
// deletion.
func (s *Server) usable(c call, p iam.Permission) (*secret, error) {
	found, err := s.byID(c, p)
	if err != nil {
		return nil, err
	}
	if found.deletionRequested != nil {
		return nil, errUnusable("cannot act on deleted secret")
	}
	return found, nil
}
