package emulator

import (
	"fmt"
	"slices"
	"time"
)

// recoveryTime is how long what is scheduled for deletion can be restored.
// Source: scaleway-sdk-go's secret/v1beta1, for versions; secrets are inferred.
const recoveryTime = 7 * 24 * time.Hour

// place is what at most one secret that is not scheduled for deletion may have.
type place struct{ region, project, path, name string }

func (s Secret) place() place { return place{s.Region, s.ProjectID, s.Path, s.Name} }

// create adds a secret. Its place must be free, or the secret be removed at once.
func (s *Server) create(of Secret, now time.Time) *secret {
	at := of.place()
	id := ""
	for serial := 0; id == "" || s.used(id); serial++ {
		id = newID(s.seed, fmt.Sprintf("secret %q", at), serial)
	}
	added := &secret{Secret: of, id: id, created: now, updated: now, seen: s.seenFrom(now)}
	s.secrets[id] = added
	if s.live[at] == nil {
		s.live[at] = added
	}
	return added
}

// used says whether a secret has or had the id.
func (s *Server) used(id string) bool { return s.secrets[id] != nil || s.retired[id] }

// addVersion adds a version with the secret's ephemeral policy at work.
func (s *Server) addVersion(to *secret, v Version, now time.Time) *version {
	v.Data = slices.Clone(v.Data)
	added := &version{
		Version: v, status: Enabled, created: now, updated: now, seen: s.seenFrom(now),
		ephemeral: to.Ephemeral.from(now),
	}
	to.versions = append(to.versions, added)
	s.foresee(added)
	return added
}

// remove takes a secret out of its folder: for good when it has an ephemeral
// policy, else until it is restored or recoveryTime is over. That the policy is
// what made the recorded secret go at once is inferred.
func (s *Server) remove(found *secret, now time.Time) {
	if found.Ephemeral != nil {
		s.retire(found)
		return
	}
	found.deletionRequested, found.updated = &now, now
	s.vacate(found)
	s.dueAt(now.Add(recoveryTime))
}

// retire forgets a secret; its id is never used again.
func (s *Server) retire(found *secret) {
	s.vacate(found)
	delete(s.secrets, found.id)
	s.retired[found.id] = true
}

// vacate makes the secret's place free for another.
func (s *Server) vacate(found *secret) {
	if s.live[found.place()] == found {
		delete(s.live, found.place())
	}
}

// move gives a secret another name or folder that is free.
func (s *Server) move(found *secret, name, path string) {
	s.vacate(found)
	found.Name, found.Path = name, path
	s.live[found.place()] = found
}

// setStatus moves a version that is not deleted to a status of versionStatuses.
// Enabling a disabled version applies the secret's ephemeral policy anew. Source
// of that: Scaleway's documentation.
func (s *Server) setStatus(of *secret, v *version, status VersionStatus, now time.Time) {
	switch status {
	case ScheduledForDeletion:
		if v.status != ScheduledForDeletion {
			v.before = v.status
		}
		v.deletionRequested = &now
	case Deleted:
		v.end(now)
	case Enabled, Disabled:
		if status == Enabled && v.status == Disabled {
			v.ephemeral = of.Ephemeral.from(now)
		}
		v.updated, v.deletionRequested = now, nil
	}
	v.status = status
	s.foresee(v)
}

// end deletes a version for good, its value included.
func (v *version) end(at time.Time) {
	v.status, v.deleted, v.updated, v.Data, v.CRC32 = Deleted, &at, at, nil, false
}

func versionStatuses() []VersionStatus {
	return []VersionStatus{Enabled, Disabled, ScheduledForDeletion, Deleted}
}
