package fetch

import (
	"context"
	"errors"
	"sync"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/content"
)

// breath is the least pause between two passes of a loop that has read all that is due: what is due soon after each
// other is read in one.
const breath = 100 * time.Millisecond

// Run keeps everything fresh until ctx ends.
func (s *Store) Run(ctx context.Context) {
	for ctx.Err() == nil {
		pause := until(s.pass(ctx))
		if pause > 0 {
			pause = max(pause, breath)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// Settle reads until everything is settled or ctx ends, which is its error. It is for one reading without a loop.
func (s *Store) Settle(ctx context.Context) error {
	for {
		next := s.pass(ctx)
		if s.settled() {
			return nil
		}
		timer := time.NewTimer(until(next))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// never is how long the loop sleeps where nothing is due.
const never = time.Hour

func until(next time.Time) time.Duration {
	if next.IsZero() {
		return never
	}
	return max(0, time.Until(next))
}

func (s *Store) settled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		if !s.isSettled(u) {
			return false
		}
	}
	return true
}

// most is how many lists, and how many values, are asked for in one pass: whoever comes while much is due waits for no
// more than a pass.
const most = 64

// pass calls for what is due and most urgent, lists first, and returns when something will be due next; zero where
// nothing will.
func (s *Store) pass(ctx context.Context) time.Time {
	s.mu.Lock()
	now := time.Now()
	s.forgetUnused()
	if s.breaker.open() && s.breaker.until.After(now) {
		defer s.mu.Unlock()
		return s.breaker.until
	}
	used := s.usedListings()
	lists, _ := s.dueListings(used, now)
	s.mu.Unlock()
	s.each(ctx, min(most, len(lists)), func(i int) *scaleway.VaultError { return s.list(ctx, lists[i]) })
	jobs, dues := s.begin(now)
	s.each(ctx, min(most, len(dues)), func(i int) *scaleway.VaultError { return s.read(ctx, dues[i]) })
	s.tellStopped()
	return s.next(used, jobs)
}

// begin lists the jobs, and those of them that are due. None of these is settled until it was read, so that nobody sees
// a mixture of old and new.
func (s *Store) begin(now time.Time) (jobs, dues []*job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	jobs = s.jobs()
	for _, j := range jobs {
		if due(j.next(), now) {
			j.value.settled = false
			dues = append(dues, j)
		}
	}
	return jobs, dues
}

// next is when something will be due. The lists and jobs may be those of the pass: who changes what is wanted wakes the
// loop.
func (s *Store) next(used []usedListing, jobs []*job) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	asked, next := s.dueListings(used, now)
	if len(asked) > 0 {
		next = now
	}
	for _, j := range jobs {
		next = earlier(next, j.next())
	}
	if s.breaker.open() && next.Before(s.breaker.until) {
		return s.breaker.until
	}
	return next
}

// each makes n calls, some at a time, until the breaker opens. While it is open, the first call alone probes.
func (s *Store) each(ctx context.Context, n int, call func(i int) *scaleway.VaultError) {
	first := 0
	if n > 0 && s.probing() {
		s.attempt(ctx, func() *scaleway.VaultError { return call(0) })
		first = 1
	}
	var group sync.WaitGroup
	slots := make(chan struct{}, s.config.Concurrency)
	for i := first; i < n; i++ {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			s.attempt(ctx, func() *scaleway.VaultError { return call(i) })
		})
	}
	group.Wait()
}

func (s *Store) probing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.breaker.open()
}

// attempt makes a call unless the breaker is open.
func (s *Store) attempt(ctx context.Context, call func() *scaleway.VaultError) {
	s.mu.Lock()
	stopped := ctx.Err() != nil || s.breaker.open() && s.breaker.until.After(time.Now())
	s.mu.Unlock()
	if stopped {
		return
	}
	failure := call()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case failure != nil && failure.AboutStore():
		s.failed(failure)
	case failure == nil || failure.Failure != scaleway.Stopped:
		s.breaker = breaker{}
	}
}

// tellStopped tells all who wait for values that the breaker keeps from being read.
func (s *Store) tellStopped() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.breaker.open() {
		return
	}
	for name, u := range s.users {
		if !s.isSettled(u) {
			s.config.Changed(name)
		}
	}
}

func (s *Store) isSettled(u *user) bool {
	for _, n := range u.needs {
		resolved := s.resolve(n)
		if resolved.pending != nil {
			return false
		}
		for _, w := range resolved.wants {
			if !s.of(w).settled {
				return false
			}
		}
	}
	return true
}

// read reads one value.
func (s *Store) read(ctx context.Context, j *job) *scaleway.VaultError {
	started := time.Now()
	read, err := s.readWant(ctx, j.want)
	failure := failureOf(err)
	s.config.Observer.Called("read", kindOf(failure), time.Since(started))

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[j.want] != j.value {
		return failure // nobody uses it any more
	}
	s.done(j, &read, failure)
	for _, name := range j.users {
		u := s.users[name]
		if u == nil {
			continue // it was dropped meanwhile
		}
		if failure == nil {
			s.config.Observer.Read(name, j.reference(), read.Revision)
		}
		if s.isSettled(u) {
			s.config.Changed(name)
		}
	}
	return failure
}

func (s *Store) readWant(ctx context.Context, w want) (scaleway.Value, error) {
	if w.id != "" {
		return s.config.Vault.ReadID(ctx, w.id, w.revision)
	}
	return s.config.Vault.ReadPath(ctx, w.folder, w.name, w.revision)
}

func (w want) reference() string {
	if w.id != "" {
		return eso.Reference{Form: eso.FormID, Name: w.id}.String()
	}
	return eso.PathReference(w.folder, w.name).String()
}

func versionOf(read *scaleway.Value) *content.Version {
	return &content.Version{Value: read.Data, Revision: read.Revision}
}

// failureOf is the failure of a call; nil where it succeeded.
func failureOf(err error) *scaleway.VaultError {
	if err == nil {
		return nil
	}
	if failed, is := errors.AsType[*scaleway.VaultError](err); is {
		return failed
	}
	return &scaleway.VaultError{Failure: scaleway.Malformed, Message: "the call failed in a way that is not known"}
}

func kindOf(failure *scaleway.VaultError) scaleway.Failure {
	if failure == nil {
		return ""
	}
	return failure.Failure
}
