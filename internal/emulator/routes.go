package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Endpoint names a call as scaleway-sdk-go names it.
type Endpoint string

// The endpoints that are counted. Other holds every call that is none of them.
const (
	Metadata                  Endpoint = "GetAPIMetadata"
	ListSecrets               Endpoint = "ListSecrets"
	GetSecret                 Endpoint = "GetSecret"
	GetSecretVersion          Endpoint = "GetSecretVersion"
	AccessSecretVersion       Endpoint = "AccessSecretVersion"
	AccessSecretVersionByPath Endpoint = "AccessSecretVersionByPath"
	Other                     Endpoint = "Other"
)

const apiRoot = "/secret-manager/v1beta1/regions/{region}"

// route is a method and a path pattern whose {segments} are parameters.
type route struct {
	method   string
	pattern  string
	endpoint Endpoint
	public   bool
	handle   func(*Server, call) (any, error)
}

// call is what a handler knows of a request.
type call struct {
	params map[string]string
	query  url.Values
	grants []Grant
}

func routes() []route {
	const (
		secrets  = apiRoot + "/secrets"
		one      = secrets + "/{secret_id}"
		versions = one + "/versions"
		version  = versions + "/{revision}"
		byPath   = apiRoot + "/secrets-by-path/versions/{revision}/access"
	)
	get := func(pattern string, e Endpoint, handle func(*Server, call) (any, error)) route {
		return route{method: http.MethodGet, pattern: pattern, endpoint: e, public: e == Metadata, handle: handle}
	}
	return slices.Concat(
		denied(http.MethodPost, secrets, one+"/protect", one+"/unprotect", one+"/add-owner", one+"/restore"),
		denied(http.MethodPost, versions, version+"/enable", version+"/disable", version+"/restore"),
		denied(http.MethodPatch, one, version),
		denied(http.MethodDelete, one, version),
		[]route{
			get(secrets+"/browse", Other, notServed), // before GetSecret, which would take "browse" for an id
			get(versions, Other, notServed),
			get(apiRoot+"/tags", Other, notServed),
			get(apiRoot+"/secret-types", Other, notServed),
			get("/metadata", Metadata, (*Server).metadata),
			get(secrets, ListSecrets, (*Server).listSecrets),
			get(one, GetSecret, (*Server).getSecret),
			get(version, GetSecretVersion, (*Server).getVersion),
			get(version+"/access", AccessSecretVersion, (*Server).accessVersion),
			get(byPath, AccessSecretVersionByPath, (*Server).accessByPath),
		},
	)
}

// denied are calls that change something. No permission set of the emulator
// allows any, so they are refused as the real API refuses them to a reader.
func denied(method string, patterns ...string) []route {
	var all []route
	for _, pattern := range patterns {
		all = append(all, route{method: method, pattern: pattern, endpoint: Other, handle: denyWrite})
	}
	return all
}

func notServed(*Server, call) (any, error) { return nil, errNotServed() }

func denyWrite(*Server, call) (any, error) { return nil, errDenied("write") }

// match finds the route of a request. Where none fits, the route it returns
// answers as the gateway would: 405 when only the method is wrong, else 404.
func match(known []route, r *http.Request) (route, map[string]string) {
	missing := route{endpoint: Other, public: true, handle: func(*Server, call) (any, error) {
		return nil, errUnknownRoute()
	}}
	for _, candidate := range known {
		params, ok := bind(candidate.pattern, r.URL.EscapedPath())
		if !ok {
			continue
		}
		if candidate.method == r.Method {
			return candidate, params
		}
		missing.handle = func(*Server, call) (any, error) { return nil, errWrongMethod() }
	}
	return missing, nil
}

// bind matches a path against a pattern, segment by segment and without
// cleaning it, and returns the parameters. An empty parameter does not match.
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
