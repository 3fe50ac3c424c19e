package emulator

import (
	"cmp"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Stats says what the Server was asked and what it answered.
type Stats struct {
	// Calls counts every request by endpoint, refused ones included.
	Calls map[Endpoint]int
	// RateLimited is how many of them got a 429.
	RateLimited int
	// Struck counts the calls that suffered a fault, by fault; rate-limited ones
	// are among them. Latency is none.
	Struck map[Fault]int
	// Bytes is how many bytes of bodies were sent.
	Bytes int64
}

// Total is the number of requests to the API: all but Metadata.
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
	mu      sync.Mutex
	calls   map[Endpoint]int
	struck  map[Fault]int
	bytes   int64
	serial  int // requests ever
	faults  Faults
	strikes []*strike
}

// Stats returns the counts since New or the last ResetStats.
func (s *Server) Stats() Stats {
	t := &s.traffic
	t.mu.Lock()
	defer t.mu.Unlock()
	return Stats{
		Calls: maps.Clone(t.calls), RateLimited: t.struck[RateLimit], Struck: maps.Clone(t.struck), Bytes: t.bytes,
	}
}

// ResetStats sets all counts to zero; faults stay as they are.
func (s *Server) ResetStats() {
	t := &s.traffic
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.calls)
	clear(t.struck)
	t.bytes = 0
}

// expose lets calls meet other faults from now on.
func (t *traffic) expose(f Faults) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults, t.strikes = f, f.strikes()
}

// exposed returns the faults that calls meet.
func (t *traffic) exposed() Faults {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.faults
}

// trouble is what one call meets.
type trouble struct {
	serial     int
	latency    time.Duration
	fault      Fault // empty: none
	redirectTo string
	drip       time.Duration
}

// meet counts a request and decides what it meets.
func (t *traffic) meet(seed uint64, e Endpoint) trouble {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[e]++
	t.serial++
	met := trouble{
		serial: t.serial, latency: t.faults.latency(e),
		redirectTo: cmp.Or(t.faults.RedirectTo, defaultRedirect), drip: cmp.Or(t.faults.Drip, defaultDrip),
	}
	for _, k := range t.strikes {
		if k.hits(seed, e) {
			met.fault = k.Fault
			break
		}
	}
	return met
}

// suffer counts a call that its fault strikes now.
func (t *traffic) suffer(f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.struck[f]++
}

// meter counts what is answered through it.
type meter struct {
	http.ResponseWriter
	traffic *traffic
	status  int   // 0: nothing was answered
	bytes   int64 // of the body
}

// count counts bytes of the body.
func (m *meter) count(n int) {
	m.bytes += int64(n)
	m.traffic.mu.Lock()
	defer m.traffic.mu.Unlock()
	m.traffic.bytes += int64(n)
}

// Unwrap lets http.ResponseController reach the connection.
func (m *meter) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (m *meter) WriteHeader(status int) {
	m.status = status
	m.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (m *meter) Write(body []byte) (int, error) {
	if m.status == 0 {
		m.status = http.StatusOK
	}
	n, err := m.ResponseWriter.Write(body)
	m.count(n)
	return n, err
}
