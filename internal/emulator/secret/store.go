package secret

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/id"
)

// recoveryTime is how long what is scheduled for deletion can be restored; for secrets it is inferred. Facts:
// docs/facts.md, "Secrets".
const recoveryTime = 7 * 24 * time.Hour

// Store holds secrets. It is not safe for concurrent use, and has no clock: each change takes the time at which it
// happens, and [Store.PassTime] must have been called for that moment.
type Store struct {
	// VisibleAfter is how long secrets and versions that are made from now on are not visible. Omitted, they are
	// visible at once.
	VisibleAfter time.Duration

	ids     id.Source
	regions []string
	entries map[string]*Entry // by id
	live    map[Location]*Entry
	retired map[string]bool // ids of secrets that are gone for good
	due     time.Time       // when something changes by itself next; zero: never
	changes uint64
}

// NewStore returns a Store without secrets. The first of the regions is where secrets go that name none.
func NewStore(ids id.Source, regions []string) *Store {
	return &Store{
		ids: ids, regions: slices.Clone(regions),
		entries: map[string]*Entry{}, live: map[Location]*Entry{}, retired: map[string]bool{},
	}
}

// Changes is a counter of changes. A Snapshot is out of date when it has grown.
func (s *Store) Changes() uint64 { return s.changes }

func (s *Store) changed() { s.changes++ }

// HasRegion reports whether the region exists.
func (s *Store) HasRegion(region string) bool { return slices.Contains(s.regions, region) }

// Get returns the secret of an id, also while it is scheduled for deletion.
func (s *Store) Get(id string) (found *Entry, ok bool) {
	found, ok = s.entries[id]
	return found, ok
}

// At returns the secret at a location that is not scheduled for deletion, nil where there is none.
func (s *Store) At(l Location) *Entry { return s.live[l] }

// All returns all secrets, those that are scheduled for deletion too, in no order.
func (s *Store) All() []*Entry { return slices.AppendSeq([]*Entry{}, maps.Values(s.entries)) }

// Len returns the number of secrets, those that are scheduled for deletion included.
func (s *Store) Len() int { return len(s.entries) }

// WithDefaults fills in what is omitted, and shares nothing with what it was given.
func (s *Store) WithDefaults(of Secret) Secret {
	of.Tags = append([]string{}, of.Tags...)
	of.ProjectID = strings.ToLower(of.ProjectID)
	of.Path = StoredPath(of.Path)
	of.Region = cmp.Or(of.Region, s.regions[0])
	of.Type = cmp.Or(of.Type, Opaque)
	if of.Ephemeral != nil {
		policy := *of.Ephemeral
		of.Ephemeral = &policy
	}
	return of
}

// Add creates a secret with versions 1, 2, ... and returns its id. It refuses what the real API cannot hold, and a
// second secret at the same location unless the first is scheduled for deletion.
func (s *Store) Add(of Secret, now time.Time, versions ...Version) (id string, err error) {
	of = s.WithDefaults(of)
	if err := errors.Join(s.Check(of, versions...)...); err != nil {
		return "", err
	}
	if s.At(of.Location()) != nil {
		return "", fmt.Errorf("secret %q exists already under %q", of.Name, of.Path)
	}
	added := s.Create(of, now)
	for _, v := range versions {
		s.addVersion(added, v, now)
	}
	return added.ID, nil
}

// Create adds a secret that has its defaults and passes Check. Its location must be free, or the secret be deleted at
// once. Its id depends on the Source and on the location, not on the order of creation.
func (s *Store) Create(of Secret, now time.Time) *Entry {
	at := of.Location()
	unused := ""
	for serial := 0; unused == "" || s.used(unused); serial++ {
		unused = s.ids.UUID(fmt.Sprintf("secret %q", at), serial)
	}
	added := &Entry{ID: unused, Secret: of, Created: now, Updated: now, VisibleFrom: s.visibleFrom(now)}
	s.entries[added.ID] = added
	if s.live[at] == nil {
		s.live[at] = added
	}
	s.changed()
	return added
}

// used reports whether a secret has or had the id.
func (s *Store) used(id string) bool { return s.entries[id] != nil || s.retired[id] }

func (s *Store) visibleFrom(now time.Time) time.Time {
	if s.VisibleAfter <= 0 {
		return time.Time{}
	}
	return now.Add(s.VisibleAfter)
}

// Update replaces the fields of a secret. A new location must be free.
func (s *Store) Update(e *Entry, changed Secret, now time.Time) {
	s.vacate(e)
	e.Secret, e.Updated = changed, now
	s.live[e.Location()] = e
	s.changed()
}

// SetProtected leaves updated_at as it is. Facts: docs/facts.md, "Secrets".
func (s *Store) SetProtected(e *Entry, protected bool) {
	e.Protected = protected
	s.changed()
}

// Delete removes a secret from its folder: for good when it has an ephemeral policy, else until it is restored or
// recoveryTime is over. That it is the policy for which a secret goes at once is inferred.
func (s *Store) Delete(e *Entry, now time.Time) {
	s.changed()
	if e.Ephemeral != nil {
		s.retire(e)
		return
	}
	e.DeletionRequested, e.Updated = &now, now
	s.vacate(e)
	s.dueAt(now.Add(recoveryTime))
}

// Restore cancels the deletion of a secret. Its location must be free.
func (s *Store) Restore(e *Entry, now time.Time) {
	e.DeletionRequested, e.Updated = nil, now
	s.live[e.Location()] = e
	s.changed()
}

// retire forgets a secret; its id is never used again.
func (s *Store) retire(e *Entry) {
	s.vacate(e)
	delete(s.entries, e.ID)
	s.retired[e.ID] = true
}

// vacate frees the secret's location for another.
func (s *Store) vacate(e *Entry) {
	if s.live[e.Location()] == e {
		delete(s.live, e.Location())
	}
}
