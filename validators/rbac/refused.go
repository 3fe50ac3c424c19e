package rbac

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// refused reports what the API server does not accept, so that the deploy fails.
//
// Source: pkg/apis/rbac/validation of Kubernetes 1.36.
func (c *check) refused() {
	for _, o := range c.set.Roles {
		c.refusedRules(o.Object, o.Value.Rules, true)
	}
	for _, o := range c.set.ClusterRoles {
		c.refusedRules(o.Object, o.Value.Rules, false)
		if a := o.Value.AggregationRule; a != nil && len(a.ClusterRoleSelectors) == 0 {
			c.refuse(o.Object, "aggregationRule.clusterRoleSelectors", "it must have at least one selector")
		}
	}
	for _, o := range c.set.RoleBindings {
		c.refusedRef(o.Object, o.Value.RoleRef, kindRole, kindClusterRole)
		c.refusedSubjects(o.Object, o.Value.Subjects, false)
	}
	for _, o := range c.set.ClusterRoleBindings {
		c.refusedRef(o.Object, o.Value.RoleRef, kindClusterRole)
		c.refusedSubjects(o.Object, o.Value.Subjects, true)
	}
}

func (c *check) refuse(o *objects.Object, field, problem string) {
	c.refusedObjects[o] = true
	c.report(o.About(finding.Finding{
		Code: finding.RBACRefused, Severity: finding.Error, Field: field,
		Message: "the API server refuses the " + o.Kind + ": " + problem,
		Fix:     "correct the field",
	}))
}

func (c *check) refusedRules(o *objects.Object, rules []rbacv1.PolicyRule, namespaced bool) {
	for i := range rules {
		rule, at := &rules[i], objects.Index("rules", i)
		if len(rule.Verbs) == 0 {
			c.refuse(o, at+".verbs", "the rule must have at least one verb")
		}
		if len(rule.NonResourceURLs) > 0 {
			switch {
			case namespaced:
				c.refuse(o, at+".nonResourceURLs", "a Role must not have URLs; only a ClusterRole may")
			case len(rule.APIGroups)+len(rule.Resources)+len(rule.ResourceNames) > 0:
				c.refuse(o, at+".nonResourceURLs", "the rule must have either URLs or resources, not both")
			}
			continue
		}
		if len(rule.APIGroups) == 0 {
			c.refuse(o, at+".apiGroups", `the rule must have at least one API group; the core group is ""`)
		}
		if len(rule.Resources) == 0 {
			c.refuse(o, at+".resources", "the rule must have at least one resource")
		}
	}
}

func (c *check) refusedRef(o *objects.Object, ref rbacv1.RoleRef, kinds ...string) {
	known := false
	for _, kind := range kinds {
		known = known || ref.Kind == kind
	}
	switch {
	case !known && len(kinds) == 1:
		c.refuse(o, "roleRef.kind", fmt.Sprintf("%q must be %s", ref.Kind, kinds[0]))
	case !known:
		c.refuse(o, "roleRef.kind", fmt.Sprintf("%q must be %s or %s", ref.Kind, kinds[0], kinds[1]))
	case ref.Name == "":
		c.refuse(o, "roleRef.name", "it must name a role")
	case ref.APIGroup != "" && ref.APIGroup != rbacv1.GroupName:
		c.refuse(o, "roleRef.apiGroup", fmt.Sprintf("%q must be %s", ref.APIGroup, rbacv1.GroupName))
	}
}

func (c *check) refusedSubjects(o *objects.Object, subjects []rbacv1.Subject, cluster bool) {
	for i, subject := range subjects {
		at := objects.Index("subjects", i)
		if subject.Name == "" {
			c.refuse(o, at+".name", "the subject must have a name")
		}
		switch subject.Kind {
		case rbacv1.ServiceAccountKind:
			if subject.APIGroup != "" {
				c.refuse(o, at+".apiGroup", fmt.Sprintf("%q must be left out: a ServiceAccount is in the core group", subject.APIGroup))
			}
			if cluster && subject.Namespace == "" {
				c.refuse(o, at+".namespace", fmt.Sprintf("the service account %q must have a namespace in a ClusterRoleBinding", subject.Name))
			}
		case rbacv1.UserKind, rbacv1.GroupKind:
			if subject.APIGroup != "" && subject.APIGroup != rbacv1.GroupName {
				c.refuse(o, at+".apiGroup", fmt.Sprintf("%q must be %s", subject.APIGroup, rbacv1.GroupName))
			}
		default:
			c.refuse(o, at+".kind", fmt.Sprintf("%q must be User, Group or ServiceAccount", subject.Kind))
		}
	}
}
