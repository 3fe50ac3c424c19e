package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// refused reports roles and bindings that the API server refuses.
//
// Facts: docs/facts.md, "Roles of RBAC that are refused".
func (j *judge) refused() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.Roles {
		v := newValidation(&result, o.Object)
		v.rules(o.Value.Rules, true)
	}
	for _, o := range j.set.ClusterRoles {
		v := newValidation(&result, o.Object)
		v.rules(o.Value.Rules, false)
		if a := o.Value.AggregationRule; a != nil && len(a.ClusterRoleSelectors) == 0 {
			v.refuse(fieldpath.Of("aggregationRule", "clusterRoleSelectors"), "it must have at least one selector")
		}
	}
	for _, o := range j.set.RoleBindings {
		v := newValidation(&result, o.Object)
		v.roleRef(o.Value.RoleRef, authorizer.RoleKind, authorizer.ClusterRoleKind)
		v.subjects(o.Value.Subjects, false)
	}
	for _, o := range j.set.ClusterRoleBindings {
		v := newValidation(&result, o.Object)
		v.roleRef(o.Value.RoleRef, authorizer.ClusterRoleKind)
		v.subjects(o.Value.Subjects, true)
	}
	return result
}

// validation of one object.
type validation struct {
	result *verdict.Result
	object *objects.Object
}

func newValidation(result *verdict.Result, o *objects.Object) validation {
	result.Decide(whole(o))
	return validation{result, o}
}

func (v validation) refuse(field fieldpath.Path, problem string) {
	f := v.object.About(finding.Finding{
		Code: finding.RBACRefused, Severity: finding.Error, Field: field,
		Message: "the API server refuses the " + v.object.Kind + ": " + problem,
		Fix:     "correct the field",
	})
	v.result.Add(verdict.Candidate{Finding: f, Precedence: cause, Explains: []verdict.Subject{whole(v.object)}})
}

func (v validation) rules(rules []rbacv1.PolicyRule, namespaced bool) {
	for i := range rules {
		rule, at := &rules[i], rulePath(i)
		if len(rule.Verbs) == 0 {
			v.refuse(at.Child("verbs"), "the rule must have at least one verb")
		}
		if len(rule.NonResourceURLs) > 0 {
			switch {
			case namespaced:
				v.refuse(at.Child("nonResourceURLs"), "a Role must not have URLs; only a ClusterRole may")
			case len(rule.APIGroups)+len(rule.Resources)+len(rule.ResourceNames) > 0:
				v.refuse(at.Child("nonResourceURLs"), "the rule must have either URLs or resources, not both")
			}
			continue
		}
		if len(rule.APIGroups) == 0 {
			v.refuse(at.Child("apiGroups"), `the rule must have at least one API group; the core group is ""`)
		}
		if len(rule.Resources) == 0 {
			v.refuse(at.Child("resources"), "the rule must have at least one resource")
		}
	}
}

func (v validation) roleRef(ref rbacv1.RoleRef, kinds ...string) {
	at := fieldpath.Of("roleRef")
	switch {
	case !slices.Contains(kinds, ref.Kind):
		v.refuse(at.Child("kind"), fmt.Sprintf("%q must be %s", ref.Kind, strings.Join(kinds, " or ")))
	case ref.Name == "":
		v.refuse(at.Child("name"), "it must name a role")
	default:
		v.rbacGroup(at, ref.APIGroup)
	}
}

// rbacGroup may be left out: the API server fills it in.
func (v validation) rbacGroup(at fieldpath.Path, group string) {
	if group != "" && group != rbacv1.GroupName {
		v.refuse(at.Child("apiGroup"), fmt.Sprintf("%q must be %s", group, rbacv1.GroupName))
	}
}

func (v validation) subjects(subjects []rbacv1.Subject, clusterWide bool) {
	for i, subject := range subjects {
		at := subjectPath(i)
		if subject.Name == "" {
			v.refuse(at.Child("name"), "the subject must have a name")
		}
		switch subject.Kind {
		case rbacv1.ServiceAccountKind:
			if subject.APIGroup != "" {
				v.refuse(at.Child("apiGroup"),
					fmt.Sprintf("%q must be left out: a ServiceAccount is in the core group", subject.APIGroup))
			}
			if clusterWide && subject.Namespace == "" {
				v.refuse(at.Child("namespace"),
					fmt.Sprintf("the service account %q must have a namespace in a ClusterRoleBinding", subject.Name))
			}
		case rbacv1.UserKind, rbacv1.GroupKind:
			v.rbacGroup(at, subject.APIGroup)
		default:
			v.refuse(at.Child("kind"), fmt.Sprintf("%q must be User, Group or ServiceAccount", subject.Kind))
		}
	}
}
