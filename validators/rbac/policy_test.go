package rbac_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/rbac"
)

// role writes a Role, or a ClusterRole where there is no namespace, with one rule; binding one that gives it.
func role(namespace, name, rule string) string {
	kind, in := "ClusterRole", ""
	if namespace != "" {
		kind, in = "Role", ", namespace: "+namespace
	}
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " + name + in + "}\nrules: [{" + rule + "}]\n"
}

func binding(namespace, name, roleKind, roleName, subjects string) string {
	kind, in := "ClusterRoleBinding", ""
	if namespace != "" {
		kind, in = "RoleBinding", ", namespace: "+namespace
	}
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " + name + in +
		"}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + roleKind + ", name: \"" + roleName + "\"}\nsubjects: [" + subjects + "]\n"
}

const jane = `{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}`

func policy(t *testing.T, manifests string) *rbac.Policy {
	t.Helper()
	all, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	set, problems := objects.NewSet(all)
	require.Empty(t, problems)
	return rbac.NewPolicy(set)
}

func TestOneRuleAllowsWhatTheAPIServerSays(t *testing.T) {
	user := rbac.User{Name: "jane", Groups: []string{"system:authenticated"}}
	for _, test := range []struct {
		name, rule string
		request    rbac.Request
		want       bool
	}{
		{"the verb, group and resource", `apiGroups: [apps], resources: [deployments], verbs: [get]`, rbac.Request{Verb: "get", Group: "apps", Resource: "deployments"}, true},
		{"another verb", `apiGroups: [apps], resources: [deployments], verbs: [get]`, rbac.Request{Verb: "list", Group: "apps", Resource: "deployments"}, false},
		{"another group", `apiGroups: [apps], resources: [deployments], verbs: [get]`, rbac.Request{Verb: "get", Group: "extensions", Resource: "deployments"}, false},
		{"every verb", `apiGroups: [apps], resources: [deployments], verbs: ["*"]`, rbac.Request{Verb: "escalate", Group: "apps", Resource: "deployments"}, true},
		{"every group", `apiGroups: ["*"], resources: [deployments], verbs: [get]`, rbac.Request{Verb: "get", Group: "apps", Resource: "deployments"}, true},
		{"every resource has its subresources", `apiGroups: [""], resources: ["*"], verbs: [get]`, rbac.Request{Verb: "get", Resource: "pods", Subresource: "exec"}, true},
		{"a resource does not have its subresources", `apiGroups: [""], resources: [pods], verbs: [get]`, rbac.Request{Verb: "get", Resource: "pods", Subresource: "exec"}, false},
		{"a subresource is not its resource", `apiGroups: [""], resources: [pods/exec], verbs: [get]`, rbac.Request{Verb: "get", Resource: "pods"}, false},
		{"a subresource of every resource", `apiGroups: [apps], resources: ["*/scale"], verbs: [patch]`, rbac.Request{Verb: "patch", Group: "apps", Resource: "statefulsets", Subresource: "scale"}, true},
		{"another subresource of every resource", `apiGroups: [""], resources: ["*/scale"], verbs: [get]`, rbac.Request{Verb: "get", Resource: "pods", Subresource: "status"}, false},
		{"every subresource of a resource is no wildcard", `apiGroups: [""], resources: ["pods/*"], verbs: [get]`, rbac.Request{Verb: "get", Resource: "pods", Subresource: "exec"}, false},
		{"the name", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get]`, rbac.Request{Verb: "get", Resource: "secrets", Name: "db"}, true},
		{"another name", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get]`, rbac.Request{Verb: "get", Resource: "secrets", Name: "api"}, false},
		{"a list without a name", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [list]`, rbac.Request{Verb: "list", Resource: "secrets"}, false},
		{"a list of one name", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [list]`, rbac.Request{Verb: "list", Resource: "secrets", Name: "db"}, true},
		{"a creation has no name", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [create]`, rbac.Request{Verb: "create", Resource: "secrets"}, false},
		{"a star is no name", `apiGroups: [""], resources: [secrets], resourceNames: ["*"], verbs: [get]`, rbac.Request{Verb: "get", Resource: "secrets", Name: "db"}, false},
		{"the URL", `nonResourceURLs: [/logs], verbs: [get]`, rbac.Request{Verb: "get", URL: "/logs"}, true},
		{"a URL below", `nonResourceURLs: [/logs], verbs: [get]`, rbac.Request{Verb: "get", URL: "/logs/x"}, false},
		{"URLs that start alike", `nonResourceURLs: ["/logs/*"], verbs: [get]`, rbac.Request{Verb: "get", URL: "/logs/x"}, true},
		{"a star within a URL is none", `nonResourceURLs: ["/*/x"], verbs: [get]`, rbac.Request{Verb: "get", URL: "/logs/x"}, false},
		{"every URL", `nonResourceURLs: ["*"], verbs: ["*"]`, rbac.Request{Verb: "post", URL: "/logs"}, true},
		{"resources are no URLs", `apiGroups: ["*"], resources: ["*"], verbs: ["*"]`, rbac.Request{Verb: "get", URL: "/logs"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := policy(t, role("", "r", test.rule)+binding("", "b", "ClusterRole", "r", jane))
			_, allowed := p.Allowed(user, test.request)
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestBindingsGiveRolesToSubjects(t *testing.T) {
	const read = `apiGroups: [""], resources: [secrets], verbs: [get]`
	local, cluster := role("a", "r", read), role("", "r", read)
	api := rbac.ServiceAccount("a", "api")
	ask := func(namespace string) rbac.Request {
		return rbac.Request{Verb: "get", Resource: "secrets", Namespace: namespace}
	}
	for _, test := range []struct {
		name, manifests string
		user            rbac.User
		namespace       string
		want            bool
	}{
		{"a Role in its namespace", local + binding("a", "b", "Role", "r", jane), rbac.User{Name: "jane"}, "a", true},
		{"a Role in another namespace", local + binding("a", "b", "Role", "r", jane), rbac.User{Name: "jane"}, "b", false},
		{"a RoleBinding says nothing cluster-wide", local + binding("a", "b", "Role", "r", jane), rbac.User{Name: "jane"}, "", false},
		{"a RoleBinding to the Role of another namespace", local + binding("b", "b", "Role", "r", jane), rbac.User{Name: "jane"}, "b", false},
		{"a RoleBinding to a ClusterRole", cluster + binding("a", "b", "ClusterRole", "r", jane), rbac.User{Name: "jane"}, "a", true},
		{"a RoleBinding to a ClusterRole, elsewhere", cluster + binding("a", "b", "ClusterRole", "r", jane), rbac.User{Name: "jane"}, "b", false},
		{"a ClusterRoleBinding", cluster + binding("", "b", "ClusterRole", "r", jane), rbac.User{Name: "jane"}, "b", true},
		{"another user", cluster + binding("", "b", "ClusterRole", "r", jane), rbac.User{Name: "joe"}, "b", false},
		{"a user of the group's name", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: jane}`), rbac.User{Name: "jane"}, "b", false},
		{"a group", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: team}`), rbac.User{Name: "jane", Groups: []string{"team"}}, "b", true},
		{"a service account", cluster + binding("", "b", "ClusterRole", "r", `{kind: ServiceAccount, name: api, namespace: a}`), api, "b", true},
		{"a service account of that name elsewhere", cluster + binding("", "b", "ClusterRole", "r", `{kind: ServiceAccount, name: api, namespace: b}`), api, "b", false},
		{"a service account by its user name", cluster + binding("", "b", "ClusterRole", "r", `{kind: User, name: "system:serviceaccount:a:api"}`), api, "b", true},
		{"a service account without a namespace is the binding's", local + binding("a", "b", "Role", "r", `{kind: ServiceAccount, name: api}`), api, "a", true},
		{"all service accounts", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: "system:serviceaccounts"}`), api, "b", true},
		{"the service accounts of a namespace", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: "system:serviceaccounts:a"}`), api, "b", true},
		{"the service accounts of another", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: "system:serviceaccounts:b"}`), api, "b", false},
		{"everybody who is authenticated", cluster + binding("", "b", "ClusterRole", "r", `{kind: Group, name: "system:authenticated"}`), api, "b", true},
		{"Kubernetes' own group of administrators", "", rbac.User{Name: "root", Groups: []string{"system:masters"}}, "b", true},
		{"edit reads Secrets", binding("a", "b", "ClusterRole", "edit", jane), rbac.User{Name: "jane"}, "a", true},
		{"admin has what edit has", binding("a", "b", "ClusterRole", "admin", jane), rbac.User{Name: "jane"}, "a", true},
		{"view does not read Secrets", binding("a", "b", "ClusterRole", "view", jane), rbac.User{Name: "jane"}, "a", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, allowed := policy(t, test.manifests).Allowed(test.user, ask(test.namespace))
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestRolesAreAggregated(t *testing.T) {
	clusterRole := func(name, labels, rest string) string {
		return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name + ", labels: {" + labels + "}}\n" + rest + "\n"
	}
	const secrets = `rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]`
	const fromA = `aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-a: "true"}}]}`
	for _, test := range []struct {
		name, manifests, bound string
		want                   bool
	}{
		{"from the label", clusterRole("a", "", fromA) + clusterRole("b", `to-a: "true"`, secrets), "a", true},
		{"not from another label", clusterRole("a", "", fromA) + clusterRole("b", `to-b: "true"`, secrets), "a", false},
		{"rules beside an aggregation are replaced", clusterRole("a", "", fromA+"\n"+secrets), "a", false},
		{"not from itself", clusterRole("a", `to-a: "true"`, fromA+"\n"+secrets), "a", false},
		{"through another aggregated role", clusterRole("a", "", fromA) +
			clusterRole("b", `to-a: "true"`, `aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: to-b, operator: Exists}]}]}`) +
			clusterRole("c", `to-b: x`, secrets), "a", true},
		{"in a circle", clusterRole("a", `to-b: "true"`, fromA) +
			clusterRole("b", `to-a: "true"`, `aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-b: "true"}}]}`), "a", false},
		{"into view", clusterRole("b", `rbac.authorization.k8s.io/aggregate-to-view: "true"`, secrets), "view", true},
		{"into view, and so into admin", clusterRole("b", `rbac.authorization.k8s.io/aggregate-to-view: "true"`, secrets), "admin", true},
		{"into edit, and not into view", clusterRole("b", `rbac.authorization.k8s.io/aggregate-to-edit: "true"`, secrets), "view", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := policy(t, test.manifests+binding("", "x", "ClusterRole", test.bound, jane))
			_, allowed := p.Allowed(rbac.User{Name: "jane"}, rbac.Request{Verb: "get", Resource: "secrets", Namespace: "x"})
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestAReasonNamesTheBindingAndTheRule(t *testing.T) {
	p := policy(t, role("a", "r", `apiGroups: [""], resources: [pods], verbs: [get]}, {apiGroups: [""], resources: [secrets], verbs: [get]`)+
		binding("a", "b", "Role", "r", `{kind: User, name: joe}, `+jane))
	reason, allowed := p.Allowed(rbac.User{Name: "jane"}, rbac.Request{Verb: "get", Resource: "secrets", Namespace: "a"})
	require.True(t, allowed)
	assert.Equal(t, "RoleBinding a/b", reason.Binding.String())
	assert.Equal(t, 1, reason.Subject)
	assert.Equal(t, "Role a/r", reason.Role.String())
	assert.Equal(t, 1, reason.Rule)
}

func TestEveryClusterHasItsRoles(t *testing.T) {
	roles := rbac.BuiltinClusterRoles()
	assert.Len(t, roles, 31)
	for _, role := range roles {
		if role.AggregationRule == nil {
			assert.NotEmpty(t, role.Rules, role.Name)
		}
	}
}
