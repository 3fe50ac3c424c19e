package emulator

import "time"

// passTime lets everything happen that was due by now: versions expire, and what
// is scheduled for deletion goes once recoveryTime is over. It reads the clock
// only when something will ever be due.
func (s *Server) passTime(now func() time.Time) {
	if s.due.IsZero() || now().Before(s.due) {
		return
	}
	s.due = time.Time{}
	for _, found := range s.secrets {
		s.age(found, now())
	}
	s.changed()
}

// age brings one secret up to now and foresees what will happen to it next.
func (s *Server) age(found *secret, now time.Time) {
	if at := found.deletionRequested; at != nil {
		gone := at.Add(recoveryTime)
		if !now.Before(gone) {
			s.retire(found)
			return
		}
		s.dueAt(gone)
	}
	for _, v := range found.versions {
		for at, ends := v.ends(); ends && !now.Before(at); at, ends = v.ends() {
			v.runOut(at)
		}
		s.foresee(v)
	}
}

// ends returns when the version will change by itself, if ever.
func (v *version) ends() (at time.Time, ends bool) {
	switch {
	case v.status == ScheduledForDeletion:
		return v.deletionRequested.Add(recoveryTime), true
	case v.ephemeral == nil || v.ephemeral.expires == nil:
		return time.Time{}, false
	case v.status == Enabled, v.status == Disabled && v.ephemeral.action == DeleteExpired:
		return *v.ephemeral.expires, true
	}
	return time.Time{}, false
}

// runOut does to the version what its status and its policy have in store.
func (v *version) runOut(at time.Time) {
	if v.status == ScheduledForDeletion {
		v.end(at)
		return
	}
	v.expire(at)
}

// expire ends the life of an ephemeral version as its policy says.
func (v *version) expire(at time.Time) {
	if v.ephemeral.action == DeleteExpired {
		v.end(at)
		return
	}
	v.status, v.updated = Disabled, at
}

// foresee remembers when the version will change by itself.
func (s *Server) foresee(v *version) {
	if at, ends := v.ends(); ends {
		s.dueAt(at)
	}
}

func (s *Server) dueAt(at time.Time) {
	if s.due.IsZero() || at.Before(s.due) {
		s.due = at
	}
}
