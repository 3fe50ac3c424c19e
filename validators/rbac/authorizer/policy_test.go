package authorizer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// role is a Role, or a ClusterRole where there is no namespace, with one rule.
func role(namespace, name, rule string) string {
	kind, in := "ClusterRole", ""
	if namespace != "" {
		kind, in = "Role", ", namespace: "+namespace
	}
	return "---\nkind: " + kind + "\nmetadata: {name: " + name + in + "}\nrules: [{" + rule + "}]\n"
}

// binding is a RoleBinding, or a ClusterRoleBinding where there is no namespace, to a role.
func binding(namespace, name, roleKind, roleName, subjects string) string {
	kind, in := "ClusterRoleBinding", ""
	if namespace != "" {
		kind, in = "RoleBinding", ", namespace: "+namespace
	}
	return "---\nkind: " + kind + "\nmetadata: {name: " + name + in + "}\n" +
		"roleRef: {kind: " + roleKind + ", name: " + roleName + "}\nsubjects: [" + subjects + "]\n"
}

const jane = `{kind: User, name: jane}`

// policy reads manifests, whose kinds are those of RBAC.
func policy(t *testing.T, manifests string) *authorizer.Policy {
	t.Helper()
	var in authorizer.Objects
	for document := range strings.SplitSeq(manifests, "---\n") {
		kind, _, _ := strings.Cut(strings.TrimPrefix(document, "kind: "), "\n")
		switch kind {
		case "":
		case authorizer.RoleKind:
			in.Roles = append(in.Roles, read[rbacv1.Role](t, document))
		case authorizer.ClusterRoleKind:
			in.ClusterRoles = append(in.ClusterRoles, read[rbacv1.ClusterRole](t, document))
		case authorizer.RoleBindingKind:
			in.RoleBindings = append(in.RoleBindings, read[rbacv1.RoleBinding](t, document))
		case authorizer.ClusterRoleBindingKind:
			in.ClusterRoleBindings = append(in.ClusterRoleBindings, read[rbacv1.ClusterRoleBinding](t, document))
		default:
			require.Fail(t, "no kind of RBAC", kind)
		}
	}
	return authorizer.New(in)
}

func read[T any](t *testing.T, document string) *T {
	t.Helper()
	value := new(T)
	require.NoError(t, yaml.UnmarshalStrict([]byte(document), value))
	return value
}

// request reads "verb group resource name", where core is the group without a name and the name may be left out, or
// "verb URL".
func request(text string) authorizer.Request {
	words := strings.Fields(text)
	if len(words) == 2 {
		return authorizer.Request{Verb: words[0], URL: words[1]}
	}
	r := authorizer.ResourceRequest(words[0], strings.TrimPrefix(words[1], "core"), words[2])
	if len(words) > 3 {
		r.Name = words[3]
	}
	return r
}

func TestOneRuleAllowsWhatTheAPIServerDoes(t *testing.T) {
	for _, test := range []struct {
		name, rule, request string
		want                bool
	}{
		{"the verb, group and resource", "get : apps : deployments", "get apps deployments", true},
		{"another verb", "get : apps : deployments", "list apps deployments", false},
		{"another group", "get : apps : deployments", "get extensions deployments", false},
		{"every verb", "* : apps : deployments", "escalate apps deployments", true},
		{"every group", "get : * : deployments", "get apps deployments", true},
		{"every resource has its subresources", "get : core : *", "get core pods/exec", true},
		{"a resource does not have its subresources", "get : core : pods", "get core pods/exec", false},
		{"a subresource is not its resource", "get : core : pods/exec", "get core pods", false},
		{"a subresource of every resource", "patch : apps : */scale", "patch apps statefulsets/scale", true},
		{"another subresource of every resource", "get : core : */scale", "get core pods/status", false},
		{"every subresource of a resource is no wildcard", "get : core : pods/*", "get core pods/exec", false},
		{"the name", "get : core : secrets : db", "get core secrets db", true},
		{"another name", "get : core : secrets : db", "get core secrets api", false},
		{"a list without a name", "list : core : secrets : db", "list core secrets", false},
		{"a list of one name", "list : core : secrets : db", "list core secrets db", true},
		{"a creation has no name", "create : core : secrets : db", "create core secrets", false},
		{"a star is no name", "get : core : secrets : *", "get core secrets db", false},
		{"the URL", "get : /logs", "get /logs", true},
		{"a URL below", "get : /logs", "get /logs/x", false},
		{"URLs that start alike", "get : /logs/*", "get /logs/x", true},
		{"a star within a URL is none", "get : /*/x", "get /logs/x", false},
		{"every URL", "* : *", "post /logs", true},
		{"resources are no URLs", "* : * : *", "get /logs", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "r"},
				Rules: authorizer.ParseRules(test.rule)}
			policy := authorizer.New(authorizer.Objects{
				ClusterRoles: []*rbacv1.ClusterRole{role},
				ClusterRoleBindings: []*rbacv1.ClusterRoleBinding{{
					RoleRef:  rbacv1.RoleRef{Kind: authorizer.ClusterRoleKind, Name: "r"},
					Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, Name: "jane"}},
				}},
			})
			_, allowed := policy.Allowed(authorizer.User{Name: "jane"}, request(test.request))
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestBindingsGiveRolesToSubjects(t *testing.T) {
	const read = `apiGroups: [""], resources: [secrets], verbs: [get]`
	local, cluster := role("a", "r", read), role("", "r", read)
	user, root := authorizer.User{Name: "jane"},
		authorizer.User{Name: "root", Groups: []string{authorizer.MastersGroup}}
	joe, member := authorizer.User{Name: "joe"}, authorizer.User{Name: "jane", Groups: []string{"team"}}
	api := authorizer.ServiceAccount("a", "api")
	inRole := func(subject string) string { return local + binding("a", "b", "Role", "r", subject) }
	everywhere := func(subject string) string { return cluster + binding("", "b", "ClusterRole", "r", subject) }
	for _, test := range []struct {
		name, manifests string
		user            authorizer.User
		namespace       string
		want            bool
	}{
		{"a Role in its namespace", inRole(jane), user, "a", true},
		{"a Role in another namespace", inRole(jane), user, "b", false},
		{"a RoleBinding says nothing cluster-wide", inRole(jane), user, "", false},
		{"a RoleBinding to the Role of another namespace", local + binding("b", "b", "Role", "r", jane),
			user, "b", false},
		{"a RoleBinding to a ClusterRole", cluster + binding("a", "b", "ClusterRole", "r", jane), user, "a", true},
		{"a RoleBinding to a ClusterRole, elsewhere", cluster + binding("a", "b", "ClusterRole", "r", jane),
			user, "b", false},
		{"a ClusterRoleBinding", everywhere(jane), user, "b", true},
		{"another user", everywhere(jane), joe, "b", false},
		{"a user of the group's name", everywhere(`{kind: Group, name: jane}`), user, "b", false},
		{"a group", everywhere(`{kind: Group, name: team}`), member, "b", true},
		{"a service account", everywhere(`{kind: ServiceAccount, name: api, namespace: a}`), api, "b", true},
		{"a service account of that name elsewhere", everywhere(`{kind: ServiceAccount, name: api, namespace: b}`),
			api, "b", false},
		{"a service account by its user name", everywhere(`{kind: User, name: "system:serviceaccount:a:api"}`),
			api, "b", true},
		{"a service account without a namespace is the binding's", inRole(`{kind: ServiceAccount, name: api}`),
			api, "a", true},
		{"all service accounts", everywhere(`{kind: Group, name: "system:serviceaccounts"}`), api, "b", true},
		{"the service accounts of a namespace", everywhere(`{kind: Group, name: "system:serviceaccounts:a"}`),
			api, "b", true},
		{"the service accounts of another", everywhere(`{kind: Group, name: "system:serviceaccounts:b"}`),
			api, "b", false},
		{"everybody who is authenticated", everywhere(`{kind: Group, name: "system:authenticated"}`), api, "b", true},
		{"Kubernetes' own group of administrators", "", root, "b", true},
		{"edit reads Secrets", binding("a", "b", "ClusterRole", "edit", jane), user, "a", true},
		{"admin has what edit has", binding("a", "b", "ClusterRole", "admin", jane), user, "a", true},
		{"view does not read Secrets", binding("a", "b", "ClusterRole", "view", jane), user, "a", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := authorizer.Request{Verb: "get", Resource: "secrets", Namespace: test.namespace}
			_, allowed := policy(t, test.manifests).Allowed(test.user, asked)
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestRolesAreAggregated(t *testing.T) {
	clusterRole := func(name, labels, rest string) string {
		return "---\nkind: ClusterRole\nmetadata: {name: " + name + ", labels: {" + labels + "}}\n" + rest + "\n"
	}
	from := func(label string) string {
		return "aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: " + label + ", operator: Exists}]}]}"
	}
	const secrets = `rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]`
	const toView, toEdit = "rbac.authorization.k8s.io/aggregate-to-view", "rbac.authorization.k8s.io/aggregate-to-edit"
	for _, test := range []struct {
		name, manifests, bound string
		want                   bool
	}{
		{"from the label", clusterRole("a", "", from("to-a")) + clusterRole("b", "to-a: x", secrets), "a", true},
		{"not from another label", clusterRole("a", "", from("to-a")) + clusterRole("b", "to-b: x", secrets), "a",
			false},
		{"rules beside an aggregation are replaced", clusterRole("a", "", from("to-a")+"\n"+secrets), "a", false},
		{"not from itself", clusterRole("a", "to-a: x", from("to-a")+"\n"+secrets), "a", false},
		{
			"through another aggregated role",
			clusterRole("a", "", from("to-a")) + clusterRole("b", "to-a: x", from("to-b")) + clusterRole("c", "to-b: x",
				secrets), "a", true,
		},
		{"in a circle", clusterRole("a", "to-b: x", from("to-a")) + clusterRole("b", "to-a: x", from("to-b")), "a",
			false},
		{"into view", clusterRole("b", toView+`: "true"`, secrets), "view", true},
		{"into view, and so into admin", clusterRole("b", toView+`: "true"`, secrets), "admin", true},
		{"into edit, and not into view", clusterRole("b", toEdit+`: "true"`, secrets), "view", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := policy(t, test.manifests+binding("", "x", "ClusterRole", test.bound, jane))
			asked := authorizer.Request{Verb: "get", Resource: "secrets", Namespace: "x"}
			_, allowed := p.Allowed(authorizer.User{Name: "jane"}, asked)
			assert.Equal(t, test.want, allowed)
		})
	}
}

func TestAReasonNamesTheBindingAndTheRule(t *testing.T) {
	const pods, secrets = `apiGroups: [""], resources: [pods], verbs: [get]`,
		`apiGroups: [""], resources: [secrets], verbs: [get]`
	p := policy(t, role("a", "r", pods+"}, {"+secrets)+binding("a", "b", "Role", "r", `{kind: User, name: joe}, `+jane))
	asked := authorizer.Request{Verb: "get", Resource: "secrets", Namespace: "a"}
	reason, allowed := p.Allowed(authorizer.User{Name: "jane"}, asked)
	require.True(t, allowed)
	assert.Equal(t, "b", reason.Object.GetName())
	assert.Equal(t, 1, reason.Index)
	assert.Equal(t, "r", reason.Rule.Role)
	assert.Equal(t, 1, reason.Rule.Index)
}

func TestEveryClusterHasItsRoles(t *testing.T) {
	roles := authorizer.BuiltinClusterRoles()
	assert.Len(t, roles, 31)
	for _, role := range roles {
		if role.AggregationRule == nil {
			assert.NotEmpty(t, role.Rules, role.Name)
		}
	}
}
