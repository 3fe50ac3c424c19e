package emulator

import (
	"net/http"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

const (
	iamRoot     = "/iam/v1alpha1"
	projectRoot = "/account/v3/projects"
)

// kind is a kind of thing that IAM manages.
type kind struct {
	resource    string // as errors name it
	read, write iam.Permission
}

// The kinds. That a key is named "api_key" where it is denied, unlike where it is
// not found, is inferred.
func applicationKind() kind {
	return kind{"application", iam.ReadApplications, iam.WriteApplications}
}
func keyKind() kind     { return kind{"api_key", iam.ReadApplications, iam.WriteApplications} }
func groupKind() kind   { return kind{"group", iam.ReadGroups, iam.WriteGroups} }
func policyKind() kind  { return kind{"policy", iam.ReadPolicies, iam.WritePolicies} }
func projectKind() kind { return kind{"project", iam.ReadProjects, iam.WriteProjects} }

// iamRoutes are counted under the names of the SDK's methods.
func iamRoutes() []route {
	return slices.Concat(applicationRoutes(), keyRoutes(), groupRoutes(), policyRoutes(), projectRoutes())
}

func applicationRoutes() []route {
	const all, one = iamRoot + "/applications", iamRoot + "/applications/{id}"
	k := applicationKind()
	return []route{
		k.lists(all, "ListApplications", (*Server).listApplications),
		k.writes(http.MethodPost, all, "CreateApplication", (*Server).createApplication),
		k.reads(one, "GetApplication", (*Server).getApplication),
		k.writes(http.MethodPatch, one, "UpdateApplication", (*Server).updateApplication),
		k.writes(http.MethodDelete, one, "DeleteApplication", (*Server).deleteApplication),
	}
}

func keyRoutes() []route {
	const all, one = iamRoot + "/api-keys", iamRoot + "/api-keys/{id}"
	k := keyKind()
	return []route{
		k.lists(all, "ListAPIKeys", (*Server).listKeys),
		k.writes(http.MethodPost, all, "CreateAPIKey", (*Server).createKey),
		k.reads(one, "GetAPIKey", (*Server).getKey),
		k.writes(http.MethodPatch, one, "UpdateAPIKey", (*Server).updateKey),
		k.writes(http.MethodDelete, one, "DeleteAPIKey", (*Server).deleteKey),
	}
}

func groupRoutes() []route {
	const all, one = iamRoot + "/groups", iamRoot + "/groups/{id}"
	k := groupKind()
	return []route{
		k.lists(all, "ListGroups", (*Server).listGroups),
		k.writes(http.MethodPost, all, "CreateGroup", (*Server).createGroup),
		k.reads(one, "GetGroup", (*Server).getGroup),
		k.writes(http.MethodPatch, one, "UpdateGroup", (*Server).updateGroup),
		k.writes(http.MethodDelete, one, "DeleteGroup", (*Server).deleteGroup),
		k.writes(http.MethodPut, one+"/members", "SetGroupMembers", (*Server).setMembers),
		k.writes(http.MethodPost, one+"/add-member", "AddGroupMember", (*Server).addMember),
		k.writes(http.MethodPost, one+"/add-members", "AddGroupMembers", (*Server).addMembers),
		k.writes(http.MethodPost, one+"/remove-member", "RemoveGroupMember", (*Server).removeMember),
	}
}

func policyRoutes() []route {
	const all, one, rules = iamRoot + "/policies", iamRoot + "/policies/{id}", iamRoot + "/rules"
	k := policyKind()
	return []route{
		k.lists(all, "ListPolicies", (*Server).listPolicies),
		k.writes(http.MethodPost, all, "CreatePolicy", (*Server).createPolicy),
		k.reads(one, "GetPolicy", (*Server).getPolicy),
		k.writes(http.MethodPatch, one, "UpdatePolicy", (*Server).updatePolicy),
		k.writes(http.MethodDelete, one, "DeletePolicy", (*Server).deletePolicy),
		k.lists(rules, "ListRules", (*Server).listRules),
		k.writes(http.MethodPut, rules, "SetRules", (*Server).setRules),
		k.lists(iamRoot+"/permission-sets", "ListPermissionSets", (*Server).listPermissionSets),
	}
}

func projectRoutes() []route {
	const one = projectRoot + "/{id}"
	k := projectKind()
	return []route{
		k.lists(projectRoot, "ListProjects", (*Server).listProjects),
		k.writes(http.MethodPost, projectRoot, "CreateProject", (*Server).createProject),
		k.reads(one, "GetProject", (*Server).getProject),
		k.writes(http.MethodPatch, one, "UpdateProject", (*Server).updateProject),
		k.writes(http.MethodDelete, one, "DeleteProject", (*Server).deleteProject),
	}
}

type handler = func(*Server, call) (any, error)

func (k kind) lists(pattern string, e Endpoint, handle handler) route {
	return k.route(http.MethodGet, pattern, e, k.read, "list", handle)
}

func (k kind) reads(pattern string, e Endpoint, handle handler) route {
	return k.route(http.MethodGet, pattern, e, k.read, "read", handle)
}

func (k kind) writes(method, pattern string, e Endpoint, handle handler) route {
	return k.route(method, pattern, e, k.write, "write", handle)
}

// route asks for a permission over the organization before anything else, and
// turns what the model refuses into the API's errors.
func (k kind) route(method, pattern string, e Endpoint, p iam.Permission, action string, handle handler) route {
	return route{method: method, pattern: pattern, endpoint: e, handle: func(s *Server, c call) (any, error) {
		if !c.caller.may(p, iam.Resource{}) {
			return nil, errDeniedOver(k.resource, action)
		}
		if err := k.checkID(c.params); err != nil {
			return nil, err
		}
		answer, err := handle(s, c)
		if err != nil {
			return nil, iamError(err)
		}
		return answer, nil
	}}
}

// checkID refuses an id in the path that is no UUID (inferred), and puts it in
// lower case. Keys go by their access key.
func (k kind) checkID(params map[string]string) error {
	id, given := params["id"]
	if !given || k.resource == keyKind().resource {
		return nil
	}
	if !isUUID(id) {
		return errArgument(k.resource+"_id", "format", "must be a UUID")
	}
	params["id"] = strings.ToLower(id)
	return nil
}
