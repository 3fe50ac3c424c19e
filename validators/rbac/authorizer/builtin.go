package authorizer

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// aggregationLabel is followed by the name of the role that takes the rules over.
const aggregationLabel = rbacv1.GroupName + "/aggregate-to-"

// BuiltinClusterRoles are the ClusterRoles that every cluster of Kubernetes 1.36 has, before aggregation, but for those
// of its controllers.
func BuiltinClusterRoles() []rbacv1.ClusterRole { return parseRoles(builtinRoles + builtinSystemRoles) }

// builtinRolesOfNamespaces are the Roles that every cluster has.
func builtinRolesOfNamespaces() []rbacv1.Role {
	var roles []rbacv1.Role
	for _, parsed := range parseRoles(builtinNamespacedRoles) {
		role := rbacv1.Role{Rules: parsed.Rules}
		role.Namespace, role.Name, _ = strings.Cut(parsed.Name, "/")
		roles = append(roles, role)
	}
	return roles
}

// parseRoles reads roles in the form of builtinRoles.
func parseRoles(text string) []rbacv1.ClusterRole {
	var roles []rbacv1.ClusterRole
	for line := range strings.Lines(text) {
		if head, is := strings.CutPrefix(line, "role "); is {
			roles = append(roles, roleHead(strings.Fields(head)))
		} else if line = strings.TrimSpace(line); line != "" {
			last := &roles[len(roles)-1]
			last.Rules = append(last.Rules, parseRule(line))
		}
	}
	return roles
}

// roleHead reads the first line of a role: NAME [aggregates] [into ROLE].
func roleHead(words []string) rbacv1.ClusterRole {
	role := rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: words[0]}}
	for i, word := range words {
		switch word {
		case "aggregates":
			selector := metav1.LabelSelector{MatchLabels: map[string]string{aggregationLabel + role.Name: "true"}}
			role.AggregationRule = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{selector}}
		case "into":
			role.Labels = map[string]string{aggregationLabel + words[i+1]: "true"}
		}
	}
	return role
}

// builtinBindings are the ClusterRoleBindings of groups that every cluster has. Those of Kubernetes' own programs are
// left out, since none of them is a component.
func builtinBindings() []rbacv1.ClusterRoleBinding {
	var bindings []rbacv1.ClusterRoleBinding
	for _, b := range []struct{ role, groups string }{
		{"cluster-admin", MastersGroup},
		{"system:monitoring", "system:monitoring"},
		{"system:basic-user", AuthenticatedGroup},
		{"system:discovery", AuthenticatedGroup},
		{"system:public-info-viewer", AuthenticatedGroup + " " + UnauthenticatedGroup},
		{"system:service-account-issuer-discovery", ServiceAccountsGroup},
	} {
		binding := rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: b.role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: ClusterRoleKind, Name: b.role},
		}
		for group := range strings.FieldsSeq(b.groups) {
			binding.Subjects = append(binding.Subjects, rbacv1.Subject{Kind: rbacv1.GroupKind, Name: group})
		}
		bindings = append(bindings, binding)
	}
	return bindings
}
