package iamapi

import (
	"net/http"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
)

// Service answers the calls.
type Service struct {
	Model *iam.Model
	// IDs makes the ids of permission sets.
	IDs    id.Source
	Quotas api.Quotas
	// InUse reports whether a project has resources, so that it cannot be deleted.
	InUse func(project string) bool
}

const (
	iamRoot     = "/iam/v1alpha1"
	projectRoot = "/account/v3/projects"
)

// Routes returns the routes of all calls. Their endpoints are the names of the SDK's methods.
func (s *Service) Routes() []api.Route {
	return slices.Concat(s.applicationRoutes(), s.keyRoutes(), s.groupRoutes(), s.policyRoutes(), s.projectRoutes())
}

// kind is a kind of thing that IAM manages.
type kind struct {
	resource    string // as errors name it
	read, write iam.Permission
}

// The kinds. That a key is named "api_key" where it is denied, unlike where it is not found, is inferred.
func applicationKind() kind {
	return kind{"application", iam.ReadApplications, iam.WriteApplications}
}
func keyKind() kind     { return kind{"api_key", iam.ReadApplications, iam.WriteApplications} }
func groupKind() kind   { return kind{"group", iam.ReadGroups, iam.WriteGroups} }
func policyKind() kind  { return kind{"policy", iam.ReadPolicies, iam.WritePolicies} }
func projectKind() kind { return kind{"project", iam.ReadProjects, iam.WriteProjects} }

func (s *Service) applicationRoutes() []api.Route {
	const all, one = iamRoot + "/applications", iamRoot + "/applications/{id}"
	k := applicationKind()
	return []api.Route{
		k.lists(all, "ListApplications", s.listApplications),
		k.writes(http.MethodPost, all, "CreateApplication", s.createApplication),
		k.reads(one, "GetApplication", s.getApplication),
		k.writes(http.MethodPatch, one, "UpdateApplication", s.updateApplication),
		k.writes(http.MethodDelete, one, "DeleteApplication", s.deleteApplication),
	}
}

func (s *Service) keyRoutes() []api.Route {
	const all, one = iamRoot + "/api-keys", iamRoot + "/api-keys/{id}"
	k := keyKind()
	return []api.Route{
		k.lists(all, "ListAPIKeys", s.listKeys),
		k.writes(http.MethodPost, all, "CreateAPIKey", s.createKey),
		k.reads(one, "GetAPIKey", s.getKey),
		k.writes(http.MethodPatch, one, "UpdateAPIKey", s.updateKey),
		k.writes(http.MethodDelete, one, "DeleteAPIKey", s.deleteKey),
	}
}

func (s *Service) groupRoutes() []api.Route {
	const all, one = iamRoot + "/groups", iamRoot + "/groups/{id}"
	k := groupKind()
	return []api.Route{
		k.lists(all, "ListGroups", s.listGroups),
		k.writes(http.MethodPost, all, "CreateGroup", s.createGroup),
		k.reads(one, "GetGroup", s.getGroup),
		k.writes(http.MethodPatch, one, "UpdateGroup", s.updateGroup),
		k.writes(http.MethodDelete, one, "DeleteGroup", s.deleteGroup),
		k.writes(http.MethodPut, one+"/members", "SetGroupMembers", s.setMembers),
		k.writes(http.MethodPost, one+"/add-member", "AddGroupMember", s.addMember),
		k.writes(http.MethodPost, one+"/add-members", "AddGroupMembers", s.addMembers),
		k.writes(http.MethodPost, one+"/remove-member", "RemoveGroupMember", s.removeMember),
	}
}

func (s *Service) policyRoutes() []api.Route {
	const all, one, rules = iamRoot + "/policies", iamRoot + "/policies/{id}", iamRoot + "/rules"
	k := policyKind()
	return []api.Route{
		k.lists(all, "ListPolicies", s.listPolicies),
		k.writes(http.MethodPost, all, "CreatePolicy", s.createPolicy),
		k.reads(one, "GetPolicy", s.getPolicy),
		k.writes(http.MethodPatch, one, "UpdatePolicy", s.updatePolicy),
		k.writes(http.MethodDelete, one, "DeletePolicy", s.deletePolicy),
		k.lists(rules, "ListRules", s.listRules),
		k.writes(http.MethodPut, rules, "SetRules", s.setRules),
		k.lists(iamRoot+"/permission-sets", "ListPermissionSets", s.listPermissionSets),
	}
}

func (s *Service) projectRoutes() []api.Route {
	const one = projectRoot + "/{id}"
	k := projectKind()
	return []api.Route{
		k.lists(projectRoot, "ListProjects", s.listProjects),
		k.writes(http.MethodPost, projectRoot, "CreateProject", s.createProject),
		k.reads(one, "GetProject", s.getProject),
		k.writes(http.MethodPatch, one, "UpdateProject", s.updateProject),
		k.writes(http.MethodDelete, one, "DeleteProject", s.deleteProject),
	}
}

func (k kind) lists(pattern string, e api.Endpoint, handle api.Handler) api.Route {
	return api.NewRoute(http.MethodGet, pattern, e, k.guard(k.read, "list", handle))
}

func (k kind) reads(pattern string, e api.Endpoint, handle api.Handler) api.Route {
	return api.NewRoute(http.MethodGet, pattern, e, k.guard(k.read, "read", handle))
}

func (k kind) writes(method, pattern string, e api.Endpoint, handle api.Handler) api.Route {
	return api.NewRoute(method, pattern, e, k.guard(k.write, "write", handle))
}

// guard asks for a permission over the organization before anything else, and turns what the model refuses into the
// API's errors.
func (k kind) guard(p iam.Permission, action string, handle api.Handler) api.Handler {
	return func(c api.Call) (any, error) {
		if !c.Caller.May(p, iam.Resource{}) {
			return nil, api.Denied(action, k.resource)
		}
		if err := k.normalizeID(c.Params); err != nil {
			return nil, err
		}
		answer, err := handle(c)
		if err != nil {
			return nil, refused(err)
		}
		return answer, nil
	}
}

// normalizeID refuses an id in the path that is no UUID (inferred), and puts it in lower case. Keys go by their
// access key.
func (k kind) normalizeID(params map[string]string) error {
	given, ok := params["id"]
	if !ok || k == keyKind() {
		return nil
	}
	if !id.IsUUID(given) {
		return api.BadArgument(k.resource+"_id", "format", "must be a UUID")
	}
	params["id"] = strings.ToLower(given)
	return nil
}
