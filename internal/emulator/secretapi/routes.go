package secretapi

import (
	"net/http"
	"slices"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/secret"
)

// The endpoints that are served.
const (
	CreateSecret              api.Endpoint = "CreateSecret"
	GetSecret                 api.Endpoint = "GetSecret"
	UpdateSecret              api.Endpoint = "UpdateSecret"
	DeleteSecret              api.Endpoint = "DeleteSecret"
	RestoreSecret             api.Endpoint = "RestoreSecret"
	ProtectSecret             api.Endpoint = "ProtectSecret"
	UnprotectSecret           api.Endpoint = "UnprotectSecret"
	ListSecrets               api.Endpoint = "ListSecrets"
	BrowseSecrets             api.Endpoint = "BrowseSecrets"
	ListTags                  api.Endpoint = "ListTags"
	ListSecretTypes           api.Endpoint = "ListSecretTypes"
	CreateSecretVersion       api.Endpoint = "CreateSecretVersion"
	GetSecretVersion          api.Endpoint = "GetSecretVersion"
	UpdateSecretVersion       api.Endpoint = "UpdateSecretVersion"
	DeleteSecretVersion       api.Endpoint = "DeleteSecretVersion"
	RestoreSecretVersion      api.Endpoint = "RestoreSecretVersion"
	EnableSecretVersion       api.Endpoint = "EnableSecretVersion"
	DisableSecretVersion      api.Endpoint = "DisableSecretVersion"
	ListSecretVersions        api.Endpoint = "ListSecretVersions"
	AccessSecretVersion       api.Endpoint = "AccessSecretVersion"
	AccessSecretVersionByPath api.Endpoint = "AccessSecretVersionByPath"
)

// Service answers the calls. Its handlers are not safe for concurrent use: they change the Store.
type Service struct {
	Store *secret.Store
	// OrganizationID returns the organization that every secret belongs to.
	OrganizationID func() string
	// Quota is how many secrets calls may create. Omitted, it is not limited.
	Quota int
	// MissingPathFails answers 500 instead of 404 for the value of a path where no secret is.
	MissingPathFails bool
}

const (
	root = "/secret-manager/v1beta1/regions/{region}"

	get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
)

// Routes returns the routes of all calls.
func (s *Service) Routes() []api.Route {
	all := slices.Concat(s.secretRoutes(), s.versionRoutes())
	for i := range all {
		all[i].Handle = s.inKnownRegion(all[i].Handle)
	}
	return all
}

// inKnownRegion answers calls to other regions as calls to unknown routes.
func (s *Service) inKnownRegion(handle api.Handler) api.Handler {
	return func(c api.Call) (any, error) {
		if !s.Store.HasRegion(c.Params["region"]) {
			return nil, api.UnknownRoute()
		}
		return handle(c)
	}
}

func (s *Service) secretRoutes() []api.Route {
	const secrets, one = root + "/secrets", root + "/secrets/{secret_id}"
	route := api.NewRoute
	return []api.Route{
		route(get, secrets+"/browse", BrowseSecrets, s.browse), // before GetSecret, to which it is an id
		route(get, root+"/tags", ListTags, s.listTags),
		route(get, root+"/secret-types", ListSecretTypes, s.listTypes),
		route(get, secrets, ListSecrets, s.listSecrets),
		route(post, secrets, CreateSecret, s.createSecret),
		route(get, one, GetSecret, s.getSecret),
		route(patch, one, UpdateSecret, s.updateSecret),
		route(del, one, DeleteSecret, s.deleteSecret),
		route(post, one+"/restore", RestoreSecret, s.restoreSecret),
		route(post, one+"/protect", ProtectSecret, s.protect),
		route(post, one+"/unprotect", UnprotectSecret, s.unprotect),
		route(post, one+"/add-owner", api.Other, notServed),
	}
}

func (s *Service) versionRoutes() []api.Route {
	const (
		versions = root + "/secrets/{secret_id}/versions"
		one      = versions + "/{revision}"
		byPath   = root + "/secrets-by-path/versions/{revision}/access"
	)
	route := api.NewRoute
	return []api.Route{
		route(get, versions, ListSecretVersions, s.listVersions),
		route(post, versions, CreateSecretVersion, s.createVersion),
		route(get, one, GetSecretVersion, s.getVersion),
		route(patch, one, UpdateSecretVersion, s.updateVersion),
		route(del, one, DeleteSecretVersion, s.deleteVersion),
		route(post, one+"/enable", EnableSecretVersion, s.enableVersion),
		route(post, one+"/disable", DisableSecretVersion, s.disableVersion),
		route(post, one+"/restore", RestoreSecretVersion, s.restoreVersion),
		route(get, one+"/access", AccessSecretVersion, s.accessVersion),
		route(get, byPath, AccessSecretVersionByPath, s.accessByPath),
	}
}

func notServed(api.Call) (any, error) { return nil, api.NotServed() }
