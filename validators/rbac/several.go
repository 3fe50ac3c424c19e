package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// severalComponents warns of subjects to whom Segregations give the secrets of several components. Subjects with such a
// role in every component of a Segregation are its operators, and are not reported.
func (j *judge) severalComponents() verdict.Result {
	var result verdict.Result
	total := map[string]int{}
	for _, component := range j.scope.Components {
		total[component.Segregation]++
	}
	for _, identity := range j.assignees {
		reached := privileged(j.assignments[identity])
		in := map[string]int{}
		for _, a := range reached {
			in[a.component.Segregation]++
		}
		isPartial := func(a assignment) bool { return in[a.component.Segregation] < total[a.component.Segregation] }
		if len(reached) > 1 && slices.ContainsFunc(reached, isPartial) {
			result.Add(verdict.Candidate{Precedence: cause, Finding: severalFinding(reached)})
		}
	}
	return result
}

// privileged has the first assignment in each component that leads to its secrets.
func privileged(assignments []assignment) []assignment {
	var reached []assignment
	for _, a := range assignments {
		isKnown := slices.ContainsFunc(reached, func(r assignment) bool { return r.component == a.component })
		if a.role != spec.RoleViewer && !isKnown {
			reached = append(reached, a)
		}
	}
	return reached
}

func severalFinding(reached []assignment) finding.Finding {
	var texts []string
	for _, a := range reached {
		texts = append(texts, fmt.Sprintf("%s in component %q", a.role, a.component.Name))
	}
	second := reached[1]
	return finding.Finding{
		Code: finding.SeveralComponents, Severity: finding.Warning,
		Object: finding.Object{
			APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: second.component.Segregation,
		},
		Field: fieldpath.Of("spec", "components", second.component.Name, "access"),
		Message: fmt.Sprintf("%s is %s; it reaches the secrets of all of them, which must be kept apart",
			subjectText(second.subject, second.component.Namespace), listed(texts)),
		Fix: "use one group or service account for each component, or the role viewer",
	}
}
