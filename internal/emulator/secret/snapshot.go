package secret

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/emulator/id"
)

// Snapshot is all state of a Store, in the form of JSON. It holds values in clear text.
type Snapshot struct {
	Secrets []*Entry `json:"secrets"`
	Retired []string `json:"retired"`
}

// Snapshot returns the state, sorted by id. It shares the entries with the Store, which must not change before the
// Snapshot is encoded.
func (s *Store) Snapshot() Snapshot {
	taken := Snapshot{s.All(), slices.Sorted(maps.Keys(s.retired))}
	slices.SortFunc(taken.Secrets, func(a, b *Entry) int { return cmp.Compare(a.ID, b.ID) })
	return taken
}

// LoadSnapshot replaces the state by a Snapshot that passes Check. Expiries that are due are applied at the next
// PassTime.
func (s *Store) LoadSnapshot(saved Snapshot) {
	empty := NewStore(s.ids, s.regions)
	s.entries, s.live, s.retired, s.due = empty.entries, empty.live, empty.retired, empty.due
	for _, gone := range saved.Retired {
		s.retired[gone] = true
	}
	for _, e := range saved.Secrets {
		s.entries[e.ID] = e
		if e.DeletionRequested == nil {
			s.live[e.Location()] = e
		} else {
			s.dueAt(e.DeletionRequested.Add(recoveryTime))
		}
		for _, v := range e.Versions {
			s.foresee(v)
		}
	}
	s.changed()
}

// Check returns what no Store can have written. Its errors never quote the Snapshot.
func (saved Snapshot) Check() error {
	ids, taken := map[string]bool{}, map[Location]bool{}
	var problems []error
	for i, e := range saved.Secrets {
		if e == nil { // null in the file
			e = &Entry{}
		}
		if !id.IsUUID(e.ID) || ids[e.ID] {
			problems = append(problems, fmt.Errorf("secrets[%d].ID must be a UUID of its own", i))
		}
		ids[e.ID] = true
		if at := e.Location(); e.DeletionRequested == nil && taken[at] {
			problems = append(problems, fmt.Errorf("secrets[%d] must not have the path and name of another", i))
		} else if e.DeletionRequested == nil {
			taken[at] = true
		}
		if e.Ephemeral.Check() != "" {
			problems = append(problems, fmt.Errorf("secrets[%d].Secret.Ephemeral must be a policy", i))
		}
		for j, v := range e.Versions {
			if !v.sound() {
				problems = append(problems,
					fmt.Errorf("secrets[%d].Versions[%d].Status must fit its other fields", i, j))
			}
		}
	}
	return errors.Join(problems...)
}

// sound reports whether the status is known and has the moments that belong to it.
func (v *VersionEntry) sound() bool {
	if v == nil { // null in the file
		return false
	}
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
