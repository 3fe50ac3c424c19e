package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// namesIdentities reports whether the names of a grant are those of users and roles, and not of objects in a namespace.
func namesIdentities(g privilege.Grant) bool {
	return g.Code == finding.Impersonates || g.Verb == "bind"
}

// effective reports whether one of the names of a grant is that of something in a namespace that leads to a secret. A
// grant on every name always is. It is not known where the input does not have what is named.
func (j *judge) effective(namespace string, g privilege.Grant) ternary.Answer {
	if g.Names == nil || g.Creates {
		return ternary.Yes
	}
	best := ternary.No
	for _, name := range g.Names {
		best = ternary.Or(best, j.effectiveOn(namespace, g, name))
	}
	return best
}

func (j *judge) effectiveOn(namespace string, g privilege.Grant, name string) ternary.Answer {
	switch {
	case g.Resource == "customresourcedefinitions" || g.Resource == "apiservices":
		if strings.HasSuffix(name, "."+wellknown.ExternalSecretsGroup) {
			return ternary.Yes
		}
		return ternary.Unknown
	case g.Verb == "bind" && g.Resource == "clusterroles":
		return j.leadsToSecrets(j.policy.Role("", name))
	case g.Verb == "bind":
		return j.leadsToSecrets(j.policy.Role(namespace, name))
	case g.Code == finding.Impersonates && g.Resource != "serviceaccounts":
		return j.isPrivileged(impersonated(g.Resource, name))
	case j.names().has(namespace, g.Resource, name):
		return ternary.Yes
	}
	return ternary.Unknown
}

// leadsToSecrets reports whether a role grants a privilege; role is nil where it is not in the input.
func (j *judge) leadsToSecrets(role *authorizer.Role) ternary.Answer {
	if role == nil {
		return ternary.Unknown
	}
	return ternary.Of(len(j.catalog.Grants(role)) > 0)
}

// impersonated is the identity that a right to impersonate names. Nodes have none that bindings name.
func impersonated(resource, name string) authorizer.Identity {
	kinds := map[string]string{"users": rbacv1.UserKind, "groups": rbacv1.GroupKind}
	return authorizer.Identity{Kind: kinds[resource], Name: name}
}

// isPrivileged reports whether a user or group has a role that grants a privilege, or is Kubernetes' own, trusted or a
// component's.
func (j *judge) isPrivileged(identity authorizer.Identity) ternary.Answer {
	isKubernetes := identity.Name == authorizer.MastersGroup || identity.Name == authorizer.ControllerManager
	if isKubernetes || j.isTrusted(namespaceOfIdentity(identity)) {
		return ternary.Yes
	}
	if j.realms.Of(namespaceOfIdentity(identity)) != nil {
		return ternary.Yes // a service account of another component
	}
	for _, b := range j.policy.Bindings() {
		for _, subject := range b.Subjects {
			bound, is := authorizer.IdentityOf(subject, b.Namespace)
			if is && bound == identity && b.Role != nil && j.leadsToSecrets(b.Role) == ternary.Yes {
				return ternary.Yes
			}
		}
	}
	return ternary.Unknown
}

// isOverOwnNamespaces reports whether a permission is on Namespaces by their names, each of a component of the principal.
func (j *judge) isOverOwnNamespaces(g privilege.Grant, p principal) bool {
	return g.Resource == "namespaces" && len(g.Names) > 0 && !slices.ContainsFunc(g.Names, func(name string) bool {
		component := j.realms.Of(name)
		return component == nil || !p.belongsTo(component)
	})
}
