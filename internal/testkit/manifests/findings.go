package manifests

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

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

// Benchmark judges manifests without a Segregation, again and again, and returns what was found last.
func (judge Judge) Benchmark(b *testing.B, text string) []finding.Finding {
	b.Helper()
	set := Set(b, text)
	components := scope.New(set, nil)
	b.ReportAllocs()
	var found []finding.Finding
	for b.Loop() {
		found = judge(set, components)
	}
	b.ReportMetric(float64(len(set.All)), "objects")
	return found
}

// Table has manifests by the name of a test, with the findings about them as one of the functions below formats them,
// in any order.
type Table map[string]struct {
	Manifests string
	Want      []string
}

// Run judges the manifests of every test, with what plans declare.
func (table Table) Run(t *testing.T, judge Judge, format func([]finding.Finding) []string, plans ...*plan.Plan) {
	t.Helper()
	for name, test := range table {
		t.Run(name, func(t *testing.T) {
			assert.ElementsMatch(t, test.Want, format(judge.Check(t, test.Manifests, plans...)))
		})
	}
}

// Lines are findings as people read them, sorted. Those that are undecided begin with that word. The line is left out
// where the file is not known.
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
