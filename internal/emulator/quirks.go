package emulator

import "time"

// SetFaults replaces the faults; the zero Faults ends all faults. What is wrong with them is reported all at once, and
// leaves the former faults in place.
func (s *Server) SetFaults(f Faults) error { return s.faults.Set(f) }

// Close breaks off the calls that hang, drip or wait. An http.Server that is being shut down then has none to wait
// for. A closed Server answers calls that meet no latency as before.
func (s *Server) Close() { s.faults.Close() }

// Quirks are oddities of the real API that were seen now and then, and that the Server shows on demand. Facts:
// docs/facts.md, "Oddities".
type Quirks struct {
	// VisibleAfter is how long secrets and versions that are made from now on are not visible, up to 30 s in real
	// life. Until then a secret is in no list and answers 404 by path, and a version is neither counted nor found nor
	// the latest; GetSecret knows a secret by its id, and calls that write see everything (both inferred).
	VisibleAfter time.Duration
	// MissingPathFails answers 500 instead of 404 for the value of a path where no secret is.
	MissingPathFails bool
}

// SetQuirks replaces the quirks; the zero Quirks ends them, but what is not visible by then stays so for its time.
func (s *Server) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets.VisibleAfter, s.service.MissingPathFails = q.VisibleAfter, q.MissingPathFails
}
