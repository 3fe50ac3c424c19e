package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
)

// part is the report of a root with some of the findings on one namespace.
func part(path string, findings ...finding.Finding) report.Part {
	r := &report.Report{Findings: findings, Skipped: []report.Skipped{{File: "values.yaml", Reason: "no object"}}}
	r.Summary = report.Summary{
		Objects: 3, Components: []string{"team-0"}, Segregations: []string{"shop"},
		Checked:    []report.Family{{Letter: "N", Title: "Network"}},
		NotChecked: []report.Family{{Letter: "R", Title: "RBAC"}},
		Shared:     []report.Shared{{Segregation: "shop", Group: "db", Components: []string{"a", "b"}}},
		Coverage: report.Coverage{
			Decided: 2, Harmless: []report.Kind{{Kind: "Node", Objects: 1, Reason: "x"}},
			NotLookedAt: []report.Namespace{{Namespace: "argocd", Objects: 1, Reason: "y"}},
		},
	}
	r.Count()
	return report.Part{Root: report.Root{Path: path, Kustomization: true}, Report: r}
}

func TestReportsOfSeveralRootsAreOne(t *testing.T) {
	same := perTeam(0)[:2]
	open := finding.Finding{Code: finding.FunctionsNotRun, Severity: finding.Warning, Undecided: true, Message: "m"}
	empty := report.Part{Root: report.Root{Path: "d"}, Report: &report.Report{}}
	got := report.Join([]report.Part{part("a", same...), part("b", same...), part("c", open), empty})
	assert.Equal(t, []report.Root{
		{Path: "a", Kustomization: true, Objects: 3, Errors: 2, Verdict: "broken"},
		{Path: "b", Kustomization: true, Objects: 3, Errors: 2, Verdict: "broken"},
		{Path: "c", Kustomization: true, Objects: 3, Warnings: 1, Undecided: 1, Verdict: "not proven"},
		{Path: "d", Verdict: "nothing to check"},
	}, got.Summary.Roots)
	assert.Equal(t, 9, got.Summary.Objects)
	assert.Equal(t, []string{"team-0"}, got.Summary.Components)
	assert.Equal(t, []report.Kind{{Kind: "Node", Objects: 3, Reason: "x"}}, got.Summary.Coverage.Harmless)
	assert.Len(t, got.Skipped, 1, "each once")
	assert.Len(t, got.Summary.Shared, 1)
	assert.Equal(t, []report.Family{{Letter: "N", Title: "Network"}}, got.Summary.Checked)
	assert.Equal(t, "a", got.Findings[0].Root)
	assert.Contains(t, text(t, got, report.View{}), `    in: a
    and 1 more like it, in 1 folder: b
`)
	assert.Contains(t, text(t, got, report.View{}), `Checked, each on its own
  broken            a: 3 objects, 2 errors
  broken            b: 3 objects, 2 errors
  not proven        c: 3 objects, 1 warning (1 not decided)
  nothing to check  d: 0 objects
What one gives to another is not seen: name together what is applied together.

`)
}

func TestManyRootsFitOnTwoScreens(t *testing.T) {
	var parts []report.Part
	for n := range 300 {
		parts = append(parts, part(fmt.Sprintf("apps/team-%d/overlays/production", n), perTeam(n)...))
	}
	got := text(t, report.Join(parts), report.View{})
	assert.LessOrEqual(t, rowsOf(got), 100)
	assert.Contains(t, got, "and 280 more folders; --group none lists all\n")
}
