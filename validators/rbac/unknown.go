package rbac

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// unknownRoles reports bindings to roles that the input does not have, where they may reach another component: each
// once, for the first such subject.
func (j *judge) unknownRoles() verdict.Result {
	var result verdict.Result
	for _, b := range j.bindings {
		subjects := j.undecidedSubjects(b)
		if len(subjects) == 0 {
			continue
		}
		explains := []verdict.Subject{j.roleRef(b)}
		for _, i := range subjects {
			explains = append(explains, j.grantee(b, i))
		}
		f := j.written[b.Object].About(finding.Finding{
			Code: finding.UnknownRole, Severity: finding.Warning, Field: fieldpath.Of("roleRef", "name"),
			Undecided: true,
			Message: fmt.Sprintf("%s is not in the input, so what it allows %s is not known",
				refText(b), subjectText(b.Subjects[subjects[0]], b.Namespace)),
			Fix: "put the role into the input, correct its name, or remove the binding",
		})
		about := []verdict.Subject{j.roleRef(b)}
		result.Add(verdict.Candidate{Finding: f, Precedence: cause, Unless: about, Explains: explains})
	}
	return result
}

// undecidedSubjects are the indexes of the subjects that may reach another component by a binding whose role the input
// does not have.
func (j *judge) undecidedSubjects(b *authorizer.Binding) []int {
	ref := b.RoleRef
	isKind := ref.Kind == authorizer.ClusterRoleKind || ref.Kind == authorizer.RoleKind && !b.ClusterWide
	if b.Role != nil || !isKind || ref.Name == "" {
		return nil // otherwise the API server refuses the binding
	}
	var indexes []int
	for i, subject := range b.Subjects {
		for _, p := range j.principals(subject, b.Namespace) {
			if j.concerns(b, p) {
				indexes = append(indexes, i)
				break
			}
		}
	}
	return indexes
}

// concerns reports whether what a binding gives a principal may be more than its own: rights elsewhere, or more than its
// roles in its own component.
func (j *judge) concerns(b *authorizer.Binding, p principal) bool {
	if b.ClusterWide {
		return true
	}
	component := j.realms.Of(b.Namespace)
	return component == nil || !p.belongsTo(component) || len(p.rolesIn(component)) > 0
}

// danglingRoles reports RoleBindings of components to Roles that the input does not have, whatever their subjects.
func (j *judge) danglingRoles() verdict.Result {
	var result verdict.Result
	for _, b := range j.bindings {
		isRole := !b.ClusterWide && b.RoleRef.Kind == authorizer.RoleKind && b.RoleRef.Name != ""
		if !isRole || j.scope.Of(b.Namespace) == nil || len(b.Subjects) == 0 {
			continue
		}
		about := []verdict.Subject{j.roleRef(b)}
		result.Decide(about...)
		if b.Role != nil {
			continue
		}
		f := j.written[b.Object].About(finding.Finding{
			Code: finding.UnknownRole, Severity: finding.Warning, Field: fieldpath.Of("roleRef", "name"),
			Message: fmt.Sprintf(
				"%s is not in the input; the binding gives %s nothing, until somebody creates the role",
				refText(b), subjectText(b.Subjects[0], b.Namespace)),
			Fix: "put the Role into the input, correct its name, or remove the binding",
		})
		result.Add(verdict.Candidate{Precedence: danglingRole, Finding: f, Unless: about, Explains: about})
	}
	return result
}
