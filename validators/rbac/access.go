package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/contract"
)

// declaration is a role that a Segregation gives in a component, with the Role and the RoleBinding that must grant it.
type declaration struct {
	component *scope.Component
	*plan.Access
	// role and binding are nil where the input does not have them.
	role    *authorizer.Role
	binding *authorizer.Binding
	// contract of the role, and what role has more or less; both empty without a role.
	contract   *contract.Contract
	comparison contract.Comparison
}

// roleName is the name of the Role and the RoleBinding that Cloison makes for a role.
func roleName(component *scope.Component, role spec.Role) string {
	if name, is := role.ClusterRole(); is {
		return component.Name + "-clusterrole-" + name
	}
	return component.Name + "-" + string(role)
}

// declaredAccess compares the roles that Segregations give with the rights that the manifests grant.
func (j *judge) declaredAccess() verdict.Result {
	var result verdict.Result
	for component := range j.planned() {
		for i := range component.Plan.Access {
			d := j.declaration(component, &component.Plan.Access[i])
			j.extraRights(&result, d)
			j.undeclaredSubjects(&result, d)
			j.missingAccess(&result, d)
		}
	}
	return result
}

func (j *judge) declaration(component *scope.Component, access *plan.Access) declaration {
	name := roleName(component, access.Role)
	d := declaration{
		component: component, Access: access, contract: j.contract(access.Role),
		role: j.policy.Role(component.Namespace, name), binding: j.bindingNamed(component.Namespace, name),
	}
	if clusterRole, is := access.Role.ClusterRole(); is {
		d.role = j.policy.Role("", clusterRole)
	} else if d.role != nil {
		d.comparison = j.compare(access.Role, d.role)
	}
	return d
}

// contract of a role of a Segregation.
func (j *judge) contract(role spec.Role) *contract.Contract {
	if j.contracts[role] == nil {
		j.contracts[role] = contract.Of(role)
		if name, is := role.ClusterRole(); is {
			if known := j.policy.Role("", name); known != nil {
				j.contracts[role] = contract.OfRules(rulesOf(known))
			}
		}
	}
	return j.contracts[role]
}

// rulesOf are the rules of a role, those of other roles that it joins among them.
func rulesOf(role *authorizer.Role) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, rule := range role.Rules {
		rules = append(rules, *rule.PolicyRule)
	}
	return rules
}

// compare compares a Role with the contract of a declared role. Results are cached, since most Roles of an input have
// the same rules.
func (j *judge) compare(role spec.Role, generated *authorizer.Role) contract.Comparison {
	var key strings.Builder
	key.WriteString(string(role))
	for _, rule := range generated.Rules {
		key.WriteString("\n\n\n" + rule.Key())
	}
	known, found := j.comparisons[key.String()]
	if !found {
		known = j.contract(role).Compare(generated.Rules)
		j.comparisons[key.String()] = known
	}
	return known
}

// extraRights reports the rules of a generated Role that grant more than its contract.
func (j *judge) extraRights(result *verdict.Result, d declaration) {
	if _, isOfCluster := d.Role.ClusterRole(); d.role == nil || isOfCluster {
		return
	}
	rules, o := j.rules(d.role), j.written[d.role.Object]
	result.Decide(rules)
	for i, extra := range d.comparison.Extra {
		if len(extra) == 0 {
			continue
		}
		result.Add(verdict.Candidate{Precedence: cause, Explains: []verdict.Subject{rules},
			Finding: o.About(finding.Finding{
				Code: finding.ExceedsRole, Severity: finding.Error, Field: rulePath(i),
				Message: fmt.Sprintf("the rule allows %s; the role %s of %s must not",
					rightsText(extra), d.Role, describe(d.component)),
				Fix: "restore the Role as Cloison generates it, and write further rights into a Role of your own",
			})})
	}
}

// undeclaredSubjects reports the subjects of the generated binding that the Segregation does not declare.
func (j *judge) undeclaredSubjects(result *verdict.Result, d declaration) {
	if d.binding == nil {
		return
	}
	for i, subject := range d.binding.Subjects {
		about := []verdict.Subject{j.grantee(d.binding, i)}
		result.Decide(about...)
		if hasSubject(d.Subjects, subject, d.binding.Namespace) {
			continue
		}
		f := j.written[d.binding.Object].About(finding.Finding{
			Code: finding.ExceedsRole, Severity: finding.Error, Field: subjectPath(i),
			Message: fmt.Sprintf("%s has the role %s in %s, which the Segregation does not give; it must be declared",
				subjectText(subject, d.binding.Namespace), d.Role, describe(d.component)),
			Fix: fmt.Sprintf("remove the subject, or add it to the access of component %q in the Segregation",
				d.component.Name),
		})
		result.Add(verdict.Candidate{Finding: f, Precedence: undeclaredSubject, Unless: about, Explains: about})
	}
}

// hasSubject reports whether a subject of a binding is among subjects of the binding's namespace.
func hasSubject(subjects []rbacv1.Subject, wanted rbacv1.Subject, namespace string) bool {
	identity, _ := authorizer.IdentityOf(wanted, namespace)
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		other, _ := authorizer.IdentityOf(s, namespace)
		return other == identity
	})
}

// missingAccess reports declared subjects that lack rights of their role, at the object that must give them.
func (j *judge) missingAccess(result *verdict.Result, d declaration) {
	without, unbound := j.deprived(d)
	if len(without) == 0 {
		return
	}
	f := finding.Finding{
		Code: finding.AccessMissing, Severity: finding.Warning,
		Fix: "restore the Role and the RoleBinding as Cloison generates them, " +
			"or remove the access from the Segregation",
	}
	lacks := fmt.Sprintf("the Segregation gives the role %s in %s to %%s, which must have its rights",
		d.Role, describe(d.component))
	if d.binding == nil {
		f.Object = finding.Object{
			APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: authorizer.RoleBindingKind,
			Namespace: d.component.Namespace, Name: roleName(d.component, d.Role),
		}
		f.Message = "there is no such RoleBinding; " + fmt.Sprintf(lacks, listed(without))
		result.Add(verdict.Candidate{Precedence: missingRights, Finding: f})
		return
	}
	o := j.written[d.binding.Object]
	about := []verdict.Subject{whole(o), j.roleRef(d.binding)}
	switch {
	case len(unbound) > 0:
		f.Field, f.Message = fieldpath.Of("subjects"), fmt.Sprintf(lacks, listed(unbound))
	case d.role == nil || d.binding.Role != d.role:
		about = append(about, j.declaredGrantees(d)...) // one of them may have more than the role instead
		ref := d.binding.RoleRef
		f.Field = fieldpath.Of("roleRef", "name")
		f.Message = fmt.Sprintf("%s %q is not the role; ", ref.Kind, ref.Name) + fmt.Sprintf(lacks, listed(without))
	default:
		o = j.written[d.role.Object]
		about = append(about, j.rules(d.role)) // of which one may grant other rights instead
		f.Field = fieldpath.Of("rules")
		lacking := rightsText(d.comparison.Lacking)
		f.Message = fmt.Sprintf("the Role does not allow %s; ", lacking) + fmt.Sprintf(lacks, listed(without))
	}
	result.Add(verdict.Candidate{Precedence: missingRights, Unless: about, Finding: o.About(f)})
}

// deprived are the declared subjects that lack rights of the role, whatever grants them, and those of them that are not
// in the generated binding.
func (j *judge) deprived(d declaration) (without, unbound []string) {
	complete := d.role != nil && len(d.comparison.Lacking) == 0
	if name, is := d.Role.ClusterRole(); is && d.role == nil { // whose rules are not among the manifests
		complete = d.binding != nil && d.binding.RoleRef.Kind == "ClusterRole" && d.binding.RoleRef.Name == name
	}
	for _, subject := range d.Subjects {
		isBound := d.binding != nil && hasSubject(d.binding.Subjects, subject, d.binding.Namespace)
		if isBound && complete && d.binding.Role == d.role || len(j.lacking(d, subject)) == 0 {
			continue
		}
		text := subjectText(subject, d.component.Namespace)
		if without = append(without, text); !isBound {
			unbound = append(unbound, text)
		}
	}
	return without, unbound
}

// lacking are the rights of a declared role that a subject has not, whatever grants them.
func (j *judge) lacking(d declaration, subject rbacv1.Subject) []contract.Right {
	user := authorizer.UserOf(subject, d.component.Namespace)
	return d.contract.Lacking(func(r authorizer.Request) bool {
		r.Namespace = d.component.Namespace
		_, allowed := j.policy.Allowed(user, r)
		return allowed
	})
}

// declaredGrantees are the subjects of the generated binding that the Segregation declares.
func (j *judge) declaredGrantees(d declaration) []verdict.Subject {
	var grantees []verdict.Subject
	for i, subject := range d.binding.Subjects {
		if hasSubject(d.Subjects, subject, d.binding.Namespace) {
			grantees = append(grantees, j.grantee(d.binding, i))
		}
	}
	return grantees
}
