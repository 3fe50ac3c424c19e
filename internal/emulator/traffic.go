package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"

	"cloison.dev/cloison/internal/emulator/fault"
)

// Stats are counts of what the Server was asked and what it answered.
type Stats struct {
	// Calls counts every request by endpoint, refused ones included.
	Calls map[Endpoint]int
	// RateLimited is how many of them got a 429.
	RateLimited int
	// Struck counts the calls that suffered a fault, by fault; rate-limited ones are among them. Latency is no fault.
	Struck map[fault.Kind]int
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

// MarshalJSON writes the counts with their total.
func (s Stats) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Calls       map[Endpoint]int   `json:"calls"`
		Total       int                `json:"total"`
		RateLimited int                `json:"rateLimited"`
		Struck      map[fault.Kind]int `json:"struck"`
		Bytes       int64              `json:"bytes"`
	}{s.Calls, s.Total(), s.RateLimited, s.Struck, s.Bytes})
}

// Stats returns the counts since New or the last ResetStats.
func (s *Server) Stats() Stats { return s.traffic.stats() }

// ResetStats sets all counts to zero; faults stay as they are.
func (s *Server) ResetStats() { s.traffic.reset() }

// traffic counts requests and answers. It is safe for concurrent use.
type traffic struct {
	mu     sync.Mutex
	serial int // requests ever
	calls  map[Endpoint]int
	struck map[fault.Kind]int
	bytes  int64
}

func newTraffic() *traffic {
	return &traffic{calls: map[Endpoint]int{}, struck: map[fault.Kind]int{}}
}

func (t *traffic) stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Stats{
		Calls: maps.Clone(t.calls), RateLimited: t.struck[fault.RateLimit], Struck: maps.Clone(t.struck),
		Bytes: t.bytes,
	}
}

func (t *traffic) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.calls)
	clear(t.struck)
	t.bytes = 0
}

// call counts a request and returns its serial number, from 1.
func (t *traffic) call(e Endpoint) (serial int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[e]++
	t.serial++
	return t.serial
}

// strike counts a call that suffers a fault now.
func (t *traffic) strike(k fault.Kind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.struck[k]++
}

func (t *traffic) sent(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes += int64(n)
}

// meter counts what is answered through it. It is a fault.ResponseWriter.
type meter struct {
	http.ResponseWriter
	traffic *traffic
	status  int   // 0: nothing was answered
	bytes   int64 // of the body
}

// Sent implements fault.ResponseWriter.
func (m *meter) Sent(status, n int) {
	m.status = status
	m.bytes += int64(n)
	m.traffic.sent(n)
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
	m.Sent(m.status, n)
	return n, err
}
