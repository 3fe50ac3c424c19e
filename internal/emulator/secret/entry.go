package secret

import (
	"hash/crc32"
	"time"
)

// Entry is a secret in a Store. Only the Store changes it. Its JSON is its form in a state file.
type Entry struct {
	ID                string
	Secret            `json:"Secret"`
	Created, Updated  time.Time
	VisibleFrom       time.Time       `json:"Seen"` // zero: always visible
	DeletionRequested *time.Time      // nil: not scheduled for deletion
	Versions          []*VersionEntry // by revision, from 1
}

// VersionEntry is a version in a Store.
type VersionEntry struct {
	Version           `json:"Version"`
	Status            Status
	Before            Status // what Status was before the deletion was scheduled
	Created, Updated  time.Time
	VisibleFrom       time.Time `json:"Seen"` // zero: always visible
	Ephemeral         *EphemeralProperties
	DeletionRequested *time.Time
	Deleted           *time.Time
}

// View reports whether a reader sees what is visible from a moment on.
type View func(visibleFrom time.Time) bool

// Everything is the View of calls that write.
func Everything(time.Time) bool { return true }

// Count returns the number of versions that were ever made and are in view. It is the latest revision too.
func (e *Entry) Count(in View) int {
	for n := len(e.Versions); n > 0; n-- {
		if in(e.Versions[n-1].VisibleFrom) {
			return n
		}
	}
	return 0
}

// LatestEnabled returns the highest revision in view that is enabled, 0 where none is.
func (e *Entry) LatestEnabled(in View) int {
	for n := e.Count(in); n > 0; n-- {
		if e.Versions[n-1].Status == Enabled {
			return n
		}
	}
	return 0
}

// CountedVersions returns the number of versions that count towards MaxVersions. That deleted ones do not is inferred.
func (e *Entry) CountedVersions() int {
	n := 0
	for _, v := range e.Versions {
		if v.Status != Deleted {
			n++
		}
	}
	return n
}

// Checksum returns the CRC32 of the data where one was given on creation, else nil.
func (v *VersionEntry) Checksum() *uint32 {
	if !v.CRC32 {
		return nil
	}
	sum := crc32.ChecksumIEEE(v.Data)
	return &sum
}

// end deletes a version for good, its value included.
func (v *VersionEntry) end(at time.Time) {
	v.Status, v.Deleted, v.Updated, v.Data, v.CRC32 = Deleted, &at, at, nil, false
}

// expire disables or deletes an ephemeral version, by its policy.
func (v *VersionEntry) expire(at time.Time) {
	if v.Ephemeral.Action == DeleteExpired {
		v.end(at)
		return
	}
	v.Status, v.Updated = Disabled, at
}

// next returns when the version will change by itself, if ever.
func (v *VersionEntry) next() (at time.Time, changes bool) {
	switch {
	case v.Status == ScheduledForDeletion:
		return v.DeletionRequested.Add(recoveryTime), true
	case v.Ephemeral == nil || v.Ephemeral.Expires == nil:
		return time.Time{}, false
	case v.Status == Enabled, v.Status == Disabled && v.Ephemeral.Action == DeleteExpired:
		return *v.Ephemeral.Expires, true
	}
	return time.Time{}, false
}

// advance makes the change that next foresees.
func (v *VersionEntry) advance(at time.Time) {
	if v.Status == ScheduledForDeletion {
		v.end(at)
		return
	}
	v.expire(at)
}
