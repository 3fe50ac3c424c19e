package validators

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// pathsFamily starts the codes of the findings on Scaleway paths.
const pathsFamily = "CLS-I"

// Acceptance is what the annotations of Segregations accept of the findings on Scaleway paths: all of a code, whichever of the
// Segregation's folders it is about. What is undecided is never accepted: nothing was checked, so that there is nothing to know
// of what would be accepted.
type Acceptance struct {
	accepts  suppressions
	problems []finding.Finding
	// unjudged are the Segregations of which not every path was judged, by name.
	unjudged map[string]bool
}

// NewAcceptance reads the annotations of the Segregations among the objects, of which the first of a name counts. The plans
// are theirs.
func NewAcceptance(all []*objects.Object, plans []*plan.Plan) *Acceptance {
	a := &Acceptance{unjudged: map[string]bool{}}
	for _, p := range plans {
		a.unjudged[p.Segregation] = p.Paths == spec.PathsOff
	}
	type name struct{ kind, name string }
	seen := map[name]bool{}
	var own []*objects.Object
	for _, o := range all {
		if !isInstruction(o) || seen[name{o.Kind, o.Name}] {
			continue
		}
		seen[name{o.Kind, o.Name}] = true
		alone := *o
		alone.Namespace = "" // it is in none, whatever hosts write there
		own = append(own, &alone)
	}
	a.accepts, a.problems = suppressionsOf(own)
	for _, s := range a.accepts.all {
		if problem := s.outOfPlace(); problem != nil {
			a.problems = append(a.problems, *problem)
			s.used = true // it is said already
			delete(a.accepts.by, suppressible{s.object.Identity(), s.code})
		}
	}
	return a
}

func isInstruction(o *objects.Object) bool {
	group, _, _ := strings.Cut(spec.APIVersion, "/")
	return o.GroupKind().Group == group && (o.Kind == spec.Kind || o.Kind == inventory.Kind)
}

// outOfPlace reports an annotation where it accepts nothing.
func (s *suppression) outOfPlace() *finding.Finding {
	f := finding.Finding{Code: finding.SuppressionInvalid, Severity: finding.Error, Field: s.field()}
	switch {
	case s.object.Kind == inventory.Kind:
		f.Message = "annotations of an Inventory suppress nothing: they are gone when it is written again"
		f.Fix = "remove it, or annotate the Segregation"
	case !strings.HasPrefix(string(s.code), pathsFamily):
		f.Message = fmt.Sprintf("a Segregation accepts findings of family I only, so %s is not suppressed", s.code)
		f.Fix = "annotate the object that the finding is about"
	default:
		return nil
	}
	f = s.object.About(f)
	return &f
}

// Split parts findings into those that stand and those that are accepted, in their order.
func (a *Acceptance) Split(findings []finding.Finding) (standing []finding.Finding, accepted []Suppressed) {
	for _, f := range findings {
		s := a.accepts.by[suppressible{f.Object, f.Code}]
		if f.Undecided || f.Code == finding.PathsNotChecked {
			a.unjudged[f.Object.Name] = true
		}
		switch {
		case s == nil:
			standing = append(standing, f)
		case f.Undecided:
			standing = append(standing, f)
			s.undecided = true
		default:
			s.used = true
			accepted = append(accepted, Suppressed{Finding: f, Reason: s.reason})
		}
	}
	return standing, accepted
}

// List is Split for those who list all findings together: those that are accepted follow the others, as they are listed.
func (a *Acceptance) List(findings []finding.Finding) []finding.Finding {
	all, accepted := a.Split(findings)
	for _, s := range accepted {
		all = append(all, s.Listed())
	}
	return all
}

// WithoutEffect are the findings on annotations that accept nothing, once Split was given all findings. Where not every path of
// a Segregation was judged, it is not known which of its annotations are idle.
func (a *Acceptance) WithoutEffect() []finding.Finding {
	found := a.problems
	for _, s := range a.accepts.all {
		switch {
		case s.undecided:
			found = append(found, s.notAccepted())
		case !s.used && !a.unjudged[s.object.Name]:
			found = append(found, s.unused())
		}
	}
	return found
}

func (s *suppression) notAccepted() finding.Finding {
	return s.object.About(finding.Finding{
		Code: finding.SuppressionUnused, Severity: finding.Warning, Field: s.field(),
		Message: fmt.Sprintf("a finding %s says that something was not checked, which is never accepted: it stands", s.code),
		Fix:     "do what the finding says, so that it can be checked",
	})
}
