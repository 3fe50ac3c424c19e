package authorizer

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
)

// Role is a Role or ClusterRole with its rules, after aggregation.
type Role struct {
	// Object is nil for a role that every cluster has and that the input does not change.
	Object metav1.Object
	Name   string
	Rules  []Rule

	labels labels.Set
	// aggregates is empty for a role that has rules of its own.
	aggregates []labels.Selector
}

// Rule is a rule, and where it is written.
type Rule struct {
	*rbacv1.PolicyRule
	// Role is the name of the role that the rule is written in: that of another one where roles are aggregated.
	Role string
	// Index in the rules of that role.
	Index int
	// Builtin is true for a rule that every cluster has.
	Builtin bool
}

// rolesOf reads the roles. Those that every cluster has are among them.
func rolesOf(in Objects) map[types.NamespacedName]*Role {
	roles := map[types.NamespacedName]*Role{}
	var clusterRoles []*Role
	add := func(r *Role) {
		at := types.NamespacedName{Name: r.Name}
		if known := roles[at]; known != nil {
			known.join(r)
			return
		}
		roles[at] = r
		clusterRoles = append(clusterRoles, r)
	}
	builtin := BuiltinClusterRoles()
	for i := range builtin {
		add(builtinRole(&builtin[i]))
	}
	for _, o := range in.ClusterRoles {
		add(clusterRole(o))
	}
	aggregate(clusterRoles)
	addRoles(roles, in.Roles)
	return roles
}

// addRoles adds the Roles of namespaces. To one that every cluster has, the input adds its rules.
func addRoles(roles map[types.NamespacedName]*Role, in []*rbacv1.Role) {
	builtin := builtinRolesOfNamespaces()
	for i := range builtin {
		o := &builtin[i]
		r := builtinRole(&rbacv1.ClusterRole{ObjectMeta: o.ObjectMeta, Rules: o.Rules})
		roles[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}] = r
	}
	for _, o := range in {
		at, r := types.NamespacedName{Namespace: o.Namespace, Name: o.Name}, newRole(o, o.Rules)
		if known := roles[at]; known != nil && known.Object == nil {
			known.join(r)
			continue
		}
		roles[at] = r
	}
}

func newRole(o metav1.Object, rules []rbacv1.PolicyRule) *Role {
	r := &Role{Object: o, Name: o.GetName(), labels: o.GetLabels(), Rules: make([]Rule, len(rules))}
	for i := range rules {
		r.Rules[i] = Rule{PolicyRule: &rules[i], Role: r.Name, Index: i}
	}
	return r
}

func clusterRole(o *rbacv1.ClusterRole) *Role {
	r := newRole(o, o.Rules)
	if o.AggregationRule == nil {
		return r
	}
	for i := range o.AggregationRule.ClusterRoleSelectors {
		selector, err := metav1.LabelSelectorAsSelector(&o.AggregationRule.ClusterRoleSelectors[i])
		if err != nil {
			selector = labels.Nothing() // the API server refuses the role
		}
		r.aggregates = append(r.aggregates, selector)
	}
	if len(r.aggregates) > 0 {
		r.Rules = nil // the controller replaces what is written
	}
	return r
}

func builtinRole(o *rbacv1.ClusterRole) *Role {
	r := clusterRole(o)
	r.Object = nil
	for i := range r.Rules {
		r.Rules[i].Builtin = true
	}
	return r
}

// join adds the rules of the input to a role that every cluster has. At its start the API server restores removed rules
// of such a role, and keeps added ones.
func (r *Role) join(other *Role) {
	r.Object = other.Object
	r.labels = labels.Merge(r.labels, other.labels)
	r.aggregates = append(r.aggregates, other.aggregates...)
	r.Rules = append(r.Rules, other.Rules...)
	if len(r.aggregates) > 0 {
		r.Rules = nil
	}
}

// aggregate gives the roles that are made of others their rules, as the controller of Kubernetes does: in rounds, until
// nothing changes, since roles may be made of such roles.
//
// Facts: docs/facts.md, "Aggregated roles".
func aggregate(roles []*Role) {
	sorted := slices.Clone(roles)
	slices.SortStableFunc(sorted, func(a, b *Role) int { return cmp.Compare(a.Name, b.Name) })
	for changed := true; changed; {
		changed = false
		for _, r := range sorted {
			if len(r.aggregates) == 0 {
				continue
			}
			if rules := r.collect(sorted); len(rules) > len(r.Rules) {
				r.Rules, changed = rules, true
			}
		}
	}
}

// collect lists the rules of the roles that r selects, each once.
func (r *Role) collect(sorted []*Role) []Rule {
	var rules []Rule
	known := map[string]bool{}
	for _, selector := range r.aggregates {
		for _, other := range sorted {
			if other == r || !selector.Matches(other.labels) {
				continue
			}
			for _, rule := range other.Rules {
				if key := rule.Key(); !known[key] {
					known[key] = true
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules
}

// Key is the same for rules that have the same items in the same order.
func (r Rule) Key() string {
	lists := [][]string{r.Verbs, r.APIGroups, r.Resources, r.ResourceNames, r.NonResourceURLs}
	texts := make([]string, len(lists))
	for i, list := range lists {
		texts[i] = strings.Join(list, "\n")
	}
	return strings.Join(texts, "\n\n")
}

// AllowsEverything reports whether a role allows every request for every resource.
func (r *Role) AllowsEverything() bool {
	return slices.ContainsFunc(r.Rules, func(rule Rule) bool {
		return slices.Contains(rule.Verbs, "*") && slices.Contains(rule.APIGroups, "*") &&
			slices.Contains(rule.Resources, "*") && len(rule.ResourceNames) == 0
	})
}
