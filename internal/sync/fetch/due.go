package fetch

import (
	"cmp"
	"slices"
	"time"

	"cloison.dev/cloison/internal/scaleway"
)

// Pauses between attempts. The share of jitter is taken off, so that calls which failed together do not come back
// together.
const (
	// firstPause follows a call that failed and may fare better later; it doubles with each failure in a row.
	firstPause = time.Second
	// longestPause bounds it.
	longestPause = 5 * time.Minute
	// deniedPause follows a refusal: a new permission takes up to a minute, and Scaleway alerts on refusals.
	deniedPause = time.Minute
	// absentPause follows a secret that is not there: a new one takes up to 30 s to be seen.
	absentPause = 15 * time.Second
)

// doubled is a pause after a number of failures in a row.
func doubled(first time.Duration, failures int) time.Duration {
	pause := first
	for i := 1; i < failures && pause < longestPause; i++ {
		pause *= 2
	}
	return min(pause, longestPause)
}

// jittered takes up to half of a pause off.
func (s *Store) jittered(pause time.Duration) time.Duration {
	return pause - time.Duration(s.config.Jitter()*float64(pause)/2)
}

// again has a value read as soon as can be.
func (v *value) again(now time.Time) { v.settled, v.next, v.news = false, now, true }

// done takes note of an attempt on a value.
func (s *Store) done(j *job, read *scaleway.Value, failure *scaleway.VaultError) {
	now, v := time.Now(), j.value
	v.news = false
	if failure == nil {
		*v = value{settled: true, at: now, read: versionOf(read), mark: j.mark, next: s.nextReading(now, j.interval)}
		return
	}
	if v.failures++; v.failures == 1 {
		v.since = now
	}
	v.failure, v.mark = failure, j.mark
	if failure.Passes() || failure.Failure == scaleway.Stopped {
		v.settled, v.next = false, now.Add(s.jittered(doubled(firstPause, v.failures)))
		return
	}
	v.settled, v.read, v.at = true, nil, now
	v.next = s.nextReading(now, j.interval)
	if failure.Failure == scaleway.Absent && (j.optional || j.mark != nil) {
		return // a list will tell, or nobody waits for it
	}
	first := deniedPause
	if failure.Failure == scaleway.Absent {
		first = absentPause
	}
	v.next = earlier(v.next, now.Add(s.jittered(doubled(first, v.failures))))
}

// nextReading is when something is read in full again; zero where it never is.
func (s *Store) nextReading(now time.Time, interval time.Duration) time.Time {
	if interval <= 0 {
		return time.Time{}
	}
	const share = 10 // of the interval, at most, by which the readings of many are spread
	return now.Add(interval - time.Duration(s.config.Jitter()*float64(interval/share)))
}

// due reports whether it is time.
func due(next, now time.Time) bool { return !next.IsZero() && !next.After(now) }

// job is a want that is due, with what is to be known for it.
type job struct {
	want
	value    *value
	interval time.Duration
	optional bool
	users    []string
	// mark is what a list says of the secret now; nil where none does.
	mark *mark
	// rank is its place among the wants of the user that has the fewest before it.
	rank int
}

// urgency is smaller for what is read sooner: first what nobody has read yet, since somebody waits for it, then what is
// known to be new. What is read in full again can wait for both.
func (j *job) urgency() int {
	switch v := j.value; {
	case v.at.IsZero() && v.failures == 0:
		return 0
	case v.news:
		return 1
	}
	return 2
}

// jobs are the wants that users have, in the order in which they are read: of those that are equally urgent the first
// of each user, then the second of each, so that one with many delays none with few.
func (s *Store) jobs() []*job {
	if s.planned == nil {
		s.planned = s.plan()
	}
	slices.SortFunc(s.planned, func(a, b *job) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(a.rank, b.rank),
			compareWants(a.want, b.want))
	})
	return s.planned
}

// plan makes the jobs.
func (s *Store) plan() []*job {
	known := map[want]*job{}
	for name, u := range s.users {
		for rank, w := range s.wantsOfUser(u) {
			j := known[w.want]
			if j == nil {
				j = &job{want: w.want, value: s.of(w.want), mark: s.markOf(w.want), rank: rank, optional: true}
				known[w.want] = j
			}
			j.users = append(j.users, name)
			j.rank = min(j.rank, rank)
			j.optional = j.optional && w.optional
			if u.interval > 0 && (j.interval == 0 || u.interval < j.interval) {
				j.interval = u.interval
			}
		}
	}
	all := make([]*job, 0, len(known))
	for _, j := range known {
		slices.Sort(j.users)
		all = append(all, j)
	}
	return all
}

// userWant is a want of a user.
type userWant struct {
	want
	optional bool
}

func (s *Store) wantsOfUser(u *user) []userWant {
	var all []userWant
	for i, n := range u.needs {
		for _, w := range s.resolve(n).wants {
			all = append(all, userWant{w, u.reads[i].Optional})
		}
	}
	slices.SortStableFunc(all, func(a, b userWant) int { return compareWants(a.want, b.want) })
	return slices.CompactFunc(all, func(a, b userWant) bool { return a.want == b.want })
}

// next is when a value is to be read; zero where it never is. A shorter interval than it was read with counts at once.
func (j *job) next() time.Time {
	next := j.value.next
	switch {
	case !j.value.settled && next.IsZero():
		return time.Unix(0, 0)
	case j.value.settled && j.interval > 0:
		return earlier(next, j.value.at.Add(j.interval))
	}
	return next
}

// earlier is the earlier of two times, where zero means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// breaker stops calls to a store that fail one after the other.
type breaker struct {
	// failures in a row, over all calls.
	failures int
	// openings in a row without a success between.
	openings int
	// until is when one call may probe; zero where the breaker is closed.
	until time.Time
	// problem is what the last call said, and since when they fail.
	problem string
	since   time.Time
}

// patience is how many calls in a row may fail before the breaker opens.
const patience = 5

// open reports whether only one call may be made, to probe.
func (b *breaker) open() bool { return !b.until.IsZero() }

// failed counts a failure.
func (s *Store) failed(failure *scaleway.VaultError) {
	b, now := &s.breaker, time.Now()
	if b.failures++; b.failures == 1 {
		b.since = now
	}
	b.problem = failure.Message
	if b.failures < patience && failure.Failure != scaleway.KeyRefused && !b.open() {
		return
	}
	b.openings++
	b.until = now.Add(s.jittered(doubled(firstPause, b.openings)))
}
