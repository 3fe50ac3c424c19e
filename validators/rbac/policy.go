package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
)

const (
	kindRole        = "Role"
	kindClusterRole = "ClusterRole"

	groupAuthenticated   = "system:authenticated"
	groupUnauthenticated = "system:unauthenticated"
	groupServiceAccounts = "system:serviceaccounts"
	userAnonymous        = "system:anonymous"
	// serviceAccountUser starts the user name of a service account. Format: system:serviceaccount:<namespace>:<name>.
	serviceAccountUser = "system:serviceaccount:"
)

// User is somebody as the API server sees them once authenticated.
type User struct {
	Name   string
	Groups []string
}

// ServiceAccount is the user that pods of a service account are, with the groups that it is in.
func ServiceAccount(namespace, name string) User {
	return User{
		Name:   serviceAccountUser + namespace + ":" + name,
		Groups: []string{groupServiceAccounts, groupServiceAccounts + ":" + namespace, groupAuthenticated},
	}
}

// Reason says what allows a request.
type Reason struct {
	// Binding is nil for one that every cluster has.
	Binding *objects.Object
	// Subject is the index in the binding's subjects.
	Subject int
	// Role is nil for one that every cluster has.
	Role *objects.Object
	// Rule is the index in the rules of Role, or in those of the role that Role has taken them from.
	Rule int
}

// Policy is all of the RBAC of a cluster: what the manifests say and what every cluster has.
type Policy struct {
	bindings []*binding
	// cluster has the ClusterRoleBindings by subject, local the RoleBindings by namespace and subject.
	cluster map[string][]bound
	local   map[place][]bound
	roles   map[place]*role
	// byName has the RoleBindings.
	byName map[place]*binding
}

// place is a name in a namespace, which is empty for what is in none.
type place struct{ namespace, name string }

// bound is one subject of a binding.
type bound struct {
	*binding
	subject int
}

// binding is a RoleBinding or ClusterRoleBinding.
type binding struct {
	// object is nil for a binding that every cluster has.
	object *objects.Object
	// cluster says that it is a ClusterRoleBinding. Otherwise it gives rights in namespace.
	cluster   bool
	namespace string
	subjects  []rbacv1.Subject
	ref       rbacv1.RoleRef
	// role is nil where it is not known.
	role *role
}

// NewPolicy reads the roles and bindings of the input.
func NewPolicy(set *objects.Set) *Policy {
	p := &Policy{cluster: map[string][]bound{}, local: map[place][]bound{}, roles: map[place]*role{}, byName: map[place]*binding{}}
	p.readRoles(set)
	for _, b := range builtinBindings() {
		p.add(&binding{cluster: true, subjects: b.Subjects, ref: b.RoleRef})
	}
	for _, o := range set.ClusterRoleBindings {
		p.add(&binding{object: o.Object, cluster: true, subjects: o.Value.Subjects, ref: o.Value.RoleRef})
	}
	for _, o := range set.RoleBindings {
		p.add(&binding{object: o.Object, namespace: o.Namespace, subjects: o.Value.Subjects, ref: o.Value.RoleRef})
	}
	return p
}

func (p *Policy) add(b *binding) {
	b.role = p.roleOf(b)
	p.bindings = append(p.bindings, b)
	if b.object != nil && !b.cluster {
		p.byName[place{b.namespace, b.object.Name}] = b
	}
	for i, subject := range b.subjects {
		key := subjectKey(subject, b.namespace)
		switch {
		case key == "":
		case b.cluster:
			p.cluster[key] = append(p.cluster[key], bound{b, i})
		default:
			at := place{b.namespace, key}
			p.local[at] = append(p.local[at], bound{b, i})
		}
	}
}

// roleOf is the role that a binding refers to; nil where there is none.
func (p *Policy) roleOf(b *binding) *role {
	switch {
	case b.ref.Kind == kindClusterRole:
		return p.roles[place{"", b.ref.Name}]
	case b.ref.Kind == kindRole && !b.cluster:
		return p.roles[place{b.namespace, b.ref.Name}]
	}
	return nil
}

// subjectKey tells subjects apart as the authorizer does: service accounts are users. A service account without a namespace
// is in that of its RoleBinding. It is empty for what is no subject.
//
// Source: pkg/registry/rbac/validation/rule.go of Kubernetes 1.36.
func subjectKey(subject rbacv1.Subject, bindingNamespace string) string {
	switch subject.Kind {
	case rbacv1.UserKind:
		return "user " + subject.Name
	case rbacv1.GroupKind:
		return "group " + subject.Name
	case rbacv1.ServiceAccountKind:
		namespace := subject.Namespace
		if namespace == "" {
			namespace = bindingNamespace
		}
		if namespace != "" {
			return "user " + serviceAccountUser + namespace + ":" + subject.Name
		}
	}
	return ""
}

// keys are those of the subjects that stand for the user.
func (u User) keys() []string {
	keys := make([]string, 0, 1+len(u.Groups))
	keys = append(keys, "user "+u.Name)
	for _, group := range u.Groups {
		keys = append(keys, "group "+group)
	}
	return keys
}

// Allowed says whether RBAC lets a user do what is asked, and what lets it. Other authorizers (that of nodes, webhooks)
// may allow more.
func (p *Policy) Allowed(user User, r Request) (Reason, bool) {
	keys := user.keys()
	for _, key := range keys {
		if reason, allowed := allowedBy(p.cluster[key], r); allowed {
			return reason, true
		}
	}
	if r.Namespace == "" || r.URL != "" {
		return Reason{}, false
	}
	for _, key := range keys {
		if reason, allowed := allowedBy(p.local[place{r.Namespace, key}], r); allowed {
			return reason, true
		}
	}
	return Reason{}, false
}

func allowedBy(bindings []bound, r Request) (Reason, bool) {
	for _, b := range bindings {
		if b.role == nil {
			continue
		}
		i := slices.IndexFunc(b.role.rules, func(rule rule) bool { return matches(rule.PolicyRule, r) })
		if i >= 0 {
			rule := b.role.rules[i]
			return Reason{Binding: b.object, Subject: b.subject, Role: rule.object, Rule: rule.index}, true
		}
	}
	return Reason{}, false
}

// serviceAccountOf takes the user name of a service account apart.
func serviceAccountOf(user string) (namespace, name string, is bool) {
	rest, is := strings.CutPrefix(user, serviceAccountUser)
	if !is {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}
