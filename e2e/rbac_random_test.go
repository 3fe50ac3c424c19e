package e2e

import (
	"fmt"
	"math/rand/v2"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/rbac"
)

// rbacLabel marks the objects of the random sets that are in no namespace.
const rbacLabel = "e2e.cloison.dev/rbac"

// randomRBAC makes sets of roles and bindings, several in each namespace, and questions about them. All of it together is
// one policy, as it is in the API server.
type randomRBAC struct {
	*rand.Rand
	prefix string
	set    objects.Set

	namespaces   []string
	roles        []*rbacv1.Role
	clusterRoles []*rbacv1.ClusterRole
	bindings     []*rbacv1.RoleBinding
	cluster      []*rbacv1.ClusterRoleBinding
	questions    []rbacQuestion
}

// rbacQuestion is what both are asked.
type rbacQuestion struct {
	user    rbac.User
	request rbac.Request
}

// What rules and questions are made of. Some of it is of no kind that exists, which the authorizer does not care about.
var (
	someVerbs     = []string{"get", "list", "create", "patch", "*", "impersonate"}
	someGroups    = []string{"", "apps", "x.cloison.dev", "*"}
	someResources = []string{
		"pods", "pods/exec", "secrets", "deployments", "deployments/scale", "*", "*/scale", "*/exec", "pods/*", "*/", "scale", "pods/exec/x",
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
	askedURLs      = []string{"/x", "/x/", "/x/y", "/x/y/z", "/xy", "/", "/healthz", "/version/", "/api/v1", "/openapi", "*"}
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
		rules[i] = rbacv1.PolicyRule{Verbs: some(r.Rand, someVerbs, 3), APIGroups: some(r.Rand, someGroups, 2), Resources: some(r.Rand, someResources, 3)}
		if r.IntN(3) == 0 {
			rules[i].ResourceNames = some(r.Rand, someNames, 2)
		}
	}
	return rules
}

// user is one who may be meant by a subject of the set, or just not.
func (r *randomRBAC) user(name, namespace string) rbac.User {
	const everybody = "system:authenticated"
	return pick(r.Rand, []rbac.User{
		{Name: name + "-user", Groups: []string{everybody}},
		{Name: "nobody", Groups: []string{name + "-group", everybody}},
		{Name: name + "-group", Groups: []string{everybody}},
		rbac.ServiceAccount(namespace, name),
		rbac.ServiceAccount("elsewhere", name),
		rbac.ServiceAccount(namespace, "other"),
		{Name: "system:anonymous", Groups: []string{"system:unauthenticated"}},
		{Name: name + "-user", Groups: []string{name + "-group", "system:serviceaccounts:" + namespace}},
	})
}

func (r *randomRBAC) ask(name, namespace string) {
	request := rbac.Request{
		Verb: pick(r.Rand, askedVerbs), Group: pick(r.Rand, askedGroups), Resource: pick(r.Rand, askedResources),
		Subresource: pick(r.Rand, askedSubs), Name: pick(r.Rand, askedNames), Namespace: pick(r.Rand, []string{namespace, namespace, namespace, "", "elsewhere"}),
	}
	if r.IntN(6) == 0 {
		request = rbac.Request{Verb: pick(r.Rand, askedVerbs), URL: pick(r.Rand, askedURLs)}
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

func objectOf(kind string, meta metav1.ObjectMeta) *objects.Object {
	return &objects.Object{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kind, Namespace: meta.Namespace, Name: meta.Name, Labels: meta.Labels}
}

func (r *randomRBAC) addRole(name, namespace string) {
	role := &rbacv1.Role{ObjectMeta: r.meta(name, namespace), Rules: r.rules(false)}
	r.roles = append(r.roles, role)
	r.set.Roles = append(r.set.Roles, objects.Typed[rbacv1.Role]{Object: objectOf("Role", role.ObjectMeta), Value: role})
}

func (r *randomRBAC) addClusterRole(name string) {
	role := &rbacv1.ClusterRole{ObjectMeta: r.meta(name, ""), Rules: r.rules(true)}
	r.clusterRoles = append(r.clusterRoles, role)
	r.set.ClusterRoles = append(r.set.ClusterRoles, objects.Typed[rbacv1.ClusterRole]{Object: objectOf("ClusterRole", role.ObjectMeta), Value: role})
}

func (r *randomRBAC) addBinding(name, namespace string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
	binding := &rbacv1.RoleBinding{ObjectMeta: r.meta(name, namespace), RoleRef: ref, Subjects: subjects}
	r.bindings = append(r.bindings, binding)
	r.set.RoleBindings = append(r.set.RoleBindings, objects.Typed[rbacv1.RoleBinding]{Object: objectOf("RoleBinding", binding.ObjectMeta), Value: binding})
}

func (r *randomRBAC) addClusterBinding(name string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
	binding := &rbacv1.ClusterRoleBinding{ObjectMeta: r.meta(name, ""), RoleRef: ref, Subjects: subjects}
	r.cluster = append(r.cluster, binding)
	r.set.ClusterRoleBindings = append(r.set.ClusterRoleBindings, objects.Typed[rbacv1.ClusterRoleBinding]{Object: objectOf("ClusterRoleBinding", binding.ObjectMeta), Value: binding})
}
