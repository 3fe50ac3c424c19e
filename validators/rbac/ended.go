package rbac

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// ended reports the bindings whose access has ended at the time that is asked about.
func (j *judge) ended() verdict.Result {
	var result verdict.Result
	var bindings []*objects.Object
	for _, o := range j.set.RoleBindings {
		bindings = append(bindings, o.Object)
	}
	for _, o := range j.set.ClusterRoleBindings {
		bindings = append(bindings, o.Object)
	}
	for _, o := range bindings {
		text, given := o.Annotations[wellknown.ExpiresAnnotation]
		if !given {
			continue
		}
		field := fieldpath.Of("metadata", "annotations", wellknown.ExpiresAnnotation)
		result.Decide(verdict.Subject{Object: o, Field: field})
		if f, found := j.endedFinding(text); found {
			f.Code, f.Field = finding.AccessEnded, field
			result.Add(verdict.Candidate{Precedence: cause, Finding: o.About(f)})
		}
	}
	return result
}

func (j *judge) endedFinding(text string) (f finding.Finding, found bool) {
	end, is := cluster.ParseEnd(strings.TrimSpace(text))
	switch {
	case !is:
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("%s must be a date such as 2026-12-01, or a time such as 2026-12-01T18:00:00Z",
			phrase.Quote(text))
		f.Fix = "write when the access ends"
	case j.cluster.At.IsZero():
		f.Severity = finding.Info
		f.Message = fmt.Sprintf("the access ends at %s, and no time is asked about", phrase.Quote(text))
		f.Fix = "write --at DATE, so that what has ended is an error"
	case !j.cluster.At.Before(end):
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("the access has ended at %s, and the binding is still there", phrase.Quote(text))
		f.Fix = "remove the binding"
	default:
		return f, false
	}
	return f, true
}
