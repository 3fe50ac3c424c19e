package spec

import (
	"cmp"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// acceptances checks which findings are accepted: each by its code, at one object, with a reason, and once.
func (v *validator) acceptances(path fieldpath.Path, all []Acceptance) {
	type subject struct{ code, object string }
	seen := map[subject]fieldpath.Path{}
	for i, a := range all {
		at := path.Index(i)
		v.acceptedCode(at.Child("code"), a.Code)
		if a.Object != "" || v.Written(at.Child("object")) {
			v.form(at.Child("object"), a.Object, syntax.ObjectPath)
		}
		if v.required(at.Child("reason"), a.Reason, "say why the finding is accepted") &&
			strings.TrimSpace(a.Reason) == "" {
			v.invalid(at.Child("reason"), a.Reason, "a reason", "say why the finding is accepted")
		}
		key := subject{a.Code, a.Object}
		if other, twice := seen[key]; twice && a.Code != "" {
			v.Problem(finding.SpecInvalidValue, at, fmt.Sprintf("%s accepts the same", other), "remove one of the two")
		}
		seen[key] = at
	}
}

func (v *validator) acceptedCode(path fieldpath.Path, code string) {
	if !v.required(path, code, "write the code of the finding, such as "+string(finding.UndeclaredEgress)) {
		return
	}
	switch _, known := finding.RuleOf(finding.Code(code)); {
	case !known:
		v.invalid(path, code, "the code of a finding", cmp.Or(phrase.Write(string(finding.MeantCode(code))), "look it up in the report, such as "+
			string(finding.UndeclaredEgress)))
	case !finding.Code(code).Acceptable():
		v.Problem(finding.SpecInvalidValue, path,
			phrase.Quote(code)+" must be a finding that can be accepted: it says that something is not what is applied",
			"do what the finding says")
	}
}
