package report_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
)

// withWays is a report with some ways.
func withWays(count int) *report.Report {
	fix := &report.Fix{
		Codes: []finding.Code{finding.BecomesNode}, Object: finding.Object{Kind: "Pod", Namespace: "web", Name: "a\x1b[31m"},
		Fix: "remove the setting", Findings: 2,
	}
	r := &report.Report{Ways: &report.Ways{Count: 9, Fixes: 2}, Cut: &report.Cut{Fix: *fix, Closes: 7}}
	for i := range count {
		r.Ways.Shown = append(r.Ways.Shown, report.Way{
			From: []string{"web"}, Secrets: i + 1, Of: []string{"db"},
			Steps: []report.Step{
				{End: finding.End{Kind: finding.OfNode}, Text: "a node", By: fix},
				{End: finding.End{Kind: finding.OfSecret, Namespace: "db", Name: "dsn"}, Text: "Secret db/dsn"},
			},
		})
	}
	r.Count()
	return r
}

func written(t *testing.T, r *report.Report) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, report.Text(&text, r, report.View{}))
	return text.String()
}

func TestWaysAreShown(t *testing.T) {
	assert.Contains(t, written(t, withWays(2)), `Ways of several steps
  web: a node (CLS-P011 Pod web/a[31m) → Secret db/dsn
  web: a node (CLS-P011 Pod web/a[31m) → Secret db/dsn and 1 more Secret, all of db

One fix closes 7 of 9 ways to a Secret: remove the setting, and mend the 1 other finding there (CLS-P011 Pod web/a[31m). `+
		"A way is a component, and a Secret of another one that it obtains.\n")
}

func TestWaysThatNoFixClosesAreSaid(t *testing.T) {
	r := withWays(0)
	r.Cut = nil
	text := written(t, r)
	assert.Contains(t, text, "No single fix closes one of 9 ways to a Secret: ")
	assert.NotContains(t, text, "Ways of several steps")
	r.Ways.Fixes = 1
	assert.NotContains(t, written(t, r), "fix", "there is nothing to choose")
	r.Ways.Uncounted = []string{"a", "b", "c", "d"}
	assert.Contains(t, written(t, r), "Not counted, because there are too many ways: those of a, b, c")
}

func TestBesideManyFindingsFewWaysAreShown(t *testing.T) {
	r := withWays(10)
	r.Ways.More = 4
	for i := range 30 {
		r.Findings = append(r.Findings, finding.Finding{Code: "CLS-X001", Severity: finding.Error, Message: strconv.Itoa(i)})
	}
	r.Count()
	text := written(t, r)
	assert.Equal(t, 5, strings.Count(text, "  web: "))
	assert.Contains(t, text, "  and 9 more ways\n")
}

func TestWaysOfRootsAreTakenTogether(t *testing.T) {
	one, other, none := withWays(8), withWays(7), &report.Report{}
	other.Cut.Closes = 8
	all := report.Join([]report.Part{
		{Root: report.Root{Path: "a"}, Report: one}, {Root: report.Root{Path: "b"}, Report: other},
		{Root: report.Root{Path: "c"}, Report: none},
	})
	assert.Equal(t, 18, all.Ways.Count)
	assert.Len(t, all.Ways.Shown, 10)
	assert.Equal(t, 5, all.Ways.More)
	assert.Equal(t, "a", all.Ways.Shown[0].Root)
	assert.Equal(t, "b", all.Cut.Root)
	assert.Contains(t, written(t, all), "  web in a: a node (CLS-P011")
	assert.Nil(t, report.Join([]report.Part{{Report: none}}).Ways)
}
