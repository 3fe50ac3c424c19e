package e2e

import (
	"fmt"
	"math/rand/v2"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// rbacLabel marks the objects of the random sets that are in no namespace.
const rbacLabel = "e2e.cloison.dev/rbac"

// randomRBAC makes sets of roles and bindings, several in each namespace, and questions about them. All of it together
// is one policy, as it is in the API server.
type randomRBAC struct {
	*rand.Rand
	prefix string

	namespaces []string
	objects    authorizer.Objects
	questions  []rbacQuestion
}

// rbacQuestion is what both are asked.
type rbacQuestion struct {
	user    authorizer.User
	request authorizer.Request
}

// What rules and questions are made of. Some of it is of no kind that exists, which the authorizer does not care about.
var (
	someVerbs     = []string{"get", "list", "create", "patch", "*", "impersonate"}
	someGroups    = []string{"", "apps", "x.cloison.dev", "*"}
	someResources = []string{
		"pods", "pods/exec", "secrets", "deployments", "deployments/scale", "*", "*/scale", "*/exec", "pods/*", "*/",
		"scale", "pods/exec/x",
	}
	someNames = []string{"a", "b", "*", ""}
	someURLs  = []string{"/x", "/x/*", "/x/y", "*", "/x*", "/*/y", "/x/**", "/"}

	// Those that are aggregated have no rules here, where nothing aggregates them.
	someBuiltin = []string{"cluster-admin", "system:aggregate-to-view", "system:aggregate-to-edit", "missing"}

	askedVerbs     = []string{"get", "list", "create", "patch", "*", "impersonate", "bind"}
	askedGroups    = []string{"", "apps", "x.cloison.dev", "*", "authorization.k8s.io"}
	askedResources = []string{"pods", "secrets", "deployments", "*", "scale", "selfsubjectaccessreviews", "pods/exec"}
	askedSubs      = []string{"", "", "", "exec", "scale", "exec/x", "*"}
	askedNames     = []string{"", "", "a", "b", "*"}
	askedURLs      = []string{"/x", "/x/", "/x/y", "/x/y/z", "/xy", "/", "/healthz", "/version/", "/api/v1",
		"/openapi", "*"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// some picks between one and most items.
func some(r *rand.Rand, from []string, most int) []string {
	picked := make([]string, 1+r.IntN(most))
	for i := range picked {
		picked[i] = pick(r, from)
	}
	return picked
}

// add makes one set and its questions.
func (r *randomRBAC) add(number, perNamespace, questions int) {
	name := fmt.Sprintf("%s-%d", r.prefix, number)
	if number%perNamespace == 0 {
		r.namespaces = append(r.namespaces, name)
	}
	namespace := r.namespaces[len(r.namespaces)-1]
	r.addRole(name, namespace)
	refs := []rbacv1.RoleRef{
		{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: pick(r.Rand, someBuiltin)},
	}
	if r.IntN(3) == 0 {
		r.addClusterRole(name)
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
		refs = append(refs, ref)
		if r.IntN(3) > 0 {
			r.addClusterBinding(name, ref, r.subjects(name, namespace, false))
		}
	}
	for i := range 1 + r.IntN(2) {
		r.addBinding(fmt.Sprintf("%s-%d", name, i), namespace, pick(r.Rand, refs), r.subjects(name, namespace, true))
	}
	for range questions {
		r.ask(name, namespace)
	}
}

// subjects are those of the set, and, where the rights are in the namespace alone, groups that others are in as well.
func (r *randomRBAC) subjects(name, namespace string, shared bool) []rbacv1.Subject {
	all := []rbacv1.Subject{
		{APIGroup: rbacv1.GroupName, Kind: "User", Name: name + "-user"},
		{APIGroup: rbacv1.GroupName, Kind: "Group", Name: name + "-group"},
		{APIGroup: rbacv1.GroupName, Kind: "User", Name: name + "-group"},
		{Kind: "ServiceAccount", Name: name, Namespace: namespace},
		{Kind: "ServiceAccount", Name: name, Namespace: "elsewhere"},
		{APIGroup: rbacv1.GroupName, Kind: "User", Name: "system:serviceaccount:" + namespace + ":" + name},
		{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "system:serviceaccounts:" + namespace},
	}
	if shared {
		all = append(all,
			rbacv1.Subject{Kind: "ServiceAccount", Name: name}, // of the binding's namespace
			rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "system:serviceaccounts"},
			rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "system:authenticated"},
		)
	}
	subjects := make([]rbacv1.Subject, 1+r.IntN(2))
	for i := range subjects {
		subjects[i] = pick(r.Rand, all)
	}
	return subjects
}

func (r *randomRBAC) rules(urls bool) []rbacv1.PolicyRule {
	rules := make([]rbacv1.PolicyRule, 1+r.IntN(3))
	for i := range rules {
		if urls && r.IntN(3) == 0 {
			rules[i] = rbacv1.PolicyRule{Verbs: some(r.Rand, someVerbs, 2), NonResourceURLs: some(r.Rand, someURLs, 2)}
			continue
		}
		rules[i] = rbacv1.PolicyRule{Verbs: some(r.Rand, someVerbs, 3), APIGroups: some(r.Rand, someGroups, 2),
			Resources: some(r.Rand, someResources, 3)}
		if r.IntN(3) == 0 {
			rules[i].ResourceNames = some(r.Rand, someNames, 2)
		}
	}
	return rules
}

// user is one who may be meant by a subject of the set, or just not.
func (r *randomRBAC) user(name, namespace string) authorizer.User {
	const everybody = "system:authenticated"
	return pick(r.Rand, []authorizer.User{
		{Name: name + "-user", Groups: []string{everybody}},
		{Name: "nobody", Groups: []string{name + "-group", everybody}},
		{Name: name + "-group", Groups: []string{everybody}},
		authorizer.ServiceAccount(namespace, name),
		authorizer.ServiceAccount("elsewhere", name),
		authorizer.ServiceAccount(namespace, "other"),
		{Name: "system:anonymous", Groups: []string{"system:unauthenticated"}},
		{Name: name + "-user", Groups: []string{name + "-group", "system:serviceaccounts:" + namespace}},
	})
}

func (r *randomRBAC) ask(name, namespace string) {
	request := authorizer.Request{
		Verb: pick(r.Rand, askedVerbs), Group: pick(r.Rand, askedGroups), Resource: pick(r.Rand, askedResources),
		Subresource: pick(r.Rand, askedSubs), Name: pick(r.Rand, askedNames),
		Namespace: pick(r.Rand, []string{namespace, namespace, namespace, "", "elsewhere"}),
	}
	if r.IntN(6) == 0 {
		request = authorizer.Request{Verb: pick(r.Rand, askedVerbs), URL: pick(r.Rand, askedURLs)}
	}
	r.questions = append(r.questions, rbacQuestion{r.user(name, namespace), request})
}

func (r *randomRBAC) meta(name, namespace string) metav1.ObjectMeta {
	meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
	if namespace == "" {
		meta.Labels = map[string]string{rbacLabel: r.prefix}
	}
	return meta
}

func (r *randomRBAC) addRole(name, namespace string) {
	r.objects.Roles = append(r.objects.Roles, &rbacv1.Role{ObjectMeta: r.meta(name, namespace), Rules: r.rules(false)})
}

func (r *randomRBAC) addClusterRole(name string) {
	r.objects.ClusterRoles = append(r.objects.ClusterRoles,
		&rbacv1.ClusterRole{ObjectMeta: r.meta(name, ""), Rules: r.rules(true)})
}

func (r *randomRBAC) addBinding(name, namespace string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
	binding := &rbacv1.RoleBinding{ObjectMeta: r.meta(name, namespace), RoleRef: ref, Subjects: subjects}
	r.objects.RoleBindings = append(r.objects.RoleBindings, binding)
}

func (r *randomRBAC) addClusterBinding(name string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
	binding := &rbacv1.ClusterRoleBinding{ObjectMeta: r.meta(name, ""), RoleRef: ref, Subjects: subjects}
	r.objects.ClusterRoleBindings = append(r.objects.ClusterRoleBindings, binding)
}
