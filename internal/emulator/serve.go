package emulator

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
)

// ServeHTTP answers one call in the order of the real gateway: faults, then route, then authentication, then the
// endpoint with its permissions.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.control != nil && strings.HasPrefix(r.URL.Path, controlRoot) {
		s.control.ServeHTTP(w, r)
		return
	}
	route, params := api.Match(s.routes, r)
	serial := s.traffic.call(route.Endpoint)
	effect := s.faults.Offer(route.Endpoint)
	metered := &meter{ResponseWriter: w, traffic: s.traffic}
	seen := Exchange{Endpoint: route.Endpoint, Method: r.Method, Path: shownPath(route, r)}
	defer func(began time.Time) {
		seen.Status, seen.Bytes, seen.Duration = metered.status, metered.bytes, time.Since(began)
		s.observe(seen)
	}(time.Now())
	metered.Header().Set("X-Request-Id", s.ids.UUID("request", serial))
	if !effect.Wait(r) {
		return
	}
	serve := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "Scaleway API Gateway (emulator)")
		body, err := s.answer(route, params, r)
		api.Write(w, body, err)
	}
	if effect.Fault == "" {
		serve(metered, r)
		return
	}
	seen.Fault = effect.Fault
	s.traffic.strike(effect.Fault)
	effect.Answer(metered, r, serve)
}

// answer runs the call's handler at one moment, while nothing else can change the state, and writes the state to its
// file before the caller learns of a change.
func (s *Server) answer(route api.Route, params map[string]string, r *http.Request) (any, error) {
	body, err := api.ReadBody(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := api.Call{Params: params, Query: r.URL.Query(), Body: body, Now: sync.OnceValue(s.now)}
	s.secrets.PassTime(c.Now)
	answer, err := s.handle(route, c, r)
	if unsaved := s.save(); unsaved != nil {
		return nil, api.Internal(unsaved.Error())
	}
	return answer, err
}

// handle authenticates the call, unless its route is public, and runs its handler.
func (s *Server) handle(route api.Route, c api.Call, r *http.Request) (any, error) {
	if !route.Public {
		by, err := api.Authenticate(s.iam, r, c.Now)
		if err != nil {
			return nil, err
		}
		c.Caller = by
	}
	return route.Handle(c)
}
