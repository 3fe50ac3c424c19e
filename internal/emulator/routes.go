package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Endpoint names a call as scaleway-sdk-go names it.
type Endpoint string

// The endpoints that are counted. Other holds every call that is none of them.
const (
	Metadata                  Endpoint = "GetAPIMetadata"
	CreateSecret              Endpoint = "CreateSecret"
	GetSecret                 Endpoint = "GetSecret"
	UpdateSecret              Endpoint = "UpdateSecret"
	DeleteSecret              Endpoint = "DeleteSecret"
	RestoreSecret             Endpoint = "RestoreSecret"
	ProtectSecret             Endpoint = "ProtectSecret"
	UnprotectSecret           Endpoint = "UnprotectSecret"
	ListSecrets               Endpoint = "ListSecrets"
	BrowseSecrets             Endpoint = "BrowseSecrets"
	ListTags                  Endpoint = "ListTags"
	ListSecretTypes           Endpoint = "ListSecretTypes"
	CreateSecretVersion       Endpoint = "CreateSecretVersion"
	GetSecretVersion          Endpoint = "GetSecretVersion"
	UpdateSecretVersion       Endpoint = "UpdateSecretVersion"
	DeleteSecretVersion       Endpoint = "DeleteSecretVersion"
	RestoreSecretVersion      Endpoint = "RestoreSecretVersion"
	EnableSecretVersion       Endpoint = "EnableSecretVersion"
	DisableSecretVersion      Endpoint = "DisableSecretVersion"
	ListSecretVersions        Endpoint = "ListSecretVersions"
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
	body   []byte
	caller caller
	now    func() time.Time // the same moment for the whole call
}

func routes() []route {
	return slices.Concat(
		[]route{{http.MethodGet, "/metadata", Metadata, true, (*Server).metadata}},
		secretRoutes(),
		versionRoutes(),
	)
}

func secretRoutes() []route {
	const (
		get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete

		secrets = apiRoot + "/secrets"
		one     = secrets + "/{secret_id}"
	)
	return []route{
		{get, secrets + "/browse", BrowseSecrets, false, (*Server).browse}, // before GetSecret, to which it is an id
		{get, apiRoot + "/tags", ListTags, false, (*Server).listTags},
		{get, apiRoot + "/secret-types", ListSecretTypes, false, (*Server).listTypes},
		{get, secrets, ListSecrets, false, (*Server).listSecrets},
		{post, secrets, CreateSecret, false, (*Server).createSecret},
		{get, one, GetSecret, false, (*Server).getSecret},
		{patch, one, UpdateSecret, false, (*Server).updateSecret},
		{del, one, DeleteSecret, false, (*Server).deleteSecret},
		{post, one + "/restore", RestoreSecret, false, (*Server).restoreSecret},
		{post, one + "/protect", ProtectSecret, false, (*Server).protect},
		{post, one + "/unprotect", UnprotectSecret, false, (*Server).unprotect},
		{post, one + "/add-owner", Other, false, notServed},
	}
}

func versionRoutes() []route {
	const (
		get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete

		versions = apiRoot + "/secrets/{secret_id}/versions"
		one      = versions + "/{revision}"
		byPath   = apiRoot + "/secrets-by-path/versions/{revision}/access"
	)
	return []route{
		{get, versions, ListSecretVersions, false, (*Server).listVersions},
		{post, versions, CreateSecretVersion, false, (*Server).createVersion},
		{get, one, GetSecretVersion, false, (*Server).getVersion},
		{patch, one, UpdateSecretVersion, false, (*Server).updateVersion},
		{del, one, DeleteSecretVersion, false, (*Server).deleteVersion},
		{post, one + "/enable", EnableSecretVersion, false, (*Server).enableVersion},
		{post, one + "/disable", DisableSecretVersion, false, (*Server).disableVersion},
		{post, one + "/restore", RestoreSecretVersion, false, (*Server).restoreVersion},
		{get, one + "/access", AccessSecretVersion, false, (*Server).accessVersion},
		{get, byPath, AccessSecretVersionByPath, false, (*Server).accessByPath},
	}
}

func notServed(*Server, call) (any, error) { return nil, errNotServed() }

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
