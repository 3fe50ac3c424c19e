package fault

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/id"
)

// Injector chooses the faults of calls. It is safe for concurrent use.
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

// Set replaces the faults; the zero Faults ends all faults. What is wrong with them is reported all at once, and
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

// Faults returns the faults that are set.
func (in *Injector) Faults() Faults {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.faults
}

// Close breaks off the calls that hang, drip or wait, now and later.
func (in *Injector) Close() { in.close() }

// Offer counts a call and returns what the faults do to it.
func (in *Injector) Offer(e api.Endpoint) Effect {
	in.mu.Lock()
	defer in.mu.Unlock()
	effect := Effect{
		latency:    in.faults.latency(e),
		redirectTo: cmp.Or(in.faults.RedirectTo, defaultRedirect),
		drip:       cmp.Or(in.faults.Drip, defaultDrip),
		ids:        in.draws,
		closed:     in.closed,
	}
	for _, c := range in.counters {
		if c.offer(in.draws, e) {
			effect.Fault = c.Fault
			break
		}
	}
	return effect
}

// Effect is what the faults do to one call.
type Effect struct {
	// Fault is empty where the call has at most latency.
	Fault Kind

	latency    time.Duration
	redirectTo string
	drip       time.Duration
	ids        id.Source
	closed     <-chan struct{}
}

// Wait lets the latency pass. It returns false when the caller went away before, and breaks the call off when the
// Injector was closed.
func (e Effect) Wait(r *http.Request) bool {
	if e.latency <= 0 {
		return true
	}
	timer := time.NewTimer(e.latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	case <-e.closed:
		panic(http.ErrAbortHandler)
	}
}

// ResponseWriter is where an answer is written. Sent is called with the status, and how many bytes of the body went
// over the connection without Write.
type ResponseWriter interface {
	http.ResponseWriter
	Sent(status, n int)
}

// Answer answers a call with its fault, which must not be empty. It calls serve for the real answer where the fault
// spoils that one.
func (e Effect) Answer(w ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	if answer, ok := e.substitute(r); ok {
		answer.send(w)
		return
	}
	switch e.Fault {
	case Hang:
		e.hang(w)
	case Reset:
		reset(w)
	case Slow:
		e.trickle(record(serve, r), w)
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
		answer, err := e.changePage(serve, r)
		if err != nil {
			api.Write(w, nil, err)
			return
		}
		answer.send(w)
	}
}
