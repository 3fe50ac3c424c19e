package fetch

import (
	"maps"
	"slices"
	"time"

	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/content"
)

// State is how far the reading for a user has come.
type State struct {
	// Settled reports whether everything was read that is to be read now. Otherwise the outcomes may mix old and new.
	Settled bool
	// Problem says why it is not settled, where something fails; empty while it is being read.
	Problem string
	// Since is when that began to fail.
	Since time.Time
	// At is when the oldest of the values was read; zero where one never was, or nothing is read.
	At time.Time
}

// Outcomes is what is known of the reads of a user, in their order.
func (s *Store) Outcomes(name string) ([]content.Outcome, State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.users[name]
	if used == nil {
		return nil, State{}
	}
	state := State{Settled: true}
	outcomes := make([]content.Outcome, len(used.needs))
	for i, n := range used.needs {
		outcomes[i] = s.outcome(n, used.reads[i].Optional, &state)
	}
	if !state.Settled && state.Problem == "" && s.breaker.open() {
		state.Problem, state.Since = s.breaker.problem, s.breaker.since
	}
	return outcomes, state
}

// lasts reports whether a value cannot be read until somebody does something. While it is tried again all the same,
// nothing else is said of it: what was said names it.
func (v *value) lasts() bool {
	return v.failure != nil && !v.failure.Passes() && v.failure.Failure != scaleway.Stopped
}

// outcome of one need. What is optional and cannot be read now waits for nothing: it is a failure, which keeps no other
// read from its outcome.
func (s *Store) outcome(n need, optional bool, state *State) content.Outcome {
	resolved := s.resolve(n)
	if resolved.failure != "" {
		return content.Outcome{Failure: resolved.failure}
	}
	if resolved.pending != nil {
		state.pending(resolved.pending.failure, resolved.pending.since)
		return content.Outcome{}
	}
	outcome := content.Outcome{Found: map[string]content.Version{}}
	for _, name := range slices.Sorted(maps.Keys(resolved.wants)) {
		v := s.of(resolved.wants[name])
		switch {
		case !v.settled && !v.lasts() && optional && v.failure != nil:
			outcome.Failure = v.failure.Message
		case !v.settled && !v.lasts():
			state.pending(v.failure, v.since)
		case !v.settled && !optional:
			state.Settled = false
		case v.read != nil:
			outcome.Found[name] = *v.read
			state.read(v.at)
		case v.failure.Failure != scaleway.Absent:
			outcome.Failure = v.failure.Message
		}
	}
	if outcome.Failure != "" {
		outcome.Found = nil
	}
	return outcome
}

// pending takes note of something that is still to be read.
func (s *State) pending(failure *scaleway.VaultError, since time.Time) {
	s.Settled = false
	if failure != nil && (s.Problem == "" || since.Before(s.Since)) {
		s.Problem, s.Since = failure.Message, since
	}
}

func (s *State) read(at time.Time) {
	if s.At.IsZero() || at.Before(s.At) {
		s.At = at
	}
}

// resolution is what a need comes down to, as far as lists are known.
type resolution struct {
	// wants by the names of their secrets.
	wants map[string]want
	// failure is why there are none, once and for all.
	failure string
	// pending is the list that must be known first.
	pending *listed
}

func (s *Store) resolve(n need) resolution {
	if n.malformed != "" {
		return resolution{failure: n.malformed}
	}
	if n.list == nil {
		return s.unlessConsumed(n.wants(nil))
	}
	l := s.listings[*n.list]
	switch {
	case l == nil:
		return resolution{pending: &listed{}}
	case l.failure != nil && l.secrets == nil && n.direct != nil:
		return resolution{wants: map[string]want{n.direct.name: *n.direct}}
	case l.failure != nil && !l.failure.Passes():
		return resolution{failure: l.failure.Message}
	case !l.settled:
		return resolution{pending: l}
	}
	return s.unlessConsumed(n.wants(l.secrets))
}

// unlessConsumed gives no wants where a list says that reading the value of one would be its end.
func (s *Store) unlessConsumed(wants map[string]want, failure string) resolution {
	if failure != "" {
		return resolution{failure: failure}
	}
	for _, w := range wants {
		if s.consumed(w) {
			return resolution{
				failure: "the value is gone once it was read (an ephemeral secret), so that it is not read",
			}
		}
	}
	return resolution{wants: wants}
}

// consumed reports whether a list says that reading a value would be its end.
func (s *Store) consumed(w want) bool {
	at := [2]string{w.folder, w.name}
	for _, l := range w.listings() {
		if known := s.listings[l]; known != nil && known.byPath[at].ConsumedByReading {
			return true
		}
	}
	for l := range s.tagged {
		if s.listings[l].byPath[at].ConsumedByReading {
			return true
		}
	}
	return false
}
