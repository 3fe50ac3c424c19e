package authorizer

import (
	"cmp"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Users and groups that the API server assigns itself.
const (
	AuthenticatedGroup   = "system:authenticated"
	UnauthenticatedGroup = "system:unauthenticated"
	AnonymousUser        = "system:anonymous"
	MastersGroup         = "system:masters"
	// ControllerManager is the user of Kubernetes' controllers, who reads every Secret.
	ControllerManager = "system:kube-controller-manager"
	// ServiceAccountsGroup has every service account; followed by a colon and a namespace, those of the namespace.
	ServiceAccountsGroup = "system:serviceaccounts"

	// serviceAccountPrefix starts the user name of a service account. Format: system:serviceaccount:<namespace>:<name>.
	serviceAccountPrefix = "system:serviceaccount:"
)

// User is an authenticated user with its groups.
type User struct {
	Name   string
	Groups []string
}

// ServiceAccount is the user of a service account, with its groups.
func ServiceAccount(namespace, name string) User {
	return User{
		Name:   serviceAccountPrefix + namespace + ":" + name,
		Groups: []string{ServiceAccountsGroup, ServiceAccountsGroup + ":" + namespace, AuthenticatedGroup},
	}
}

// UserOf is a user that a subject of a binding matches, with the groups that all such users have.
func UserOf(subject rbacv1.Subject, bindingNamespace string) User {
	switch subject.Kind {
	case rbacv1.GroupKind:
		return memberOf(subject.Name)
	case rbacv1.ServiceAccountKind:
		return ServiceAccount(cmp.Or(subject.Namespace, bindingNamespace), subject.Name)
	}
	if namespace, name, is := SplitServiceAccount(subject.Name); is {
		return ServiceAccount(namespace, name)
	}
	if subject.Name == AnonymousUser {
		return User{Name: subject.Name, Groups: []string{UnauthenticatedGroup}}
	}
	return User{Name: subject.Name, Groups: []string{AuthenticatedGroup}}
}

func memberOf(group string) User {
	groups := []string{group}
	if group != UnauthenticatedGroup {
		groups = append(groups, AuthenticatedGroup)
	}
	if strings.HasPrefix(group, ServiceAccountsGroup+":") {
		groups = append(groups, ServiceAccountsGroup)
	}
	return User{Groups: groups}
}

// SplitServiceAccount splits the user name of a service account; is reports whether it is one.
func SplitServiceAccount(user string) (namespace, name string, is bool) {
	rest, is := strings.CutPrefix(user, serviceAccountPrefix)
	if !is {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}

// Identity identifies a user or a group. Service accounts are users.
type Identity struct{ Kind, Name string }

// IdentityOf is the identity of a subject; is reports whether it has one. A service account without a namespace is in
// that of its RoleBinding.
//
// Facts: docs/facts.md, "Subjects of RBAC".
func IdentityOf(subject rbacv1.Subject, bindingNamespace string) (identity Identity, is bool) {
	switch subject.Kind {
	case rbacv1.UserKind, rbacv1.GroupKind:
		return Identity{subject.Kind, subject.Name}, true
	case rbacv1.ServiceAccountKind:
		if namespace := cmp.Or(subject.Namespace, bindingNamespace); namespace != "" {
			return Identity{rbacv1.UserKind, ServiceAccount(namespace, subject.Name).Name}, true
		}
	}
	return Identity{}, false
}

// ServiceAccount is the service account that an identity is of; is reports whether it is of one.
func (i Identity) ServiceAccount() (namespace, name string, is bool) {
	if i.Kind != rbacv1.UserKind {
		return "", "", false
	}
	return SplitServiceAccount(i.Name)
}

// identities are those of the subjects that match the user.
func (u User) identities() []Identity {
	identities := make([]Identity, 0, 1+len(u.Groups))
	identities = append(identities, Identity{rbacv1.UserKind, u.Name})
	for _, group := range u.Groups {
		identities = append(identities, Identity{rbacv1.GroupKind, group})
	}
	return identities
}
