package probe

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/wall"
)

// Vault reads a value by its path. [*scaleway.Vault] is one. Its errors are [*scaleway.VaultError].
type Vault interface {
	ReadPath(ctx context.Context, folder, name, revision string) (scaleway.Value, error)
}

// Store is a SecretStore whose API key is tried.
type Store struct {
	Name string
	// Key stands for what the store is opened with; it must be comparable. What was found with another one is
	// forgotten.
	Key any
	// Own is a folder that is read with it.
	Own wall.Folder
	// Problem is why it is not probed; empty where it is.
	Problem string
	// Open opens a region and project with its API key. The calls must not be tried again.
	Open func(region, project string) (Vault, error)
}

// Finding is what is known of one store and one folder.
type Finding struct {
	Folder wall.Folder
	Verdict
	// At is when it was probed; zero where it was not, by this process.
	At time.Time
}

// Terms are what a runtime probes, and when.
type Terms struct {
	Turns
	// Folders of the other components, in their order. Without any, nothing is probed.
	Folders []wall.Folder
}

// Config of a [Prober].
type Config struct {
	Terms
	// Stores are those of the runtime, by name. It is asked at each slot.
	Stores func() []Store
	// Probed is told of each probe, and what it alone has found.
	Probed func(store string, f Finding)
	// Jitter picks a share of the time that starts are spread over, from 0 to 1, once: so probes are a whole interval
	// apart. Default: by chance.
	Jitter func() float64
}

// Prober makes the probes of a runtime, and knows what they have found. Its methods are safe for concurrent use.
type Prober struct {
	config Config
	share  float64

	mu sync.Mutex
	// found by the name of a store and a folder.
	found map[string]map[wall.Folder]entry
}

// entry is what was found with a key.
type entry struct {
	Finding
	key any
}

// New makes a Prober that has found nothing yet.
func New(c Config) *Prober {
	if c.Jitter == nil {
		c.Jitter = mathrand.Float64
	}
	return &Prober{config: c, share: c.Jitter(), found: map[string]map[wall.Folder]entry{}}
}

// Run probes until ctx ends.
func (p *Prober) Run(ctx context.Context) error {
	if len(p.config.Folders) == 0 {
		return nil
	}
	for {
		begin, number := p.config.Next(time.Now())
		timer := time.NewTimer(time.Until(p.config.start(begin, p.share)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
		if now := time.Now(); !now.Before(begin) && !now.After(p.config.latest(begin)) {
			p.slot(ctx, number, now)
		}
	}
}

// slot makes the probe of a number, where there is one and its store can be probed.
func (p *Prober) slot(ctx context.Context, number int, now time.Time) {
	stores := p.config.Stores()
	index := number / len(p.config.Folders)
	if index >= len(stores) || stores[index].Problem != "" {
		return
	}
	store, folder := stores[index], p.config.Folders[number%len(p.config.Folders)]
	before := p.of(store, folder)
	if !before.At.IsZero() && now.Sub(before.At) < p.config.Interval-p.config.timeout() {
		return // the numbers have changed: it has had its turn
	}
	verdict := p.probe(ctx, store, folder)
	if ctx.Err() != nil {
		return
	}
	f := Finding{Folder: folder, Verdict: verdict, At: now}
	known := f
	if verdict.Result == Unknown && before.Result == Breach {
		known.Verdict = before.Verdict // it stands until it is refuted
	}
	p.note(store, known)
	p.config.Probed(store.Name, f)
}

// probe asks for a name that cannot exist, in the store's own folder and then in the other one.
func (p *Prober) probe(ctx context.Context, store Store, folder wall.Folder) Verdict {
	name := "cloison-probe-" + strings.ToLower(rand.Text())
	return Judge(p.read(ctx, store, store.Own, name), func() error { return p.read(ctx, store, folder, name) })
}

// read reads a name; a value that comes is not kept.
func (p *Prober) read(ctx context.Context, store Store, folder wall.Folder, name string) error {
	vault, err := store.Open(folder.Region, folder.ProjectID)
	if err != nil {
		return &scaleway.VaultError{Failure: scaleway.Unusable, Message: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, p.config.timeout())
	defer cancel()
	_, err = vault.ReadPath(ctx, folder.Path, name, eso.LatestEnabled)
	return err
}

func (p *Prober) note(store Store, f Finding) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found[store.Name] == nil {
		p.found[store.Name] = map[wall.Folder]entry{}
	}
	p.found[store.Name][f.Folder] = entry{f, store.Key}
}

// of is what was found with the key of a store; zero where nothing was.
func (p *Prober) of(store Store, folder wall.Folder) Finding {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.found[store.Name][folder]; e.key == store.Key {
		return e.Finding
	}
	return Finding{}
}

// hasTurns reports whether each folder has a turn with a store. One that is not among the stores has other problems.
func (p *Prober) hasTurns(store string) bool {
	i := slices.IndexFunc(p.config.Stores(), func(s Store) bool { return s.Name == store })
	return (i+1)*len(p.config.Folders) <= p.config.Most()
}

// Findings are what is known of a store, a finding for each folder in their order. A breach stands until the folder is
// refused, also where nothing can be decided any more.
func (p *Prober) Findings(store Store) []Finding {
	if store.Problem == "" && !p.hasTurns(store.Name) {
		store.Problem = "the interval of the probes has no turn for it: expand the Segregation again"
	}
	all := make([]Finding, len(p.config.Folders))
	for i, folder := range p.config.Folders {
		f := p.of(store, folder)
		switch {
		case store.Problem != "" && f.Result != Breach:
			f = Finding{Verdict: Verdict{Unknown, store.Problem}}
		case f.Result == "":
			f.Verdict = Verdict{Unknown, "it has not been probed yet since the runtime started, or with this API key"}
		}
		f.Folder = folder
		all[i] = f
	}
	return all
}

// Remember takes over breaches that an earlier process has found: they stand until the next turn says something else.
// Folders that are not probed any more are left out.
func (p *Prober) Remember(store Store, breached []wall.Folder) {
	for _, folder := range breached {
		if slices.Contains(p.config.Folders, folder) {
			p.note(store, Finding{Folder: folder, Verdict: Verdict{Result: Breach}})
		}
	}
}

// Forget forgets a store that is gone.
func (p *Prober) Forget(store string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.found, store)
}
