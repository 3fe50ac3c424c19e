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

// handlers answer the calls that every kind has.
type handlers struct{ list, create, get, update, delete api.Handler }

// routes returns the routes of the calls that every kind has, and of others. The names are those of the SDK's methods,
// where one is the path of one object and many that of the list.
func (k kind) routes(path, one, many string, h handlers, others ...api.Route) []api.Route {
	endpoint := func(verb, noun string) api.Endpoint { return api.Endpoint(verb + noun) }
	return append([]api.Route{
		k.lists(path, endpoint("List", many), h.list),
		k.writes(http.MethodPost, path, endpoint("Create", one), h.create),
		api.NewRoute(http.MethodGet, path+"/{id}", endpoint("Get", one), k.guard(k.read, "read", h.get)),
		k.writes(http.MethodPatch, path+"/{id}", endpoint("Update", one), h.update),
		k.writes(http.MethodDelete, path+"/{id}", endpoint("Delete", one), h.delete),
	}, others...)
}

func (s *Service) applicationRoutes() []api.Route {
	return applicationKind().routes(iamRoot+"/applications", "Application", "Applications",
		handlers{s.listApplications, s.createApplication, s.getApplication, s.updateApplication, s.deleteApplication})
}

func (s *Service) keyRoutes() []api.Route {
	return keyKind().routes(iamRoot+"/api-keys", "APIKey", "APIKeys",
		handlers{s.listKeys, s.createKey, s.getKey, s.updateKey, s.deleteKey})
}

func (s *Service) groupRoutes() []api.Route {
	const all, one = iamRoot + "/groups", iamRoot + "/groups/{id}"
	k := groupKind()
	return k.routes(all, "Group", "Groups",
		handlers{s.listGroups, s.createGroup, s.getGroup, s.updateGroup, s.deleteGroup},
		k.writes(http.MethodPut, one+"/members", "SetGroupMembers", s.setMembers),
		k.writes(http.MethodPost, one+"/add-member", "AddGroupMember", s.addMember),
		k.writes(http.MethodPost, one+"/add-members", "AddGroupMembers", s.addMembers),
		k.writes(http.MethodPost, one+"/remove-member", "RemoveGroupMember", s.removeMember))
}

func (s *Service) policyRoutes() []api.Route {
	k := policyKind()
	return k.routes(iamRoot+"/policies", "Policy", "Policies",
		handlers{s.listPolicies, s.createPolicy, s.getPolicy, s.updatePolicy, s.deletePolicy},
		k.lists(iamRoot+"/rules", "ListRules", s.listRules),
		k.writes(http.MethodPut, iamRoot+"/rules", "SetRules", s.setRules),
		k.lists(iamRoot+"/permission-sets", "ListPermissionSets", s.listPermissionSets))
}

func (s *Service) projectRoutes() []api.Route {
	return projectKind().routes(projectRoot, "Project", "Projects",
		handlers{s.listProjects, s.createProject, s.getProject, s.updateProject, s.deleteProject})
}

func (k kind) lists(pattern string, e api.Endpoint, handle api.Handler) api.Route {
	return api.NewRoute(http.MethodGet, pattern, e, k.guard(k.read, "list", handle))
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
