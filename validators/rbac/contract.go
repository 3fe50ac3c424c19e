package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/spec"
)

// What the roles of a Segregation allow in the namespace of their component, in the form of builtinRoles. It is what
// docs/generated.md promises.
const (
	observing = `
read : core : endpoints events limitranges pods/log pods/status resourcequotas serviceaccounts
read : discovery.k8s.io : endpointslices
read : events.k8s.io : events
read : external-secrets.io : externalsecrets secretstores
read : networking.k8s.io : networkpolicies
`
	workloads = `
VERBS : core : configmaps persistentvolumeclaims pods services
VERBS : apps : daemonsets deployments deployments/scale replicasets statefulsets statefulsets/scale
VERBS : autoscaling : horizontalpodautoscalers
VERBS : batch : cronjobs jobs
VERBS : networking.k8s.io : ingresses
VERBS : policy : poddisruptionbudgets
`
	administering = `
read : core : events secrets
read write : external-secrets.io : externalsecrets secretstores
`
)

// right is one verb on one resource, of every name or of one.
type right struct{ verb, group, resource, name string }

func (r right) text() string {
	text := request(r.verb, r.group, r.resource).String()
	if r.name != "" {
		text += " named " + namesText([]string{r.name})
	}
	return text
}

// contractOf has the rules of a role of a Segregation.
func contractOf(role spec.Role) []rbacv1.PolicyRule {
	switch role {
	case spec.RoleViewer:
		return readRules(strings.ReplaceAll(workloads, "VERBS", "read") + observing)
	case spec.RoleDeveloper:
		return readRules(strings.ReplaceAll(workloads, "VERBS", "read write") + observing)
	case spec.RoleSecretsAdmin:
		return readRules(administering)
	}
	return nil
}

func readRules(text string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			rules = append(rules, builtinRule(strings.Split(line, " : ")))
		}
	}
	return rules
}

// rightsOf writes a rule out. Wildcards are rights of that name.
func rightsOf(rule *rbacv1.PolicyRule) []right {
	names := rule.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	rights := make([]right, 0, len(rule.Verbs)*len(rule.APIGroups)*len(rule.Resources)*len(names))
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				for _, name := range names {
					rights = append(rights, right{verb, group, resource, name})
				}
			}
		}
	}
	return rights
}

// means says whether the API server ever asks for a right: subresources have few verbs.
func (r right) means() bool {
	_, sub, isSub := strings.Cut(r.resource, "/")
	switch {
	case sub == "scale":
		return slices.Contains([]string{"get", "patch", "update"}, r.verb)
	case isSub && r.group == "":
		return r.verb == "get"
	}
	return true
}

// comparison is what parts a role from what it must be.
type comparison struct {
	// extra are the rights of each rule that the role must not have.
	extra [][]right
	// lacking are those that it must have and does not.
	lacking []right
}

// compare holds the rules of a role against its contract. A rule for some names is less than one without.
func compare(rules []rule, contract []rbacv1.PolicyRule) comparison {
	want := map[right]bool{}
	for i := range contract {
		for _, r := range rightsOf(&contract[i]) {
			want[r] = true
		}
	}
	result := comparison{extra: make([][]right, len(rules))}
	has := map[right]bool{}
	for i, rule := range rules {
		for _, r := range rightsOf(rule.PolicyRule) {
			has[r] = true
			if ofAny := (right{r.verb, r.group, r.resource, ""}); !want[r] && !want[ofAny] {
				result.extra[i] = append(result.extra[i], r)
			}
		}
	}
	for i := range contract {
		for _, r := range rightsOf(&contract[i]) {
			if !has[r] && r.means() && !allowedByAny(rules, r) {
				result.lacking = append(result.lacking, r)
			}
		}
	}
	return result
}

func allowedByAny(rules []rule, r right) bool {
	asked := request(r.verb, r.group, r.resource)
	asked.Name = r.name
	return slices.ContainsFunc(rules, func(rule rule) bool { return matches(rule.PolicyRule, asked) })
}

func (c comparison) exceeds() bool {
	return slices.ContainsFunc(c.extra, func(rights []right) bool { return len(rights) > 0 })
}

func rightsText(rights []right) string {
	texts := make([]string, len(rights))
	for i, r := range rights {
		texts[i] = r.text()
	}
	return listed(texts)
}
