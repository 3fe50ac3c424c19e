package fetch

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cloison.dev/cloison/internal/scaleway"
)

// usedListing is a list that users need, or that tells of changes.
type usedListing struct {
	listing
	// interval is the shortest one of those who use it; 0 where all read once.
	interval time.Duration
}

// usedListings are the lists that are used, sorted.
func (s *Store) usedListings() []usedListing {
	used := map[listing]time.Duration{}
	use := func(l *listing, interval time.Duration) {
		if known := used[*l]; known == 0 || interval > 0 && interval < known {
			used[*l] = interval
		}
	}
	for _, u := range s.users {
		for _, n := range u.needs {
			if n.list != nil {
				use(n.list, u.interval)
			}
			if n.poll != nil && s.config.Poll > 0 && u.interval > 0 {
				use(n.poll, u.interval)
			}
		}
	}
	all := make([]usedListing, 0, len(used))
	for l, interval := range used {
		all = append(all, usedListing{l, interval})
	}
	slices.SortFunc(all, func(a, b usedListing) int {
		return cmp.Or(cmp.Compare(a.folder, b.folder), cmp.Compare(a.name, b.name), cmp.Compare(a.tags, b.tags))
	})
	return all
}

// dueListings are the lists that are asked for now, those first that were not yet, and when the next one will be; zero
// where none will.
func (s *Store) dueListings(used []usedListing, now time.Time) (asked []usedListing, next time.Time) {
	var again []usedListing
	for _, l := range used {
		known := s.listings[l.listing]
		switch {
		case known == nil:
			asked = append(asked, l)
		case due(known.next, now), known.next.IsZero() && l.interval > 0: // it was for those who read once
			again = append(again, l)
		default:
			next = earlier(next, known.next)
		}
	}
	return append(asked, again...), next
}

// list asks for one list, and has read again what it says has changed.
func (s *Store) list(ctx context.Context, l usedListing) *scaleway.VaultError {
	started := time.Now()
	secrets, err := s.config.Vault.List(ctx, l.filter())
	failure := failureOf(err)
	s.config.Observer.Called("list", kindOf(failure), time.Since(started))

	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.listing(l.listing)
	before := *known
	s.listedNow(l, known, secrets, failure)
	if before.settled != known.settled || before.failure != known.failure ||
		!slices.Equal(before.secrets, known.secrets) {
		s.tellUsersOf(l.listing)
	}
	return failure
}

// listedNow takes note of the answer to a list.
func (s *Store) listedNow(l usedListing, known *listed, secrets []scaleway.Listed, failure *scaleway.VaultError) {
	now := time.Now()
	s.planned = nil
	if failure == nil {
		s.stale = s.stale || !slices.Equal(known.secrets, secrets)
		*known = listed{
			settled: true,
			secrets: secrets,
			byPath:  map[[2]string]scaleway.Listed{},
			next:    s.nextPoll(l, now),
		}
		for _, one := range secrets {
			known.byPath[[2]string{one.Folder, one.Name}] = one
		}
		s.markChanged(l.listing, now)
		return
	}
	if known.failure == nil {
		known.since = now
	}
	known.failure = failure
	if failure.AboutStore() || failure.Failure == scaleway.Stopped {
		known.next = now.Add(s.jittered(firstPause)) // the breaker makes it longer
		return
	}
	known.settled, known.secrets, known.byPath = true, nil, nil
	known.next = s.nextReading(now, l.interval)
}

// nextPoll is when a list is asked for again; zero where all its users read once.
func (s *Store) nextPoll(l usedListing, now time.Time) time.Time {
	switch {
	case l.interval == 0:
		return time.Time{}
	case s.config.Poll < 0:
		return s.nextReading(now, l.interval)
	}
	return s.nextReading(now, min(l.interval, s.config.Poll))
}

// markChanged has the values read again of which a list says something else than when they were read.
func (s *Store) markChanged(l listing, now time.Time) {
	for w, v := range s.values {
		is := l.markOf(w, s.listings[l])
		switch {
		case is == nil || !v.settled:
		case v.mark == nil && v.read != nil && v.read.Revision == is.versions, v.mark != nil && *v.mark == *is:
			v.mark = is
		default:
			v.again(now)
		}
	}
}

// markOf is what lists say of a want; nil where none does.
func (s *Store) markOf(w want) *mark {
	for _, l := range w.listings() {
		if known := s.listings[l]; known != nil {
			if is := l.markOf(w, known); is != nil {
				return is
			}
		}
	}
	return nil
}

// markOf is what a list says of a want; nil where the list could not have it, or is not known. Of a fixed revision new
// versions mean nothing.
func (l listing) markOf(w want, known *listed) *mark {
	if w.id != "" || !l.covers(w) || !known.settled || known.failure != nil {
		return nil
	}
	one := known.byPath[[2]string{w.folder, w.name}]
	if w.fixed() {
		one.Versions = 0
	}
	return &mark{one.ID, one.Versions}
}

// covers reports whether a want would be in the list if its secret exists.
func (l listing) covers(w want) bool {
	return l.tags == "" && (l.folder == "" || l.folder == w.folder) && (l.name == "" || l.name == w.name)
}

// tellUsersOf tells the users of a list that it is known.
func (s *Store) tellUsersOf(l listing) {
	for name, u := range s.users {
		if slices.ContainsFunc(u.needs, func(n need) bool { return n.list != nil && *n.list == l }) {
			s.config.Changed(name)
		}
	}
}
