package fetch

import (
	"context"
	"errors"
	"sync"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/content"
)

// Stores are the stores that ExternalSecrets read from, by name. An ExternalSecret may read from several.
type Stores map[string]*Store

// Use has what a user reads kept fresh, each read in its store. A store that is not there is passed over.
func (s Stores) Use(user string, reads []eso.Read, interval time.Duration) {
	for name, store := range s {
		if own := of(name, reads); own != nil {
			store.Use(user, own, interval)
		} else {
			store.Drop(user)
		}
	}
}

// Drop ends the use by a user.
func (s Stores) Drop(user string) {
	for _, store := range s {
		store.Drop(user)
	}
}

// Force has everything that a user reads read again as soon as can be.
func (s Stores) Force(user string) {
	for _, store := range s {
		store.Force(user)
	}
}

// of lists the reads from a store; nil where there are none.
func of(store string, reads []eso.Read) []eso.Read {
	var own []eso.Read
	for i := range reads {
		if reads[i].StoreRef.Name == store {
			own = append(own, reads[i])
		}
	}
	return own
}

// Outcomes is what is known of the reads of a user, in their order. The stores of all of them must be there.
func (s Stores) Outcomes(user string, reads []eso.Read) ([]content.Outcome, State) {
	all := State{Settled: true}
	known := map[string][]content.Outcome{}
	outcomes := make([]content.Outcome, len(reads))
	for i := range reads {
		name := reads[i].StoreRef.Name
		if _, asked := known[name]; !asked {
			var state State
			known[name], state = s[name].Outcomes(user)
			all.add(state)
		}
		if len(known[name]) == 0 {
			all.Settled = false // the store does not know of the use yet
			continue
		}
		outcomes[i], known[name] = known[name][0], known[name][1:]
	}
	return outcomes, all
}

// add takes the state of one more store into account.
func (s *State) add(other State) {
	s.Settled = s.Settled && other.Settled
	if other.Problem != "" && (s.Problem == "" || other.Since.Before(s.Since)) {
		s.Problem, s.Since = other.Problem, other.Since
	}
	if !other.At.IsZero() {
		s.read(other.At)
	}
}

// Settle reads in all stores at a time until everything is settled or ctx ends, which is its error.
func (s Stores) Settle(ctx context.Context) error {
	var group sync.WaitGroup
	failed := make([]error, 0, len(s))
	var mu sync.Mutex
	for _, store := range s {
		group.Go(func() {
			if err := store.Settle(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
			}
		})
	}
	group.Wait()
	return errors.Join(failed...)
}
