package rbac

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// hasVariable reports whether a name has a variable that is filled in later. No name may have a brace or a parenthesis
// otherwise.
func hasVariable(name string) bool {
	return strings.Contains(name, "${") || strings.Contains(name, "$(") || strings.Contains(name, "{{")
}

// variables reports bindings that may concern components and that have variables.
func (j *judge) variables() verdict.Result {
	var result verdict.Result
	for _, b := range j.bindings {
		what, field := j.variableOf(b)
		if what == "" || !j.mayConcern(b) {
			continue
		}
		explains := []verdict.Subject{j.roleRef(b)}
		for i := range b.Subjects {
			explains = append(explains, j.grantee(b, i))
		}
		f := j.written[b.Object].About(finding.Finding{
			Code: finding.BindingVariable, Severity: finding.Warning, Undecided: true, Field: field,
			Message: fmt.Sprintf("not decided: %s is a variable, so that it is not known who gets which right where",
				what),
			Fix: "check the manifests with the variables filled in",
		})
		result.Add(verdict.Candidate{Finding: f, Precedence: variable, Explains: explains})
	}
	return result
}

// variableOf is the first name of a binding that has a variable; empty where none has.
func (j *judge) variableOf(b *authorizer.Binding) (what string, field fieldpath.Path) {
	switch {
	case hasVariable(b.Namespace):
		return fmt.Sprintf("the namespace %q", b.Namespace), fieldpath.Of("metadata", "namespace")
	case hasVariable(b.RoleRef.Name):
		return fmt.Sprintf("the role %q", b.RoleRef.Name), fieldpath.Of("roleRef", "name")
	}
	for i, subject := range b.Subjects {
		switch {
		case hasVariable(subject.Namespace):
			return fmt.Sprintf("the namespace %q of the subject", subject.Namespace), subjectPath(i).Child("namespace")
		case hasVariable(subject.Name):
			return fmt.Sprintf("the subject %q", subject.Name), subjectPath(i).Child("name")
		}
	}
	return "", fieldpath.Path{}
}

// mayConcern reports whether a binding gives, or may give, a component rights that are not its own.
func (j *judge) mayConcern(b *authorizer.Binding) bool {
	for _, subject := range b.Subjects {
		if hasVariable(subject.Namespace) || hasVariable(subject.Name) && namespaceOf(subject, b.Namespace) == "" {
			return true
		}
		isElsewhere := func(p principal) bool { return hasVariable(b.Namespace) || j.concerns(b, p) }
		if slices.ContainsFunc(j.principals(subject, b.Namespace), isElsewhere) {
			return true
		}
	}
	return false
}
