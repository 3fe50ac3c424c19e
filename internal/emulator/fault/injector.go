package fault

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/id"
)

// Injector decides what each call meets. It is safe for concurrent use.
type Injector struct {
	draws  id.Source
	served []api.Endpoint
	closed chan struct{}
	close  func()

	mu       sync.Mutex
	faults   Faults
	counters []*counter
}

// NewInjector returns an Injector without faults. Faults may name the endpoints that are served.
func NewInjector(draws id.Source, served []api.Endpoint) *Injector {
	closed := make(chan struct{})
	return &Injector{draws: draws, served: served, closed: closed, close: sync.OnceFunc(func() { close(closed) })}
}

// Set replaces the faults; the zero Faults ends all trouble. What is wrong with them is reported all at once, and
// leaves the former faults in place.
func (in *Injector) Set(f Faults) error {
	if err := f.check(in.served); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.faults = f.clone()
	in.counters = in.faults.counters()
	return nil
}

// Read reads faults that the Injector can be set to. See the function Read.
func (in *Injector) Read(data []byte) (Faults, error) { return Read(data, in.served) }

// Faults returns the faults that calls meet.
func (in *Injector) Faults() Faults {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.faults
}

// Close breaks off the calls that hang, drip or wait, now and later.
func (in *Injector) Close() { in.close() }

// Offer counts a call and returns what it meets.
func (in *Injector) Offer(e api.Endpoint) Trouble {
	in.mu.Lock()
	defer in.mu.Unlock()
	met := Trouble{
		latency:    in.faults.latency(e),
		redirectTo: cmp.Or(in.faults.RedirectTo, defaultRedirect),
		drip:       cmp.Or(in.faults.Drip, defaultDrip),
		ids:        in.draws,
		closed:     in.closed,
	}
	for _, c := range in.counters {
		if c.offer(in.draws, e) {
			met.Fault = c.Fault
			break
		}
	}
	return met
}

// Trouble is what one call meets.
type Trouble struct {
	// Fault is empty where the call meets at most latency.
	Fault Kind

	latency    time.Duration
	redirectTo string
	drip       time.Duration
	ids        id.Source
	closed     <-chan struct{}
}

// Wait lets the latency pass. It returns false when the caller went away before, and breaks the call off when the
// Injector was closed.
func (t Trouble) Wait(r *http.Request) bool {
	if t.latency <= 0 {
		return true
	}
	timer := time.NewTimer(t.latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	case <-t.closed:
		panic(http.ErrAbortHandler)
	}
}

// ResponseWriter is where an answer goes. Sent is told the status, and how many bytes of the body went over the
// connection without Write.
type ResponseWriter interface {
	http.ResponseWriter
	Sent(status, n int)
}

// Answer answers a call with its fault, which must not be empty. It calls serve for the real answer where the fault
// spoils that one.
func (t Trouble) Answer(w ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	if answer, ok := t.substitute(r); ok {
		answer.send(w)
		return
	}
	switch t.Fault {
	case Hang:
		t.hang(w)
	case Reset:
		reset(w)
	case Slow:
		t.trickle(record(serve, r), w)
	case Truncated:
		answer := record(serve, r)
		if len(answer.body) == 0 {
			answer.send(w)
			return
		}
		answer.truncate(w)
	case JSONAsHTML:
		answer := record(serve, r)
		answer.header.Set("Content-Type", "text/html")
		answer.send(w)
	default:
		answer, err := t.spoilPage(serve, r)
		if err != nil {
			api.Write(w, nil, err)
			return
		}
		answer.send(w)
	}
}
