package secretapi

import (
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// createSecret answers 200, not 201. Keys of the Key Manager are not emulated. Facts: docs/facts.md, "Secrets".
func (s *Service) createSecret(c api.Call) (any, error) {
	f := fieldsOf(c)
	of := secret.Secret{Region: c.Params["region"], ProjectID: f.project(), Type: f.secretType()}
	f.name(&of.Name)
	f.tags(&of.Tags)
	f.text("description", &of.Description)
	f.path(&of.Path)
	of.Ephemeral = f.policy()
	of.Protected = f.flag("protected")
	var key string
	withKey := f.text("key_id", &key)
	if f.Err() != nil {
		return nil, f.Err()
	}
	if err := allow(c, iam.CreateSecret, resourceOf("", of.Location())); err != nil {
		return nil, err
	}
	switch {
	case withKey:
		return nil, api.NotServed()
	case s.Store.At(of.Location()) != nil:
		return nil, nameTaken()
	}
	if err := api.CheckQuota(s.Quota, s.Store.Len(), "secrets"); err != nil {
		return nil, err
	}
	return secretOf(s.Store.Create(s.Store.WithDefaults(of), c.Now()), secret.Everything), nil
}

// updateSecret changes what is given: an empty list of tags or an empty description empties them. A policy can only
// replace another one; versions keep what they took over from the old one. Facts: docs/facts.md, "Secrets", "Ephemeral
// policies".
func (s *Service) updateSecret(c api.Call) (any, error) {
	found, err := s.usable(c, iam.WriteSecret)
	if err != nil {
		return nil, err
	}
	f := fieldsOf(c)
	changed := found.Secret
	f.name(&changed.Name)
	f.path(&changed.Path)
	f.tags(&changed.Tags)
	f.text("description", &changed.Description)
	if policy := f.policy(); policy != nil {
		changed.Ephemeral = policy
	}
	other := s.Store.At(changed.Location())
	switch {
	case f.Err() != nil:
		return nil, f.Err()
	case other != nil && other != found:
		return nil, nameTaken()
	case found.Ephemeral == nil && changed.Ephemeral != nil:
		return nil, unusable("cannot apply an ephemeral policy to an existing secret")
	}
	s.Store.Update(found, changed, c.Now())
	return secretOf(found, secret.Everything), nil
}

func (s *Service) deleteSecret(c api.Call) (any, error) {
	found, err := s.usable(c, iam.DeleteSecret)
	if err != nil {
		return nil, err
	}
	if found.Protected {
		return nil, api.PreconditionFailed("protected_resource", "cannot delete a protected secret")
	}
	s.Store.Delete(found, c.Now())
	return api.NoContent{}, nil
}

// restoreSecret is inferred: it needs a free location and does nothing to a secret that is not scheduled for deletion.
func (s *Service) restoreSecret(c api.Call) (any, error) {
	found, err := s.byID(c, iam.RestoreSecret)
	if err != nil {
		return nil, err
	}
	if found.DeletionRequested == nil {
		return secretOf(found, secret.Everything), nil
	}
	if s.Store.At(found.Location()) != nil {
		return nil, nameTaken()
	}
	s.Store.Restore(found, c.Now())
	return secretOf(found, secret.Everything), nil
}

func (s *Service) protect(c api.Call) (any, error) { return s.setProtected(c, true) }

func (s *Service) unprotect(c api.Call) (any, error) { return s.setProtected(c, false) }

func (s *Service) setProtected(c api.Call, protected bool) (any, error) {
	found, err := s.usable(c, iam.WriteSecret)
	if err != nil {
		return nil, err
	}
	s.Store.SetProtected(found, protected)
	return secretOf(found, secret.Everything), nil
}
