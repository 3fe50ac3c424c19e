package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// stateVersion is the form of the state's file that this code reads and writes.
const stateVersion = 1

// savedState is the whole state in a file.
type savedState struct {
	Version int            `json:"version"`
	Secrets []savedSecret  `json:"secrets"`
	Retired []string       `json:"retired"`
	IAM     iam.Snapshot   `json:"iam"`
	Named   map[string]Key `json:"named"`
}

type savedSecret struct {
	ID                string
	Secret            Secret
	Created, Updated  time.Time
	Seen              time.Time
	DeletionRequested *time.Time
	Versions          []savedVersion
}

type savedVersion struct {
	Version           Version
	Status, Before    VersionStatus
	Created, Updated  time.Time
	Seen              time.Time
	Ephemeral         *savedProperties
	DeletionRequested *time.Time
	Deleted           *time.Time
}

type savedProperties struct {
	Expires *time.Time
	Once    bool
	Action  EphemeralAction
}

// state is what a file keeps, in an order that does not depend on chance.
func (s *Server) state() savedState {
	saved := savedState{
		Version: stateVersion, IAM: s.iam.Snapshot(), Named: s.named,
		Secrets: []savedSecret{}, Retired: slices.Sorted(maps.Keys(s.retired)),
	}
	for _, of := range s.secrets {
		saved.Secrets = append(saved.Secrets, of.saved())
	}
	slices.SortFunc(saved.Secrets, func(a, b savedSecret) int { return cmp.Compare(a.ID, b.ID) })
	return saved
}

func (s *secret) saved() savedSecret {
	saved := savedSecret{s.id, s.Secret, s.created, s.updated, s.seen, s.deletionRequested, nil}
	for _, v := range s.versions {
		of := savedVersion{
			Version: v.Version, Status: v.status, Before: v.before, Created: v.created, Updated: v.updated,
			Seen: v.seen, DeletionRequested: v.deletionRequested, Deleted: v.deleted,
		}
		if p := v.ephemeral; p != nil {
			of.Ephemeral = &savedProperties{p.expires, p.once, p.action}
		}
		saved.Versions = append(saved.Versions, of)
	}
	return saved
}

// take replaces the Server's state, or nothing where IAM refuses its part. What was due while nobody watched happens at
// the next call.
func (s *Server) take(saved savedState) error {
	if err := s.iam.Restore(saved.IAM); err != nil {
		return err
	}
	s.secrets, s.live, s.retired = map[string]*secret{}, map[place]*secret{}, map[string]bool{}
	s.named, s.due = saved.Named, time.Time{}
	for _, id := range saved.Retired {
		s.retired[id] = true
	}
	for _, of := range saved.Secrets {
		taken := of.secret()
		s.secrets[taken.id] = taken
		if taken.deletionRequested == nil {
			s.live[taken.place()] = taken
		} else {
			s.dueAt(taken.deletionRequested.Add(recoveryTime))
		}
		for _, v := range taken.versions {
			s.foresee(v)
		}
	}
	return nil
}

func (of savedSecret) secret() *secret {
	taken := &secret{
		Secret: of.Secret, id: of.ID, created: of.Created, updated: of.Updated, seen: of.Seen,
		deletionRequested: of.DeletionRequested,
	}
	for _, v := range of.Versions {
		version := &version{
			Version: v.Version, status: v.Status, before: v.Before, created: v.Created, updated: v.Updated,
			seen: v.Seen, deletionRequested: v.DeletionRequested, deleted: v.Deleted,
		}
		if p := v.Ephemeral; p != nil {
			version.ephemeral = &ephemeralProperties{p.Expires, p.Once, p.Action}
		}
		taken.versions = append(taken.versions, version)
	}
	return taken
}

// decodeState reads a file and refuses what save cannot have written. Errors
// never quote the file: it holds values.
func decodeState(data []byte) (savedState, error) {
	var saved savedState
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&saved) != nil {
		return saved, errors.New("it must be JSON as OpenState writes it")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return saved, errors.New("it must end after one JSON object")
	}
	if saved.Version != stateVersion {
		return saved, fmt.Errorf("version is %d and must be %d", saved.Version, stateVersion)
	}
	if saved.IAM.OrganizationID == "" || saved.Named == nil || saved.Secrets == nil {
		return saved, errors.New("it must have iam, named and secrets")
	}
	return saved, saved.check()
}

// check looks at what other code relies on.
func (saved savedState) check() error {
	ids, places := map[string]bool{}, map[place]bool{}
	var problems []error
	for i, of := range saved.Secrets {
		if !isUUID(of.ID) || ids[of.ID] {
			problems = append(problems, fmt.Errorf("secrets[%d].ID must be a UUID of its own", i))
		}
		ids[of.ID] = true
		if at := of.Secret.place(); of.DeletionRequested == nil && places[at] {
			problems = append(problems, fmt.Errorf("secrets[%d] must not have the path and name of another", i))
		} else if of.DeletionRequested == nil {
			places[at] = true
		}
		if of.Secret.Ephemeral.check() != "" {
			problems = append(problems, fmt.Errorf("secrets[%d].Secret.Ephemeral must be a policy", i))
		}
		for j, v := range of.Versions {
			if !v.sound() {
				problems = append(problems, fmt.Errorf("secrets[%d].Versions[%d].Status must fit its other fields", i, j))
			}
		}
	}
	return errors.Join(problems...)
}

// sound says whether the status is known and has the moments that belong to it.
func (v savedVersion) sound() bool {
	switch v.Status {
	case Enabled, Disabled:
		return v.DeletionRequested == nil && v.Deleted == nil
	case ScheduledForDeletion:
		return v.DeletionRequested != nil && (v.Before == Enabled || v.Before == Disabled)
	case Deleted:
		return v.Deleted != nil
	}
	return false
}
