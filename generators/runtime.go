package generators

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wellknown"
)

// syncRuntime returns the objects of the component's sync runtime, whose Role names this component's Secrets only.
func (c component) syncRuntime(sync *plan.Sync) []Object {
	objects := []Object{
		c.runtimeServiceAccount(),
		c.runtimeRole(sync),
		c.runtimeRoleBinding(),
		c.runtimeDeployment(sync),
	}
	objects = append(objects, c.runtimePolicies(sync)...)
	if sync.MetricsFrom != "" {
		objects = append(objects, c.runtimePodMonitor())
	}
	return objects
}

func (c component) runtimeServiceAccount() Object {
	return &corev1.ServiceAccount{
		TypeMeta:                     typeMeta("v1", "ServiceAccount"),
		ObjectMeta:                   c.meta(wellknown.RuntimeName),
		AutomountServiceAccountToken: new(false),
	}
}

// runtimeRole names every Secret. create and patch together let a server-side apply create and update a Secret of that
// name and no other; list and watch with a name are allowed for a field selector on that name only. Facts:
// docs/facts.md, "Rights on one Secret".
func (c component) runtimeRole(sync *plan.Sync) Object {
	targets, secrets := c.secretNames()
	rules := []rbacv1.PolicyRule{
		named(rule("", []string{"secrets"}, []string{"create", "patch"}), targets),
		named(rule("", []string{"secrets"}, readVerbs), secrets),
		rule(wellknown.ExternalSecretsGroup, []string{"externalsecrets", "secretstores"}, []string{"list", "watch"}),
		rule(
			wellknown.ExternalSecretsGroup,
			[]string{"externalsecrets/status", "secretstores/status"},
			[]string{"patch"},
		),
		rule("", []string{"events"}, []string{"create"}), // of the leader election, which tells each once
		rule("events.k8s.io", []string{"events"}, []string{"create", "patch"}),
		rule("coordination.k8s.io", []string{"leases"}, []string{"create"}),
		named(
			rule("coordination.k8s.io", []string{"leases"}, []string{"get", "update"}),
			[]string{wellknown.RuntimeName},
		),
	}
	if sync.Restart {
		workloads := []string{"daemonsets", "deployments", "statefulsets"}
		rules = append(rules,
			rule("apps", workloads, []string{"list", "patch", "watch"}),
			rule("", []string{"pods"}, []string{"list"}), // to name those that no restart replaces
		)
	}
	return &rbacv1.Role{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "Role"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		Rules:      rules,
	}
}

// secretNames are the Secrets that the runtime writes, and all that it reads: those and the credentials.
func (c component) secretNames() (targets, all []string) {
	for _, group := range c.Groups {
		targets = append(targets, group.Target)
		all = append(all, group.Target, group.Credentials.Name)
	}
	slices.Sort(targets)
	slices.Sort(all)
	return targets, all
}

func named(rule rbacv1.PolicyRule, names []string) rbacv1.PolicyRule {
	rule.ResourceNames = names
	return rule
}

func (c component) runtimeRoleBinding() Object {
	return &rbacv1.RoleBinding{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "RoleBinding"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: wellknown.RuntimeName},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: c.Namespace,
			Name: wellknown.RuntimeName}},
	}
}
