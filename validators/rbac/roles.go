package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/objects"
)

// role is a Role or ClusterRole with the rules that it has in the end.
type role struct {
	// object is nil for one that every cluster has and the input does not change.
	object *objects.Object
	name   string
	labels labels.Set
	rules  []rule
	// aggregates is empty for a role that has rules of its own.
	aggregates []labels.Selector

	grants []grant
	judged bool
}

// rule is one rule and where it was written.
type rule struct {
	*rbacv1.PolicyRule
	// object is nil for a rule that every cluster has.
	object *objects.Object
	index  int
	// from is the name of the role that it was written in.
	from string
}

func (p *Policy) readRoles(set *objects.Set) {
	var cluster []*role
	for _, builtin := range BuiltinClusterRoles() {
		r := newRole(nil, builtin.Name, builtin.Labels, builtin.Rules, builtin.AggregationRule)
		p.roles[place{"", r.name}] = r
		cluster = append(cluster, r)
	}
	for _, o := range set.ClusterRoles {
		r := newRole(o.Object, o.Name, o.Labels, o.Value.Rules, o.Value.AggregationRule)
		if known := p.roles[place{"", r.name}]; known != nil {
			known.join(r)
			continue
		}
		p.roles[place{"", r.name}] = r
		cluster = append(cluster, r)
	}
	aggregate(cluster)
	for _, o := range set.Roles {
		p.roles[place{o.Namespace, o.Name}] = newRole(o.Object, o.Name, o.Labels, o.Value.Rules, nil)
	}
}

func newRole(o *objects.Object, name string, set map[string]string, rules []rbacv1.PolicyRule, aggregation *rbacv1.AggregationRule) *role {
	r := &role{object: o, name: name, labels: set}
	if aggregation != nil {
		for i := range aggregation.ClusterRoleSelectors {
			selector, err := metav1.LabelSelectorAsSelector(&aggregation.ClusterRoleSelectors[i])
			if err != nil {
				selector = labels.Nothing() // the API server refuses the role
			}
			r.aggregates = append(r.aggregates, selector)
		}
	}
	if len(r.aggregates) > 0 {
		return r // the controller replaces what rules are written
	}
	for i := range rules {
		r.rules = append(r.rules, rule{PolicyRule: &rules[i], object: o, index: i, from: name})
	}
	return r
}

// join adds what the input says of a role that every cluster has. The API server puts back what is taken from one when it
// starts, and leaves what is added.
func (r *role) join(other *role) {
	r.object = other.object
	r.labels = labels.Merge(r.labels, other.labels)
	r.aggregates = append(r.aggregates, other.aggregates...)
	r.rules = append(r.rules, other.rules...)
	if len(r.aggregates) > 0 {
		r.rules = nil
	}
}

// aggregate gives the roles that are made of others their rules, as the controller of Kubernetes does: in rounds, until
// nothing changes, since roles may be made of such roles.
//
// Source: pkg/controller/clusterroleaggregation of Kubernetes 1.36.
func aggregate(roles []*role) {
	sorted := slices.Clone(roles)
	slices.SortStableFunc(sorted, func(a, b *role) int { return cmp.Compare(a.name, b.name) })
	for changed := true; changed; {
		changed = false
		for _, r := range sorted {
			if len(r.aggregates) == 0 {
				continue
			}
			if rules := r.collect(sorted); len(rules) > len(r.rules) {
				r.rules, changed = rules, true
			}
		}
	}
}

// collect has the rules of the roles that r selects, each once.
func (r *role) collect(sorted []*role) []rule {
	var rules []rule
	known := map[string]bool{}
	for _, selector := range r.aggregates {
		for _, other := range sorted {
			if other == r || !selector.Matches(other.labels) {
				continue
			}
			for _, rule := range other.rules {
				if key := rule.key(); !known[key] {
					known[key] = true
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules
}

// key is the same for rules that say the same in the same order.
func (r rule) key() string {
	lists := [][]string{r.Verbs, r.APIGroups, r.Resources, r.ResourceNames, r.NonResourceURLs}
	parts := make([]string, len(lists))
	for i, list := range lists {
		parts[i] = strings.Join(list, "\n")
	}
	return strings.Join(parts, "\n\n")
}
