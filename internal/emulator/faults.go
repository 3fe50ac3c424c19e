package emulator

import (
	"context"
	"maps"
	"sync"
	"time"
)

// Faults are the troubles that the Server makes on demand, for every endpoint
// but Metadata.
type Faults struct {
	// Latency is added to every answer, rate-limited ones included.
	Latency time.Duration
	// RateLimitFirst is how many calls, counted from SetFaults, get a 429.
	RateLimitFirst int
	// RateLimitShare is the share, 0 to 1, of the calls after those that get
	// one. Which calls they are depends on the seed and on the order of calls
	// only: the same sequence always suffers the same refusals.
	RateLimitShare float64
}

// Stats says what the Server was asked.
type Stats struct {
	// Calls counts every request by endpoint, refused ones included.
	Calls map[Endpoint]int
	// RateLimited is how many of them got a 429.
	RateLimited int
}

// Total is the number of requests to the Secret Manager API: all but Metadata.
func (s Stats) Total() int {
	total := 0
	for endpoint, n := range s.Calls {
		if endpoint != Metadata {
			total += n
		}
	}
	return total
}

// traffic counts requests and holds the faults.
type traffic struct {
	mu          sync.Mutex
	calls       map[Endpoint]int
	rateLimited int
	serial      int // requests ever
	exposed     int // calls that SetFaults's faults applied to
	faults      Faults
}

// SetFaults replaces the faults; the zero Faults ends all trouble.
func (s *Server) SetFaults(f Faults) {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	s.traffic.faults, s.traffic.exposed = f, 0
}

// Stats returns the counts since New or the last ResetStats.
func (s *Server) Stats() Stats {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	return Stats{Calls: maps.Clone(s.traffic.calls), RateLimited: s.traffic.rateLimited}
}

// ResetStats sets all counts to zero; faults stay as they are.
func (s *Server) ResetStats() {
	s.traffic.mu.Lock()
	defer s.traffic.mu.Unlock()
	clear(s.traffic.calls)
	s.traffic.rateLimited = 0
}

// record counts a request and returns its number and the faults it meets.
func (t *traffic) record(e Endpoint) (serial int, faults Faults) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[e]++
	t.serial++
	return t.serial, t.faults
}

// refuse decides whether the next call is rate limited.
func (t *traffic) refuse(seed uint64, f Faults) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exposed++
	refused := t.exposed <= f.RateLimitFirst || chance(seed, "429", t.exposed) < f.RateLimitShare
	if refused {
		t.rateLimited++
	}
	return refused
}

// wait returns false when the caller went away before the time was over.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
