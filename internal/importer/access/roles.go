package access

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// right is one verb on one resource of one API group.
type right struct{ group, resource, verb string }

func (r right) String() string {
	if r.group == "" {
		return r.verb + " " + r.resource
	}
	return r.verb + " " + r.resource + "." + r.group
}

// roles are those of a Segregation, the least first.
var roles = []spec.Role{spec.RoleViewer, spec.RoleDeveloper, spec.RoleSecretsAdmin}

var (
	readVerbs  = []string{"get", "list", "watch"}
	writeVerbs = []string{"create", "delete", "deletecollection", "patch", "update"}
)

// workloadResources are written by developers and read by viewers. A test holds these lists against what is generated.
func workloadResources() map[string][]string {
	return map[string][]string{
		"": {"configmaps", "persistentvolumeclaims", "pods", "services"},
		"apps": {"daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets",
			"statefulsets/scale"},
		"autoscaling":             {"horizontalpodautoscalers"},
		"batch":                   {"cronjobs", "jobs"},
		wellknown.NetworkingGroup: {"ingresses"},
		"policy":                  {"poddisruptionbudgets"},
	}
}

// observedResources are read by viewers and developers.
func observedResources() map[string][]string {
	return map[string][]string{
		"": {"endpoints", "events", "limitranges", "pods/log", "pods/status", "resourcequotas",
			"serviceaccounts"},
		"apps":                         {"controllerrevisions"},
		"discovery.k8s.io":             {"endpointslices"},
		"events.k8s.io":                {"events"},
		wellknown.ExternalSecretsGroup: {"externalsecrets", "secretstores"},
		"gateway.networking.k8s.io":    {"gateways", "grpcroutes", "httproutes"},
		"metrics.k8s.io":               {"pods"},
		wellknown.NetworkingGroup:      {"networkpolicies"},
	}
}

// rightsOf is everything that a role may do.
func rightsOf(role spec.Role) map[right]bool {
	rights := map[right]bool{}
	add := func(resources map[string][]string, verbs []string) {
		for group, names := range resources {
			for _, name := range names {
				for _, verb := range verbs {
					rights[right{group, name, verb}] = true
				}
			}
		}
	}
	switch role {
	case spec.RoleViewer:
		add(workloadResources(), readVerbs)
		add(observedResources(), readVerbs)
	case spec.RoleDeveloper:
		add(workloadResources(), slices.Concat(readVerbs, writeVerbs))
		add(observedResources(), readVerbs)
	case spec.RoleSecretsAdmin:
		add(map[string][]string{"": {"secrets", "events"}}, readVerbs)
		add(map[string][]string{wellknown.ExternalSecretsGroup: {"externalsecrets", "secretstores"}},
			slices.Concat(readVerbs, writeVerbs))
	}
	return rights
}

// fitting is the first role that may do all that the rules allow; exactly is true where it may do no more. Where there
// is none, missing is the first right that a developer does not have.
func fitting(rules []rbacv1.PolicyRule) (role spec.Role, exactly bool, missing string) {
	wanted, named, unknown := rightsIn(rules)
	if unknown != "" {
		return "", false, unknown
	}
	for _, role := range roles {
		has := rightsOf(role)
		i := slices.IndexFunc(wanted, func(r right) bool { return !has[r] })
		switch {
		case i < 0 && named && role == spec.RoleSecretsAdmin:
			return "", false, "rights on some Secrets by their names"
		case i < 0:
			return role, len(wanted) == len(has) && !named, ""
		case role == spec.RoleDeveloper:
			missing = wanted[i].String()
		}
	}
	return "", false, missing
}

// rightsIn lists the rights that rules give. named is true where some are for objects of certain names only. unknown
// names what is no list of rights: wildcards and paths; empty where there is none.
func rightsIn(rules []rbacv1.PolicyRule) (rights []right, named bool, unknown string) {
	for _, rule := range rules {
		named = named || len(rule.ResourceNames) > 0
		if len(rule.NonResourceURLs) > 0 {
			return nil, named, "nonResourceURLs"
		}
		for _, list := range [][]string{rule.APIGroups, rule.Resources, rule.Verbs} {
			if slices.Contains(list, "*") {
				return nil, named, `"*" (everything)`
			}
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					if r := (right{group, resource, verb}); !slices.Contains(rights, r) {
						rights = append(rights, r)
					}
				}
			}
		}
	}
	return rights, named, ""
}
