package emulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// AddSecret creates a secret with versions 1, 2, ... and returns its id, which
// depends on the seed and on the secret's region, project, path and name, not on
// the order of seeding. It refuses what the real API cannot hold, and a second
// secret of that name in the same folder unless the first is scheduled for
// deletion.
func (s *Server) AddSecret(of Secret, versions ...Version) (id string, err error) {
	s.setDefaults(&of)
	if err := s.check(of, versions); err != nil {
		return "", err
	}
	return id, s.change(func(now time.Time) error {
		if s.live[of.place()] != nil {
			return fmt.Errorf("secret %q exists already under %q", of.Name, of.Path)
		}
		added := s.create(of, now)
		for _, v := range versions {
			s.addVersion(added, v, now)
		}
		id = added.id
		return nil
	})
}

func (s *Server) setDefaults(of *Secret) {
	of.Tags = append([]string{}, of.Tags...)
	of.ProjectID = strings.ToLower(of.ProjectID)
	of.Path = storedPath(of.Path)
	if of.Region == "" {
		of.Region = s.regions[0]
	}
	if of.Type == "" {
		of.Type = Opaque
	}
	if of.Ephemeral != nil {
		policy := *of.Ephemeral
		of.Ephemeral = &policy
	}
}

// AddVersion adds a version, which becomes the latest, and returns its revision.
// The secret's version_count grows; its updated_at stays. Source: recorded
// traffic, data-source-secret-with-versions.
func (s *Server) AddVersion(secretID string, v Version) (revision int, err error) {
	return revision, s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok {
			return fmt.Errorf("secret %q is not found", secretID)
		}
		if err := checkVersions(found, v); err != nil {
			return err
		}
		s.addVersion(found, v, now)
		revision = len(found.versions)
		return nil
	})
}

// SetVersionStatus moves a version to another status. Scheduling it for deletion
// sets its deletion_requested_at, leaves updated_at and keeps it the latest
// (recorded traffic: list-secret-versions-all-secrets); that the other moves
// change updated_at is inferred. A deleted version loses its value.
func (s *Server) SetVersionStatus(secretID string, revision int, status VersionStatus) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok || revision < 1 || revision > len(found.versions) {
			return fmt.Errorf("revision %d of secret %q is not found", revision, secretID)
		}
		v := found.versions[revision-1]
		if v.status == Deleted {
			return fmt.Errorf("revision %d of secret %q is deleted for good", revision, secretID)
		}
		if !slices.Contains(versionStatuses(), status) {
			return fmt.Errorf("version status %q must be %q, %q, %q or %q",
				status, Enabled, Disabled, ScheduledForDeletion, Deleted)
		}
		s.setStatus(found, v, status, now)
		return nil
	})
}

// ScheduleDeletion does what DeleteSecret does: the secret leaves the lists but
// GetSecret still answers it for seven days, deletion_requested_at and
// updated_at set to the same moment (recorded traffic: data-source-secret-basic),
// while one with an ephemeral policy is gone at once (recorded traffic:
// secret-ephemeral-policy). A protected secret is refused (recorded traffic:
// secret-protected).
func (s *Server) ScheduleDeletion(secretID string) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok {
			return fmt.Errorf("secret %q is not found", secretID)
		}
		if found.Protected {
			return fmt.Errorf("secret %q is protected and must not be deleted", secretID)
		}
		if found.deletionRequested == nil {
			s.remove(found, now)
		}
		return nil
	})
}

// change runs a change at one moment, after all that was due by then, and writes
// the state to its file.
func (s *Server) change(do func(now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := sync.OnceValue(s.now)
	s.passTime(now)
	if err := do(now()); err != nil {
		return err
	}
	s.changed()
	return s.save()
}
