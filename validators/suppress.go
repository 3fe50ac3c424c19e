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

// suppression is one annotation.
type suppression struct {
	object *objects.Object
	code   finding.Code
	reason string
	used   bool
}

func (s *suppression) field() string {
	return "metadata.annotations[" + suppressPrefix + string(s.code) + "]"
}

// suppress takes out the findings that annotations accept, and adds those on annotations without effect.
func (r *Result) suppress(set *objects.Set) {
	type key struct {
		object finding.Object
		code   finding.Code
	}
	all, standing := suppressions(set)
	accepted := map[key]*suppression{}
	for _, s := range all {
		accepted[key{s.object.Identity(), s.code}] = s
	}
	for _, f := range r.Findings {
		if s := accepted[key{f.Object, f.Code}]; s != nil {
			s.used = true
			r.Suppressed = append(r.Suppressed, Suppressed{Finding: f, Reason: s.reason})
			continue
		}
		standing = append(standing, f)
	}
	for _, s := range all {
		if !s.used {
			standing = append(standing, s.unused())
		}
	}
	r.Findings = standing
	slices.SortStableFunc(r.Suppressed, func(a, b Suppressed) int { return finding.Compare(a.Finding, b.Finding) })
}

// suppressions reads the annotations that suppress. The findings are about those that do not.
func suppressions(set *objects.Set) (all []*suppression, problems []finding.Finding) {
	for _, o := range set.All {
		for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
			code, found := strings.CutPrefix(name, suppressPrefix)
			if !found {
				continue
			}
			s := &suppression{object: o, code: finding.Code(code), reason: strings.TrimSpace(o.Annotations[name])}
			if problem := s.problem(); problem != nil {
				problems = append(problems, *problem)
			} else {
				all = append(all, s)
			}
		}
	}
	return all, problems
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
