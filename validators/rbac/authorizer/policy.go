// Package authorizer decides RBAC requests as the API server does: whether a user is allowed one, and by which rule. It
// adds the roles and bindings that every cluster has.
package authorizer

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Kinds of roles and bindings.
const (
	RoleKind               = "Role"
	ClusterRoleKind        = "ClusterRole"
	RoleBindingKind        = "RoleBinding"
	ClusterRoleBindingKind = "ClusterRoleBinding"
)

// Objects are the roles and bindings of a cluster, without those that every cluster has.
type Objects struct {
	Roles               []*rbacv1.Role
	ClusterRoles        []*rbacv1.ClusterRole
	RoleBindings        []*rbacv1.RoleBinding
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding
}

// Policy is all of the RBAC of a cluster. The zero value allows nothing.
type Policy struct {
	bindings []*Binding
	// clusterWide has the ClusterRoleBindings by subject, namespaced the RoleBindings by namespace and subject.
	clusterWide map[Identity][]Grantee
	namespaced  map[namespacedIdentity][]Grantee
	// roles has ClusterRoles with an empty namespace.
	roles map[types.NamespacedName]*Role
}

type namespacedIdentity struct {
	namespace string
	Identity
}

// Binding is a RoleBinding or a ClusterRoleBinding.
type Binding struct {
	// Object is nil for a binding that every cluster has.
	Object metav1.Object
	// ClusterWide is true for a ClusterRoleBinding. A RoleBinding grants the rights of its role in Namespace only.
	ClusterWide bool
	Namespace   string
	Subjects    []rbacv1.Subject
	RoleRef     rbacv1.RoleRef
	// Role is nil where it does not exist.
	Role *Role
}

// Grantee is one subject of a binding.
type Grantee struct {
	*Binding
	// Index of the subject in the subjects of the binding.
	Index int
}

// Reason is what allows a request: a rule of the role that a binding grants to one of its subjects.
type Reason struct {
	Grantee
	Rule Rule
}

// New reads roles and bindings. They must not change afterwards.
func New(in Objects) *Policy {
	p := &Policy{clusterWide: map[Identity][]Grantee{}, namespaced: map[namespacedIdentity][]Grantee{},
		roles: rolesOf(in)}
	for _, b := range builtinBindings() {
		p.add(&Binding{ClusterWide: true, Subjects: b.Subjects, RoleRef: b.RoleRef})
	}
	for _, b := range in.ClusterRoleBindings {
		p.add(&Binding{Object: b, ClusterWide: true, Subjects: b.Subjects, RoleRef: b.RoleRef})
	}
	for _, b := range in.RoleBindings {
		p.add(&Binding{Object: b, Namespace: b.Namespace, Subjects: b.Subjects, RoleRef: b.RoleRef})
	}
	return p
}

func (p *Policy) add(b *Binding) {
	b.Role = p.roleOf(b)
	p.bindings = append(p.bindings, b)
	for i, subject := range b.Subjects {
		identity, is := IdentityOf(subject, b.Namespace)
		switch {
		case !is:
		case b.ClusterWide:
			p.clusterWide[identity] = append(p.clusterWide[identity], Grantee{b, i})
		default:
			at := namespacedIdentity{b.Namespace, identity}
			p.namespaced[at] = append(p.namespaced[at], Grantee{b, i})
		}
	}
}

// roleOf is the role that a binding refers to; nil where there is none.
func (p *Policy) roleOf(b *Binding) *Role {
	switch {
	case b.RoleRef.Kind == ClusterRoleKind:
		return p.Role("", b.RoleRef.Name)
	case b.RoleRef.Kind == RoleKind && !b.ClusterWide:
		return p.Role(b.Namespace, b.RoleRef.Name)
	}
	return nil
}

// Role finds a Role or, without a namespace, a ClusterRole; nil where there is none.
func (p *Policy) Role(namespace, name string) *Role {
	return p.roles[types.NamespacedName{Namespace: namespace, Name: name}]
}

// Bindings are those that every cluster has, the ClusterRoleBindings and the RoleBindings, in this order.
func (p *Policy) Bindings() []*Binding { return p.bindings }

// Grants are the subjects of ClusterRoleBindings, and of the RoleBindings of a namespace, with an identity.
func (p *Policy) Grants(identity Identity, namespace string) []Grantee {
	return slices.Concat(p.clusterWide[identity], p.namespaced[namespacedIdentity{namespace, identity}])
}

// Allowed reports whether RBAC allows a request of a user, and by which rule. Other authorizers (that of nodes,
// webhooks) may allow more.
func (p *Policy) Allowed(user User, r Request) (Reason, bool) {
	identities := user.identities()
	for _, identity := range identities {
		if reason, allowed := allowedBy(p.clusterWide[identity], r); allowed {
			return reason, true
		}
	}
	if r.Namespace == "" || r.URL != "" {
		return Reason{}, false
	}
	for _, identity := range identities {
		if reason, allowed := allowedBy(p.namespaced[namespacedIdentity{r.Namespace, identity}], r); allowed {
			return reason, true
		}
	}
	return Reason{}, false
}

func allowedBy(grantees []Grantee, r Request) (Reason, bool) {
	for _, g := range grantees {
		if g.Role == nil {
			continue
		}
		if i := slices.IndexFunc(g.Role.Rules, func(rule Rule) bool { return RuleAllows(rule.PolicyRule, r) }); i >= 0 {
			return Reason{Grantee: g, Rule: g.Role.Rules[i]}, true
		}
	}
	return Reason{}, false
}
