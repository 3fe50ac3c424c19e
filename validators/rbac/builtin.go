package rbac

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// aggregationLabel is followed by the name of the role that takes the rules over.
const aggregationLabel = "rbac.authorization.k8s.io/aggregate-to-"

// BuiltinClusterRoles are the ClusterRoles that every cluster of Kubernetes 1.36 has, before aggregation, but for those of
// its controllers.
func BuiltinClusterRoles() []rbacv1.ClusterRole {
	var roles []rbacv1.ClusterRole
	for line := range strings.Lines(builtinRoles + builtinSystemRoles) {
		line = strings.TrimSpace(line)
		if head, is := strings.CutPrefix(line, "role "); is {
			roles = append(roles, builtinRole(strings.Fields(head)))
		} else if line != "" {
			last := &roles[len(roles)-1]
			last.Rules = append(last.Rules, builtinRule(strings.Split(line, " : ")))
		}
	}
	return roles
}

// builtinRole reads the first line of a role: NAME [aggregates] [into ROLE].
func builtinRole(head []string) rbacv1.ClusterRole {
	role := rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: head[0]}}
	for i, word := range head {
		switch word {
		case "aggregates":
			selector := metav1.LabelSelector{MatchLabels: map[string]string{aggregationLabel + role.Name: "true"}}
			role.AggregationRule = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{selector}}
		case "into":
			role.Labels = map[string]string{aggregationLabel + head[i+1]: "true"}
		}
	}
	return role
}

func builtinRule(parts []string) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{Verbs: words(parts[0])}
	if len(parts) == 2 {
		rule.NonResourceURLs = words(parts[1])
		return rule
	}
	rule.APIGroups, rule.Resources = words(parts[1]), words(parts[2])
	if len(parts) == 4 {
		rule.ResourceNames = words(parts[3])
	}
	return rule
}

const (
	readVerbs  = "get list watch"
	writeVerbs = "create delete deletecollection patch update"
)

// words splits a list, with read, write and core written out.
func words(list string) []string {
	var found []string
	for word := range strings.FieldsSeq(list) {
		switch word {
		case "read":
			found = append(found, strings.Fields(readVerbs)...)
		case "write":
			found = append(found, strings.Fields(writeVerbs)...)
		case "core":
			found = append(found, "")
		default:
			found = append(found, word)
		}
	}
	return found
}

// builtinBindings are the ClusterRoleBindings of groups that every cluster has. Those of Kubernetes' own programs are left
// out: no component is one.
func builtinBindings() []rbacv1.ClusterRoleBinding {
	var bindings []rbacv1.ClusterRoleBinding
	for _, b := range []struct{ role, groups string }{
		{"cluster-admin", "system:masters"},
		{"system:monitoring", "system:monitoring"},
		{"system:basic-user", groupAuthenticated},
		{"system:discovery", groupAuthenticated},
		{"system:public-info-viewer", groupAuthenticated + " " + groupUnauthenticated},
		{"system:service-account-issuer-discovery", groupServiceAccounts},
	} {
		binding := rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: b.role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kindClusterRole, Name: b.role},
		}
		for group := range strings.FieldsSeq(b.groups) {
			binding.Subjects = append(binding.Subjects, rbacv1.Subject{Kind: rbacv1.GroupKind, Name: group})
		}
		bindings = append(bindings, binding)
	}
	return bindings
}
