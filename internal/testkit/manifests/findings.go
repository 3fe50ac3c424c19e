package manifests

import (
	"slices"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
)

// Judge is a family of checks.
type Judge func(set *objects.Set, components *scope.Scope) []finding.Finding

// Check judges manifests, with what plans declare.
func (judge Judge) Check(t testing.TB, text string, plans ...*plan.Plan) []finding.Finding {
	t.Helper()
	set := Set(t, text)
	return judge(set, scope.New(set, plans))
}

// Lines are findings as people read them, sorted. Those that are undecided begin with that word. The line is left out where
// the file is not known.
func Lines(findings []finding.Finding) []string {
	return format(findings, func(f finding.Finding) string {
		if f.File == "" {
			f.Line = 0
		}
		return f.String()
	})
}

// Messages are [Lines] without counterexample, fix, file and line.
func Messages(findings []finding.Finding) []string {
	return format(findings, message)
}

// Brief has of each finding its severity, code, object and field: "error N001 NetworkPolicy a/b spec.egress".
func Brief(findings []finding.Finding) []string {
	return format(findings, func(f finding.Finding) string {
		f.Message = ""
		return strings.Replace(strings.TrimSuffix(message(f), ":"), " CLS-", " ", 1)
	})
}

func message(f finding.Finding) string {
	f.Counterexample, f.Fix, f.File, f.Line = "", "", "", 0
	return f.String()
}

func format(findings []finding.Finding, text func(finding.Finding) string) []string {
	findings = slices.Clone(findings)
	finding.Sort(findings)
	var texts []string
	for _, f := range findings {
		if f.Undecided {
			texts = append(texts, "undecided "+text(f))
		} else {
			texts = append(texts, text(f))
		}
	}
	return texts
}
