package cli

import (
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/ways"
)

// addWays adds the ways that the findings open, where there are any.
func addWays(to *report.Report, result *validators.Result) {
	if !result.LeadOn() {
		return
	}
	sum := result.Ways().Sum()
	if sum.Count == 0 && len(sum.Uncounted) == 0 {
		return
	}
	shown := &report.Ways{
		Count: sum.Count, Fixes: sum.Fixes, Shown: []report.Way{}, More: sum.More, Uncounted: sum.Uncounted,
	}
	for _, w := range sum.Ways {
		way := report.Way{From: w.From, Secrets: w.Secrets, Of: w.Of}
		for _, s := range w.Steps {
			way.Steps = append(way.Steps, report.Step{End: s.End, Text: s.Text(), By: fixOf(s.By)})
		}
		shown.Shown = append(shown.Shown, way)
	}
	to.Ways = shown
	if sum.Cut != nil {
		to.Cut = &report.Cut{Fix: *fixOf(sum.Cut.Fix), Closes: sum.Cut.Closes}
	}
}

// fixOf is a fix as reports have it; nil for none.
func fixOf(f *ways.Fix) *report.Fix {
	if f == nil {
		return nil
	}
	first := f.Findings[0]
	return &report.Fix{
		Codes: f.Codes(), Object: first.Object, File: first.File, Line: first.Line, Fix: first.Fix,
		Findings: len(f.Findings), Accepted: f.Accepted,
	}
}
