package secret

import (
	"fmt"
	"slices"
	"time"
)

// AddVersion adds a version that becomes the latest and returns its revision. The version takes the secret's ephemeral
// policy over; the secret's updated_at stays. A version that is too large or one too many is refused. Facts:
// docs/facts.md, "Versions".
func (s *Store) AddVersion(to *Entry, v Version, now time.Time) (revision int, err error) {
	if err := to.checkVersions(v); err != nil {
		return 0, err
	}
	s.addVersion(to, v, now)
	return len(to.Versions), nil
}

func (s *Store) addVersion(to *Entry, v Version, now time.Time) {
	v.Data = slices.Clone(v.Data)
	added := &VersionEntry{
		Version: v, Status: Enabled, Created: now, Updated: now, VisibleFrom: s.visibleFrom(now),
		Ephemeral: to.Ephemeral.applied(now),
	}
	to.Versions = append(to.Versions, added)
	s.foresee(added)
	s.changed()
}

// UpdateVersion changes the description, and the ephemeral properties where they are not nil.
func (s *Store) UpdateVersion(v *VersionEntry, description string, properties *EphemeralProperties, now time.Time) {
	if properties != nil {
		v.Ephemeral = properties
		s.foresee(v)
	}
	v.Description, v.Updated = description, now
	s.changed()
}

// SetStatus moves a version to another status. Scheduling it for deletion leaves updated_at and keeps it the latest;
// that the other moves change updated_at is inferred. A deleted version loses its value, and cannot be moved any more.
// Facts: docs/facts.md, "Versions".
func (s *Store) SetStatus(of *Entry, revision int, status Status, now time.Time) error {
	if revision < 1 || revision > len(of.Versions) {
		return fmt.Errorf("revision %d of secret %q is not found", revision, of.ID)
	}
	v := of.Versions[revision-1]
	if v.Status == Deleted {
		return fmt.Errorf("revision %d of secret %q is deleted for good", revision, of.ID)
	}
	if !slices.Contains(Statuses(), status) {
		return fmt.Errorf("version status %q must be %q, %q, %q or %q",
			status, Enabled, Disabled, ScheduledForDeletion, Deleted)
	}
	v.setStatus(status, of.Ephemeral, now)
	s.foresee(v)
	s.changed()
	return nil
}

// setStatus applies the policy anew when a disabled version is enabled. Facts: docs/facts.md, "Ephemeral policies".
func (v *VersionEntry) setStatus(status Status, policy *EphemeralPolicy, now time.Time) {
	switch status {
	case ScheduledForDeletion:
		if v.Status != ScheduledForDeletion {
			v.Before = v.Status
		}
		v.DeletionRequested = &now
	case Deleted:
		v.end(now)
	case Enabled, Disabled:
		if status == Enabled && v.Status == Disabled {
			v.Ephemeral = policy.applied(now)
		}
		v.Updated, v.DeletionRequested = now, nil
	}
	v.Status = status
}

// Accessed must be called when the value of an enabled version was read: a version that expires once accessed expires
// then.
func (s *Store) Accessed(v *VersionEntry, now func() time.Time) {
	if v.Ephemeral == nil || !v.Ephemeral.Once {
		return
	}
	v.expire(now())
	s.foresee(v)
	s.changed()
}
