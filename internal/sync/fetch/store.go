package fetch

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/content"
)

// Vault is what is asked of Scaleway. [*scaleway.Vault] is one. Its errors are [*scaleway.VaultError].
type Vault interface {
	// ReadPath reads a secret by its folder and name.
	ReadPath(ctx context.Context, folder, name, revision string) (scaleway.Value, error)
	// ReadID reads a secret by its id.
	ReadID(ctx context.Context, id, revision string) (scaleway.Value, error)
	// List lists secrets.
	List(ctx context.Context, of scaleway.Filter) ([]scaleway.Listed, error)
}

// Observer is told what happens, for metrics and logs. Its methods are called from several goroutines, and must be
// fast.
type Observer interface {
	// Called is told of every call, its failure empty where it succeeded.
	Called(call string, failure scaleway.Failure, took time.Duration)
	// Read is told of every value that was read, for each of its users.
	Read(user, reference string, revision int)
}

// Config of a [Store]. The zero value of a field means its default.
type Config struct {
	Vault Vault
	// Poll is how often lists are asked for news. Default: 30 s. A negative one never polls.
	Poll time.Duration
	// Concurrency bounds the calls at a time. Default: 8.
	Concurrency int
	// Changed is told of a user whose outcomes or state may differ from what they were. It must neither block nor call
	// the Store. Default: nobody is told.
	Changed func(user string)
	// Observer is told of calls. Default: nobody is told.
	Observer Observer
	// Jitter picks a share of a duration, from 0 to 1. Default: by chance.
	Jitter func() float64
}

// Store keeps what the users of one store read. Its methods are safe for concurrent use.
type Store struct {
	config Config
	wake   chan struct{}

	mu       sync.Mutex
	users    map[string]*user
	values   map[want]*value
	listings map[listing]*listed
	// tagged are the listings with tags.
	tagged  map[listing]bool
	breaker breaker
	// stale reports whether there may be values and lists that nobody uses any more.
	stale bool
	// planned are the jobs of all users; nil where a user or a list has changed since they were planned.
	planned []*job
}

// user is an ExternalSecret.
type user struct {
	reads    []eso.Read
	needs    []need
	interval time.Duration
}

// value is what is known of one want.
type value struct {
	// settled reports whether the last attempt came to an end, and nothing has happened since that would have it read
	// again.
	settled bool
	// news reports whether it is known to have changed, or is to be read for somebody who asks.
	news bool
	// at is when it last settled.
	at time.Time
	// next is when it is due again, where settled; else when it may be tried again.
	next time.Time
	// read is the value; nil where it is absent, or never was read.
	read *content.Version
	// failure of the last attempt; nil where it gave a value.
	failure *scaleway.VaultError
	// failures in a row, and since when.
	failures int
	since    time.Time
	// mark is what a list said of the secret before it was read; nil where no list has.
	mark *mark
}

// mark is what a list tells of a secret, by which changes are noticed. The zero mark is that of a secret that is not
// there.
type mark struct {
	id       string
	versions int
}

// listed is what is known of one listing.
type listed struct {
	settled bool
	next    time.Time
	secrets []scaleway.Listed
	// byPath finds secrets by folder and name.
	byPath  map[[2]string]scaleway.Listed
	failure *scaleway.VaultError
	since   time.Time
}

// NewStore makes a Store that nobody uses yet. It calls Scaleway only in [Store.Run] and [Store.Settle].
func NewStore(c Config) *Store {
	if c.Poll == 0 {
		c.Poll = defaultPoll
	}
	if c.Concurrency == 0 {
		c.Concurrency = defaultConcurrency
	}
	if c.Changed == nil {
		c.Changed = func(string) {}
	}
	if c.Observer == nil {
		c.Observer = unobserved{}
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	return &Store{
		config: c, wake: make(chan struct{}, 1),
		users: map[string]*user{}, values: map[want]*value{}, listings: map[listing]*listed{},
		tagged: map[listing]bool{},
	}
}

const (
	defaultPoll        = 30 * time.Second
	defaultConcurrency = 8
)

type unobserved struct{}

func (unobserved) Called(string, scaleway.Failure, time.Duration) {}
func (unobserved) Read(string, string, int)                       {}

// Use has the reads of a user kept fresh, in place of those that it had. An interval is the time between two full
// readings; 0 means that there is only one.
func (s *Store) Use(name string, reads []eso.Read, interval time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &user{reads: reads, interval: interval}
	for i := range reads {
		next.needs = append(next.needs, needOf(&reads[i]))
	}
	s.users[name] = next
	s.stale, s.planned = true, nil
	s.awake()
}

// Drop ends the use by a user. What nobody else uses is forgotten.
func (s *Store) Drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, name)
	s.stale, s.planned = true, nil
	s.awake()
}

// Force has everything that a user reads read again as soon as can be.
func (s *Store) Force(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.users[name]
	if used == nil {
		return
	}
	now := time.Now()
	s.planned = nil
	for _, n := range used.needs {
		for _, l := range n.lists() {
			if known := s.listings[l]; known != nil {
				known.settled, known.next = false, now
			}
		}
		for _, w := range s.resolve(n).wants {
			s.of(w).again(now)
		}
	}
	s.breaker = breaker{}
	s.awake()
}

// awake has the loop look again at what is due.
func (s *Store) awake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// of finds or makes what is known of a want.
func (s *Store) of(w want) *value {
	v := s.values[w]
	if v == nil {
		v = &value{}
		s.values[w] = v
	}
	return v
}

// listing finds or makes what is known of a list.
func (s *Store) listing(l listing) *listed {
	known := s.listings[l]
	if known == nil {
		known = &listed{}
		s.listings[l] = known
		if l.tags != "" {
			s.tagged[l] = true
		}
	}
	return known
}

// forgetUnused drops values and lists that no user needs: values of secrets stay in memory only as long as they are
// used.
func (s *Store) forgetUnused() {
	if !s.stale {
		return
	}
	s.stale, s.planned = false, nil // what is planned may have been so by a list that goes now
	wants, lists := map[want]bool{}, map[listing]bool{}
	for _, u := range s.users {
		for _, n := range u.needs {
			for _, l := range n.lists() {
				lists[l] = true
			}
			for _, w := range s.resolve(n).wants {
				wants[w] = true
			}
		}
	}
	maps.DeleteFunc(s.values, func(w want, _ *value) bool { return !wants[w] })
	maps.DeleteFunc(s.listings, func(l listing, _ *listed) bool { return !lists[l] })
	maps.DeleteFunc(s.tagged, func(l listing, _ bool) bool { return !lists[l] })
}
