package validators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// suppressPrefix starts the annotation that accepts a finding: suppress.cloison.dev/CLS-N004: "reason".
const suppressPrefix = "suppress.cloison.dev/"

// Suppressed is a finding that an annotation of its object accepts.
type Suppressed struct {
	finding.Finding
	// Reason is the value of the annotation.
	Reason string `json:"reason"`
}

// Listed is the finding as it is listed where there is no place for suppressed ones: never silent, and no failure.
func (s Suppressed) Listed() finding.Finding {
	f := s.Finding
	f.Message = fmt.Sprintf("suppressed %s, accepted because %q: %s", f.Severity, s.Reason, f.Message)
	f.Severity, f.Fix, f.Undecided = finding.Info, "", false
	return f
}

// suppression is one annotation.
type suppression struct {
	object *objects.Object
	code   finding.Code
	reason string
	used   bool
	// undecided says that the object has the finding, but undecided, which a Segregation cannot accept.
	undecided bool
}

func (s *suppression) field() string {
	return "metadata.annotations[" + suppressPrefix + string(s.code) + "]"
}

// suppressible is what one annotation accepts: the findings of a code about an object.
type suppressible struct {
	object finding.Object
	code   finding.Code
}

// suppressions are the annotations that accept findings.
type suppressions struct {
	all []*suppression
	by  map[suppressible]*suppression
}

// suppress takes out the findings that annotations accept, and adds those on annotations without effect.
func (r *Result) suppress(set *objects.Set) {
	accepts, standing := suppressionsOf(set.All)
	for _, f := range r.Findings {
		if s := accepts.by[suppressible{f.Object, f.Code}]; s != nil {
			s.used = true
			r.Suppressed = append(r.Suppressed, Suppressed{Finding: f, Reason: s.reason})
			continue
		}
		standing = append(standing, f)
	}
	for _, s := range accepts.all {
		if !s.used {
			standing = append(standing, s.unused())
		}
	}
	r.Findings = standing
	slices.SortStableFunc(r.Suppressed, func(a, b Suppressed) int { return finding.Compare(a.Finding, b.Finding) })
}

// suppressionsOf reads the annotations that suppress. The findings are about those that do not.
func suppressionsOf(all []*objects.Object) (found suppressions, problems []finding.Finding) {
	found.by = map[suppressible]*suppression{}
	for _, o := range all {
		for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
			code, suppresses := strings.CutPrefix(name, suppressPrefix)
			if !suppresses {
				continue
			}
			s := &suppression{object: o, code: finding.Code(code), reason: strings.TrimSpace(o.Annotations[name])}
			if problem := s.problem(); problem != nil {
				problems = append(problems, *problem)
			} else {
				found.all = append(found.all, s)
				found.by[suppressible{o.Identity(), s.code}] = s
			}
		}
	}
	return found, problems
}

func (s *suppression) problem() *finding.Finding {
	f := finding.Finding{Code: finding.SuppressionInvalid, Severity: finding.Error, Field: s.field()}
	switch _, known := finding.RuleOf(s.code); {
	case !known:
		f.Message = fmt.Sprintf("there is no finding with the code %q, so nothing is suppressed", s.code)
		f.Fix = "write the code of the finding, as in " + suppressPrefix + string(finding.UndeclaredEgress)
	case s.reason == "":
		f.Message = "the annotation gives no reason, so nothing is suppressed"
		f.Fix = "say why the finding is accepted, as the annotation's value"
	default:
		return nil
	}
	f = s.object.About(f)
	return &f
}

func (s *suppression) unused() finding.Finding {
	return s.object.About(finding.Finding{
		Code: finding.SuppressionUnused, Severity: finding.Warning, Field: s.field(),
		Message: fmt.Sprintf("the object has no finding %s; a later one would be suppressed unseen", s.code),
		Fix:     "remove the annotation",
	})
}
