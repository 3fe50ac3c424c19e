package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// exceedingRoles reports the bindings, beside the generated ones, that let a subject to whom a Segregation gives a role
// do more in its component than its roles. Of several such bindings of a subject the first is reported.
func (j *judge) exceedingRoles() verdict.Result {
	var result verdict.Result
	if len(j.assignments) == 0 {
		return result
	}
	for _, b := range j.bindings {
		if b.Role == nil || j.isGenerated(b) {
			continue
		}
		for i := range b.Subjects {
			about := []verdict.Subject{j.grantee(b, i)}
			result.Decide(about...)
			if f := j.exceeding(b, i); f != nil {
				result.Add(verdict.Candidate{Finding: *f, Precedence: exceedingSubject, Unless: about, Explains: about})
			}
		}
	}
	return result
}

// isGenerated reports whether a binding gives a generated Role, which is compared with its contract.
func (j *judge) isGenerated(b *authorizer.Binding) bool {
	component := j.scope.Of(b.Namespace)
	if b.ClusterWide || component == nil || component.Plan == nil {
		return false
	}
	if b.RoleRef.Kind != authorizer.RoleKind || b.RoleRef.Name != b.Object.GetName() {
		return false
	}
	for i := range component.Plan.Access {
		if b.RoleRef.Name == roleName(component, component.Plan.Access[i].Role) {
			return true
		}
	}
	return false
}

// exceeding is the finding about a subject of a binding that may do more than the roles that a Segregation gives it;
// nil where it may not.
func (j *judge) exceeding(b *authorizer.Binding, subject int) *finding.Finding {
	for _, p := range j.principals(b.Subjects[subject], b.Namespace) {
		for _, a := range p.assignments {
			if more := j.grantedBeyond(b, p, a.component); len(more) > 0 {
				f := j.exceedingFinding(b, subject, p, a.component, more)
				return &f
			}
		}
	}
	return nil
}

// grantedBeyond are the grants of a binding in a component that none of the principal's roles there allows.
func (j *judge) grantedBeyond(b *authorizer.Binding, p principal, component *scope.Component) []privilege.Grant {
	if !b.ClusterWide && b.Namespace != component.Namespace {
		return nil
	}
	roles := p.rolesIn(component)
	var more []privilege.Grant
	for _, g := range j.catalog.Grants(b.Role) {
		isAllowed := func(role spec.Role) bool { return j.contract(role).Allows(g.Request) }
		if (g.ClusterWide && !b.ClusterWide) || slices.ContainsFunc(roles, isAllowed) {
			continue
		}
		if j.meets(g.Requires, []authorizer.User{p.user}, b.Namespace) && j.effective(component.Namespace, g) == ternary.Yes {
			more = append(more, g)
		}
	}
	return more
}

func (j *judge) exceedingFinding(
	b *authorizer.Binding, subject int, p principal, component *scope.Component, more []privilege.Grant,
) finding.Finding {
	o := j.written[b.Object]
	return o.About(finding.Finding{
		Code: finding.ExceedsRole, Severity: finding.Error, Field: subjectPath(subject),
		Message: fmt.Sprintf("%s may %s in %s; it must have no more than its role",
			p.text, grantsText(b.Role, more), describe(component)),
		Counterexample: fmt.Sprintf("%s → %s → %s → %s in namespace %q",
			subjectText(b.Subjects[subject], b.Namespace), o, roleText(b, more[0]), grantText(more[0]),
			component.Namespace),
		Fix: "remove the subject from the binding, or declare in the Segregation the role that it is to have",
	})
}
