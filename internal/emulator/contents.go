package emulator

import (
	"fmt"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/secret"
	"cloison.dev/cloison/internal/emulator/seed"
)

// AddSecret creates a secret with versions 1, 2, ... and returns its id, which depends on Config.Random and on the
// secret's region, project, path and name, not on the order of creation. It refuses what the real API cannot hold,
// and a second secret of that name in the same folder unless the first is scheduled for deletion.
func (s *Server) AddSecret(of Secret, versions ...Version) (id string, err error) {
	err = s.change(func(now time.Time) error {
		id, err = s.secrets.Add(of, now, versions...)
		return err
	})
	return id, err
}

// AddVersion adds a version, which becomes the latest, and returns its revision. The secret's version_count grows; its
// updated_at stays.
func (s *Server) AddVersion(secretID string, v Version) (revision int, err error) {
	err = s.changeSecret(secretID, func(found *secret.Entry, now time.Time) error {
		revision, err = s.secrets.AddVersion(found, v, now)
		return err
	})
	return revision, err
}

// SetVersionStatus moves a version to another status. A deleted version loses its value, and cannot be moved any more.
func (s *Server) SetVersionStatus(secretID string, revision int, status secret.Status) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets.Get(secretID)
		if !ok {
			return fmt.Errorf("revision %d of secret %q is not found", revision, secretID)
		}
		return s.secrets.SetStatus(found, revision, status, now)
	})
}

// ScheduleDeletion does what DeleteSecret does: the secret leaves the lists but GetSecret still answers it for seven
// days, deletion_requested_at and updated_at set to the same moment, while one with an ephemeral policy is gone at
// once. A protected secret is refused. Facts: docs/facts.md, "Secrets", "Ephemeral policies".
func (s *Server) ScheduleDeletion(secretID string) error {
	return s.changeSecret(secretID, func(found *secret.Entry, now time.Time) error {
		if found.Protected {
			return fmt.Errorf("secret %q is protected and must not be deleted", secretID)
		}
		if found.DeletionRequested == nil {
			s.secrets.Delete(found, now)
		}
		return nil
	})
}

// AddKey makes an application with an API key that has the union of the grants, and may do nothing when there are none.
// What it grants is applied at once, whatever Config.GrantDelay. It fails, with everything that is wrong, on a project
// that is no UUID, an unknown permission set, a scope that a set cannot have and a condition of wrong syntax.
func (s *Server) AddKey(grants ...Grant) (Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.iam.CreateGrantedKey("emulator", grants...)
	if err != nil {
		return Key{}, err
	}
	return key, s.save()
}

// Load adds what the Seed holds, all of it or nothing: everything that keeps the real API from holding it is reported
// at once, each with its path and never with a value. Secrets and versions of a Seed are visible at once, whatever
// the Quirks.
func (s *Server) Load(of Seed) error {
	return s.change(func(now time.Time) error {
		return seed.Target{Secrets: s.secrets, IAM: s.iam, IDs: s.ids, Keys: s.keys}.Load(of, now)
	})
}

// KeyNamed returns the key of that name of the Seeds that were loaded.
func (s *Server) KeyNamed(name string) (key Key, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, found = s.keys[name]
	return key, found
}

// OrganizationID is the organization of everything that the Server holds. Its default project has the same id.
func (s *Server) OrganizationID() string { return s.iam.OrganizationID() }

// change runs a change at one moment, after all that was due by then, and writes the state to its file.
func (s *Server) change(do func(now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := sync.OnceValue(s.now)
	s.secrets.PassTime(now)
	if err := do(now()); err != nil {
		return err
	}
	return s.save()
}

// changeSecret is change for a secret that must exist.
func (s *Server) changeSecret(id string, do func(found *secret.Entry, now time.Time) error) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets.Get(id)
		if !ok {
			return fmt.Errorf("secret %q is not found", id)
		}
		return do(found, now)
	})
}
