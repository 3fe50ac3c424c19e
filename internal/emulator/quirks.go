package emulator

import "time"

// Quirks are oddities of the real API that were met now and then, and that the
// Server shows when it is asked to. Source: the project's facts.
type Quirks struct {
	// VisibleAfter is how long secrets and versions that are made from now on
	// stay unseen, up to 30 s in real life. Until then a secret is in no list
	// and answers 404 by path, and a version is neither counted nor found nor the
	// latest; GetSecret knows a secret by its id, and calls that write see
	// everything (both inferred).
	VisibleAfter time.Duration
	// MissingPathFails answers 500 instead of 404 for the value of a path where
	// no secret is.
	MissingPathFails bool
}

// SetQuirks replaces the quirks; the zero Quirks ends them, but what is unseen
// by then stays so for its time.
func (s *Server) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}

// seenFrom says from when on readers find what is made now.
func (s *Server) seenFrom(now time.Time) time.Time {
	if s.quirks.VisibleAfter <= 0 {
		return time.Time{}
	}
	return now.Add(s.quirks.VisibleAfter)
}

// sees says whether the call finds what is seen from a moment on.
func (c call) sees(seen time.Time) bool { return seen.IsZero() || !c.now().Before(seen) }
