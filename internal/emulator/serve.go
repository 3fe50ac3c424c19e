package emulator

import (
	"net/http"
	"strings"
	"time"
)

// ServeHTTP answers one call in the order of the real gateway: faults, then
// route, then authentication, then the endpoint with its permissions.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.control != nil && strings.HasPrefix(r.URL.Path, controlRoot) {
		s.control.ServeHTTP(w, r)
		return
	}
	found, params := match(s.routes, r)
	met := s.traffic.meet(s.seed, found.endpoint)
	metered := &meter{ResponseWriter: w, traffic: &s.traffic}
	seen := Exchange{Endpoint: found.endpoint, Method: r.Method, Path: shownPath(found, r)}
	defer func(began time.Time) {
		seen.Status, seen.Bytes, seen.Duration = metered.status, metered.bytes, time.Since(began)
		s.observe(seen)
	}(time.Now())
	metered.Header().Set("X-Request-Id", newID(s.seed, "request", met.serial))
	if !s.wait(r, met.latency) {
		return
	}
	serve := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Scaleway API Gateway (emulator)")
		body, err := s.answer(found, params, r)
		write(w, body, err)
	}
	if met.fault == "" {
		serve(metered, r)
		return
	}
	seen.Fault = met.fault
	s.traffic.suffer(met.fault)
	s.spoil(met, serve, metered, r)
}

// spoil answers a call with its fault.
func (s *Server) spoil(met trouble, serve http.HandlerFunc, w *meter, r *http.Request) {
	if answer, ok := met.instead(r); ok {
		answer.send(w)
		return
	}
	switch met.fault {
	case Hang:
		s.hang(w)
	case Reset:
		reset(w)
	case Slow:
		s.drip(record(serve, r), w, met.drip)
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
		answer, err := s.spoilPage(met.fault, serve, r)
		if err != nil {
			write(w, nil, err)
			return
		}
		answer.send(w)
	}
}
