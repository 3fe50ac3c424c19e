package emulator

import (
	"hash/crc32"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// createVersion answers 200 with the version, without its value. Source:
// recorded traffic, secret-version-basic.
func (s *Server) createVersion(c call) (any, error) {
	to, err := s.usable(c, iam.CreateSecret)
	if err != nil {
		return nil, err
	}
	f := c.fields()
	v := Version{Data: f.data()}
	f.text("description", &v.Description)
	disablePrevious := f.flag("disable_previous")
	var sum uint32
	if v.CRC32 = f.read("data_crc32", &sum, "must be a number"); v.CRC32 && sum != crc32.ChecksumIEEE(v.Data) {
		f.fail("data_crc32", "constraint", "must be the CRC32 of data")
	}
	if wrong := to.Type.mismatch(v.Data); wrong != "" {
		f.fail("data", "format", wrong)
	}
	if f.err != nil {
		return nil, f.err
	}
	if kept := to.kept(); kept >= maxVersions {
		return nil, errQuota("secret_versions", maxVersions, kept)
	}
	now := c.now()
	if n := len(to.versions); disablePrevious && n > 0 && to.versions[n-1].status == Enabled {
		s.setStatus(to, to.versions[n-1], Disabled, now)
	}
	s.addVersion(to, v, now)
	s.changed()
	return to.versionJSON(len(to.versions), everything), nil
}

// updateVersion changes what is given and updated_at. Source: recorded traffic,
// secret-version-basic, for the description; the properties are inferred.
func (s *Server) updateVersion(c call) (any, error) {
	return s.changeVersion(c, iam.WriteSecret, func(_ *secret, v *version, now time.Time) error {
		f := c.fields()
		description := v.Description
		f.text("description", &description)
		properties := f.properties(now)
		if f.err != nil {
			return f.err
		}
		if properties != nil {
			v.ephemeral = properties
			s.foresee(v)
		}
		v.Description, v.updated = description, now
		return nil
	})
}

// properties reads ephemeral_properties, nil when they are not given.
func (f *fields) properties(now time.Time) *ephemeralProperties {
	var given struct {
		ExpiresAt *time.Time      `json:"expires_at"`
		Once      bool            `json:"expires_once_accessed"`
		Action    EphemeralAction `json:"action"`
	}
	if !f.read("ephemeral_properties", &given, "must be ephemeral properties") {
		return nil
	}
	switch {
	case given.Action != DeleteExpired && given.Action != DisableExpired:
		f.fail("ephemeral_properties", "constraint", "action must be delete or disable")
	case given.ExpiresAt == nil && !given.Once:
		f.fail("ephemeral_properties", "constraint", "expires_at or expires_once_accessed must be set")
	case given.ExpiresAt != nil && !given.ExpiresAt.After(now):
		f.fail("ephemeral_properties", "constraint", "expires_at must be in the future")
	}
	return &ephemeralProperties{given.ExpiresAt, given.Once, given.Action}
}

func (s *Server) enableVersion(c call) (any, error) { return s.setVersion(c, Enabled) }

func (s *Server) disableVersion(c call) (any, error) { return s.setVersion(c, Disabled) }

// setVersion enables or disables a version; one that is so already stays as it
// is (inferred).
func (s *Server) setVersion(c call, status VersionStatus) (any, error) {
	return s.changeVersion(c, iam.WriteSecret, func(of *secret, v *version, now time.Time) error {
		if v.status != status {
			s.setStatus(of, v, status, now)
		}
		return nil
	})
}

// deleteVersion schedules the version for deletion and leaves its updated_at.
// Source: recorded traffic, list-secret-versions-all-secrets.
func (s *Server) deleteVersion(c call) (any, error) {
	_, err := s.changeVersion(c, iam.DeleteSecret, func(of *secret, v *version, now time.Time) error {
		s.setStatus(of, v, ScheduledForDeletion, now)
		return nil
	})
	return noContent{}, err
}

// changeVersion runs a change of a version that is neither deleted nor scheduled
// for deletion and answers what became of it.
func (s *Server) changeVersion(
	c call, p iam.Permission, do func(of *secret, v *version, now time.Time) error,
) (any, error) {
	of, err := s.usable(c, p)
	if err != nil {
		return nil, err
	}
	n, err := of.find(c.params["revision"], everything)
	if err != nil {
		return nil, err
	}
	v := of.versions[n-1]
	if v.status == Deleted || v.status == ScheduledForDeletion {
		return nil, errUnusable("cannot act on deleted version")
	}
	if err := do(of, v, c.now()); err != nil {
		return nil, err
	}
	s.changed()
	return of.versionJSON(n, everything), nil
}

// restoreVersion gives a version that is scheduled for deletion the status that
// it had before, and leaves any other as it is (inferred).
func (s *Server) restoreVersion(c call) (any, error) {
	of, err := s.usable(c, iam.RestoreSecret)
	if err != nil {
		return nil, err
	}
	n, err := of.find(c.params["revision"], everything)
	if err != nil {
		return nil, err
	}
	switch v := of.versions[n-1]; v.status {
	case Deleted:
		return nil, errUnusable("cannot act on deleted version")
	case ScheduledForDeletion:
		s.setStatus(of, v, v.before, c.now())
		s.changed()
	}
	return of.versionJSON(n, everything), nil
}
