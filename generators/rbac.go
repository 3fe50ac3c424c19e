package generators

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

var (
	readVerbs  = []string{"get", "list", "watch"}
	writeVerbs = []string{"create", "delete", "deletecollection", "patch", "update"}
)

// access returns each role that has subjects, with its binding.
func (c component) access() []Object {
	var objects []Object
	for _, access := range c.Access {
		if _, isOfCluster := access.Role.ClusterRole(); !isOfCluster {
			objects = append(objects, c.role(access.Role))
		}
		objects = append(objects, c.roleBinding(access))
	}
	return objects
}

func (c component) roleName(role spec.Role) string {
	if name, is := role.ClusterRole(); is {
		return c.Name + "-clusterrole-" + name
	}
	return c.Name + "-" + string(role)
}

func (c component) role(role spec.Role) Object {
	return &rbacv1.Role{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "Role"),
		ObjectMeta: c.meta(c.roleName(role)),
		Rules:      rules(role),
	}
}

func (c component) roleBinding(access plan.Access) Object {
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: c.roleName(access.Role)}
	if name, is := access.Role.ClusterRole(); is {
		ref.Kind, ref.Name = "ClusterRole", name
	}
	return &rbacv1.RoleBinding{
		TypeMeta:   typeMeta(rbacv1.SchemeGroupVersion.String(), "RoleBinding"),
		ObjectMeta: c.meta(c.roleName(access.Role)),
		RoleRef:    ref,
		Subjects:   access.Subjects,
	}
}

// rules lists what a role may do. No role may read Secrets but secrets-admin; none may enter a pod (pods/exec, attach,
// portforward, ephemeralcontainers, proxy), mint tokens, or write RBAC, NetworkPolicies and quotas.
func rules(role spec.Role) []rbacv1.PolicyRule {
	switch role {
	case spec.RoleViewer:
		return append(workloadRules(readVerbs), observationRules()...)
	case spec.RoleDeveloper:
		return append(workloadRules(slices.Concat(readVerbs, writeVerbs)), observationRules()...)
	case spec.RoleSecretsAdmin:
		return []rbacv1.PolicyRule{
			rule("", []string{"secrets"}, readVerbs),
			rule("", []string{"events"}, readVerbs),
			rule(wellknown.ExternalSecretsGroup, []string{"externalsecrets", "secretstores"},
				slices.Concat(readVerbs, writeVerbs)),
		}
	}
	return nil
}

func workloadRules(verbs []string) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		rule("", []string{"configmaps", "persistentvolumeclaims", "pods", "services"}, verbs),
		rule("apps", []string{
			"daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets", "statefulsets/scale",
		}, verbs),
		rule("autoscaling", []string{"horizontalpodautoscalers"}, verbs),
		rule("batch", []string{"cronjobs", "jobs"}, verbs),
		rule(wellknown.NetworkingGroup, []string{"ingresses"}, verbs),
		rule("policy", []string{"poddisruptionbudgets"}, verbs),
	}
}

// observationRules are read-only for every role.
func observationRules() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		rule("", []string{
			"endpoints", "events", "limitranges", "pods/log", "pods/status", "resourcequotas", "serviceaccounts",
		}, readVerbs),
		rule("apps", []string{"controllerrevisions"}, readVerbs),
		rule("discovery.k8s.io", []string{"endpointslices"}, readVerbs),
		rule("events.k8s.io", []string{"events"}, readVerbs),
		rule(wellknown.ExternalSecretsGroup, []string{"externalsecrets", "secretstores"}, readVerbs),
		rule("gateway.networking.k8s.io", []string{"gateways", "grpcroutes", "httproutes"}, readVerbs),
		rule("metrics.k8s.io", []string{"pods"}, readVerbs),
		rule(wellknown.NetworkingGroup, []string{"networkpolicies"}, readVerbs),
	}
}

func rule(group string, resources, verbs []string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: resources,
		Verbs: slices.Sorted(slices.Values(verbs))}
}
