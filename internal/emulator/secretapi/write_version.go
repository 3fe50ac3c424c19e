package secretapi

import (
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// createVersion answers 200 with the version, without its value. Facts: docs/facts.md, "Versions".
func (s *Service) createVersion(c api.Call) (any, error) {
	to, err := s.usable(c, iam.CreateSecret)
	if err != nil {
		return nil, err
	}
	f := fieldsOf(c)
	v := secret.Version{Data: f.data()}
	f.text("description", &v.Description)
	disablePrevious := f.flag("disable_previous")
	v.CRC32 = f.checksum(v.Data)
	if wrong := to.Type.Mismatch(v.Data); wrong != "" {
		f.Fail("data", "format", wrong)
	}
	if f.Err() != nil {
		return nil, f.Err()
	}
	if err := api.CheckQuota(secret.MaxVersions, to.CountedVersions(), "secret_versions"); err != nil {
		return nil, err
	}
	now, latest := c.Now(), len(to.Versions)
	if disablePrevious && latest > 0 && to.Versions[latest-1].Status == secret.Enabled {
		if err := s.Store.SetStatus(to, latest, secret.Disabled, now); err != nil {
			return nil, err
		}
	}
	added, err := s.Store.AddVersion(to, v, now)
	if err != nil {
		return nil, err
	}
	return versionOf(to, added, secret.Everything), nil
}

// updateVersion changes what is given and updated_at; for the properties that is inferred. Facts: docs/facts.md,
// "Versions".
func (s *Service) updateVersion(c api.Call) (any, error) {
	return s.changeVersion(c, iam.WriteSecret, func(of *secret.Entry, n int) error {
		f, v := fieldsOf(c), of.Versions[n-1]
		description := v.Description
		f.text("description", &description)
		properties := f.properties(c.Now())
		if f.Err() != nil {
			return f.Err()
		}
		s.Store.UpdateVersion(v, description, properties, c.Now())
		return nil
	})
}

func (s *Service) enableVersion(c api.Call) (any, error) { return s.setVersion(c, secret.Enabled) }

func (s *Service) disableVersion(c api.Call) (any, error) { return s.setVersion(c, secret.Disabled) }

// setVersion enables or disables a version; one that is so already stays as it is (inferred).
func (s *Service) setVersion(c api.Call, status secret.Status) (any, error) {
	return s.changeVersion(c, iam.WriteSecret, func(of *secret.Entry, n int) error {
		if of.Versions[n-1].Status == status {
			return nil
		}
		return s.Store.SetStatus(of, n, status, c.Now())
	})
}

// deleteVersion schedules the version for deletion and leaves its updated_at. Facts: docs/facts.md, "Versions".
func (s *Service) deleteVersion(c api.Call) (any, error) {
	_, err := s.changeVersion(c, iam.DeleteSecret, func(of *secret.Entry, n int) error {
		return s.Store.SetStatus(of, n, secret.ScheduledForDeletion, c.Now())
	})
	return api.NoContent{}, err
}

// changeVersion runs a change of a version that is neither deleted nor scheduled for deletion, and answers what
// became of it.
func (s *Service) changeVersion(
	c api.Call, p iam.Permission, change func(of *secret.Entry, revision int) error,
) (any, error) {
	of, n, err := s.usableVersion(c, p)
	if err != nil {
		return nil, err
	}
	if of.Versions[n-1].Status == secret.ScheduledForDeletion {
		return nil, unusable("cannot act on deleted version")
	}
	if err := change(of, n); err != nil {
		return nil, err
	}
	return versionOf(of, n, secret.Everything), nil
}

// usableVersion returns a version that is not deleted, of a secret that is not scheduled for deletion.
func (s *Service) usableVersion(c api.Call, p iam.Permission) (of *secret.Entry, n int, err error) {
	if of, err = s.usable(c, p); err != nil {
		return nil, 0, err
	}
	if n, err = revision(of, c, secret.Everything); err != nil {
		return nil, 0, err
	}
	if of.Versions[n-1].Status == secret.Deleted {
		return nil, 0, unusable("cannot act on deleted version")
	}
	return of, n, nil
}

// restoreVersion gives a version that is scheduled for deletion the status that it had before, and leaves any other
// as it is (inferred).
func (s *Service) restoreVersion(c api.Call) (any, error) {
	of, n, err := s.usableVersion(c, iam.RestoreSecret)
	if err != nil {
		return nil, err
	}
	if v := of.Versions[n-1]; v.Status == secret.ScheduledForDeletion {
		if err := s.Store.SetStatus(of, n, v.Before, c.Now()); err != nil {
			return nil, err
		}
	}
	return versionOf(of, n, secret.Everything), nil
}
