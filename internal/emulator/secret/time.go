package secret

import "time"

// PassTime lets everything happen that was due by now: versions expire, and what is scheduled for deletion goes once
// recoveryTime is over. It reads the clock only when something will ever be due.
func (s *Store) PassTime(now func() time.Time) {
	if s.due.IsZero() || now().Before(s.due) {
		return
	}
	s.due = time.Time{}
	for _, e := range s.entries {
		s.age(e, now())
	}
	s.changed()
}

// age brings one secret up to now and foresees what will happen to it next.
func (s *Store) age(e *Entry, now time.Time) {
	if at := e.DeletionRequested; at != nil {
		gone := at.Add(recoveryTime)
		if !now.Before(gone) {
			s.retire(e)
			return
		}
		s.dueAt(gone)
	}
	for _, v := range e.Versions {
		for at, changes := v.next(); changes && !now.Before(at); at, changes = v.next() {
			v.advance(at)
		}
		s.foresee(v)
	}
}

// foresee remembers when the version will change by itself.
func (s *Store) foresee(v *VersionEntry) {
	if at, changes := v.next(); changes {
		s.dueAt(at)
	}
}

func (s *Store) dueAt(at time.Time) {
	if s.due.IsZero() || at.Before(s.due) {
		s.due = at
	}
}
