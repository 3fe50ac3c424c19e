package api

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Endpoint names a call as scaleway-sdk-go names it.
type Endpoint string

// The endpoints that belong to no single API. Other holds every call that is not served.
const (
	Metadata Endpoint = "GetAPIMetadata"
	Other    Endpoint = "Other"
)

// Lists reports whether the endpoint answers pages.
func (e Endpoint) Lists() bool { return e == "BrowseSecrets" || strings.HasPrefix(string(e), "List") }

// Handler answers a call: with a body for a 200, with NoContent, or with an *Error.
type Handler func(Call) (any, error)

// Route is a method and a path pattern, whose {segments} are parameters, with what answers them. A public route asks
// for no API key.
type Route struct {
	Method   string
	Pattern  string
	Endpoint Endpoint
	Public   bool
	Handle   Handler
}

// NewRoute returns a route that asks for an API key.
func NewRoute(method, pattern string, e Endpoint, handle Handler) Route {
	return Route{Method: method, Pattern: pattern, Endpoint: e, Handle: handle}
}

// Call is a request as a handler gets it.
type Call struct {
	Params map[string]string // of the path
	Query  url.Values
	Body   []byte
	Caller Caller           // the zero Caller on a public route
	Now    func() time.Time // the same moment for the whole call
}

// Match finds the route of a request and the parameters of its path. Where none fits, the route that is returned
// answers as the real gateway does: 405 when only the method is wrong, else 404. Its pattern is empty.
func Match(known []Route, r *http.Request) (Route, map[string]string) {
	missing := Route{Endpoint: Other, Public: true, Handle: func(Call) (any, error) { return nil, UnknownRoute() }}
	for _, candidate := range known {
		params, ok := bind(candidate.Pattern, r.URL.EscapedPath())
		if !ok {
			continue
		}
		if candidate.Method == r.Method {
			return candidate, params
		}
		missing.Handle = func(Call) (any, error) { return nil, wrongMethod() }
	}
	return missing, nil
}

// bind matches a path against a pattern, segment by segment and without cleaning it, and returns the parameters. An
// empty parameter does not match.
func bind(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params := map[string]string{}
	for i, segment := range want {
		value, err := url.PathUnescape(got[i])
		if err != nil {
			return nil, false
		}
		name, isParam := strings.CutPrefix(segment, "{")
		switch {
		case isParam && value != "":
			params[strings.TrimSuffix(name, "}")] = value
		case isParam || value != segment:
			return nil, false
		}
	}
	return params, true
}

// MetadataRoute answers the SDK's GetAPIMetadata. The lower case of the field names is inferred. Facts: docs/facts.md,
// "Metadata of the API".
func MetadataRoute() Route {
	return Route{http.MethodGet, "/metadata", Metadata, true, func(Call) (any, error) {
		return struct {
			Domain    string `json:"domain"`
			Partition string `json:"partition"`
			Platform  string `json:"platform"`
		}{"scw.eu", "scw", "external"}, nil
	}}
}
