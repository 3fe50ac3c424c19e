package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// roleName is the name of the Role and the RoleBinding that Cloison makes for a role.
func roleName(component *scope.Component, role spec.Role) string {
	return component.Name + "-" + string(role)
}

// declaredAccess holds the roles that a Segregation gives in a component against what the manifests give.
func (c *check) declaredAccess(component *scope.Component) {
	for i := range component.Plan.Access {
		access := &component.Plan.Access[i]
		name := roleName(component, access.Role)
		generated := c.policy.roles[place{component.Namespace, name}]
		binding := c.policy.binding(component.Namespace, name)
		if generated != nil {
			c.exceedingRole(component, access.Role, generated)
		}
		if binding != nil {
			c.undeclaredSubjects(component, access, binding)
		}
		c.missing(component, access, generated, binding)
	}
}

// binding finds a RoleBinding of the input; nil where there is none.
func (p *Policy) binding(namespace, name string) *binding { return p.byName[place{namespace, name}] }

// comparisonOf compares a Role with the contract of a declared role. Most Roles of an input are the same.
func (c *check) comparisonOf(role spec.Role, generated *role) comparison {
	var key strings.Builder
	key.WriteString(string(role))
	for _, rule := range generated.rules {
		key.WriteString("\n\n\n" + rule.key())
	}
	known, found := c.contracts[key.String()]
	if !found {
		known = compare(generated.rules, contractOf(role))
		c.contracts[key.String()] = known
	}
	return known
}

// exceedingRole reports the rules of a generated Role that allow more than it says.
func (c *check) exceedingRole(component *scope.Component, role spec.Role, generated *role) {
	for i, extra := range c.comparisonOf(role, generated).extra {
		if len(extra) == 0 {
			continue
		}
		c.report(generated.object.About(finding.Finding{
			Code: finding.ExceedsRole, Severity: finding.Error, Field: objects.Index("rules", i),
			Message: fmt.Sprintf("the rule allows %s; the role %s of %s must not", rightsText(extra), role, describe(component)),
			Fix:     "restore the Role as Cloison generates it, and write further rights into a Role of your own",
		}))
	}
}

// undeclaredSubjects reports those whom the generated binding gives a role that the Segregation does not.
func (c *check) undeclaredSubjects(component *scope.Component, access *plan.Access, b *binding) {
	for i, subject := range b.subjects {
		if c.reported[bound{b, i}] || hasSubject(access.Subjects, subject, b.namespace) {
			continue
		}
		c.reported[bound{b, i}] = true
		c.report(b.object.About(finding.Finding{
			Code: finding.ExceedsRole, Severity: finding.Error, Field: objects.Index("subjects", i),
			Message: fmt.Sprintf("%s has the role %s in %s, which the Segregation does not give; it must be declared",
				subjectText(subject, b.namespace), access.Role, describe(component)),
			Fix: fmt.Sprintf("remove the subject, or add it to the access of component %q in the Segregation", component.Name),
		}))
	}
}

func hasSubject(subjects []rbacv1.Subject, wanted rbacv1.Subject, namespace string) bool {
	key := subjectKey(wanted, namespace)
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool { return subjectKey(s, namespace) == key })
}

// missing reports declared subjects that lack rights of their role, at the object that must give them.
func (c *check) missing(component *scope.Component, access *plan.Access, generated *role, b *binding) {
	complete := generated != nil && len(c.comparisonOf(access.Role, generated).lacking) == 0
	var without, unbound []string
	for _, subject := range access.Subjects {
		isBound := b != nil && hasSubject(b.subjects, subject, b.namespace)
		if isBound && complete && b.role == generated {
			continue
		}
		if lacking := c.lacking(component, access.Role, subject); len(lacking) == 0 {
			continue
		}
		text := subjectText(subject, component.Namespace)
		if without = append(without, text); !isBound {
			unbound = append(unbound, text)
		}
	}
	if len(without) == 0 || b != nil && (b.role == nil || c.refusedObjects[b.object]) {
		return // said already
	}
	f := finding.Finding{
		Code: finding.AccessMissing, Severity: finding.Warning,
		Fix: "restore the Role and the RoleBinding as Cloison generates them, or remove the access from the Segregation",
	}
	lacks := fmt.Sprintf("the Segregation gives the role %s in %s to %%s, which must have its rights", access.Role, describe(component))
	switch {
	case b == nil:
		f.Object = finding.Object{
			APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding",
			Namespace: component.Namespace, Name: roleName(component, access.Role),
		}
		f.Message = "there is no such RoleBinding; " + fmt.Sprintf(lacks, listed(without))
	case len(unbound) > 0:
		f.Field, f.Message = "subjects", fmt.Sprintf(lacks, listed(unbound))
		f = b.object.About(f)
	case b.role != generated:
		if c.otherRole(b, component, access) {
			return
		}
		f.Field, f.Message = "roleRef.name", fmt.Sprintf("%s %q is not the role; ", b.ref.Kind, b.ref.Name)+fmt.Sprintf(lacks, listed(without))
		f = b.object.About(f)
	case c.comparisonOf(access.Role, generated).exceeds():
		return // said already: a right has been replaced by another
	default:
		lacking := c.comparisonOf(access.Role, generated).lacking
		f.Field, f.Message = "rules", fmt.Sprintf("the Role does not allow %s; ", rightsText(lacking))+fmt.Sprintf(lacks, listed(without))
		f = generated.object.About(f)
	}
	c.report(f)
}

// otherRole says whether what is wrong with a binding to another role is that it allows more.
func (c *check) otherRole(b *binding, component *scope.Component, access *plan.Access) bool {
	for i, subject := range b.subjects {
		for _, h := range c.holders(subject, b.namespace) {
			if hasSubject(access.Subjects, subject, b.namespace) && c.exceedsBy(b, i, h, component) {
				return true
			}
		}
	}
	return false
}

// lacking are the rights of a role that a subject has not, whatever gives them.
func (c *check) lacking(component *scope.Component, role spec.Role, subject rbacv1.Subject) []right {
	user := userOf(subject, component.Namespace)
	var lacking []right
	contract := contractOf(role)
	for i := range contract {
		for _, r := range rightsOf(&contract[i]) {
			if !r.means() {
				continue
			}
			asked := request(r.verb, r.group, r.resource)
			asked.Namespace = component.Namespace
			if _, allowed := c.policy.Allowed(user, asked); !allowed {
				lacking = append(lacking, r)
			}
		}
	}
	return lacking
}
