package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
)

// perTeam are findings on each of many namespaces: two of a kind, and one of which each is of its own kind.
func perTeam(n int) []finding.Finding {
	team := fmt.Sprintf("team-%d", n)
	deployment := finding.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: team, Name: fmt.Sprintf("app-%d", n)}
	return []finding.Finding{
		{Code: finding.NamespaceNotIsolated, Severity: finding.Error, File: team + "/ns.yaml", Line: 1,
			Object:  finding.Object{APIVersion: "v1", Kind: "Namespace", Name: team},
			Message: fmt.Sprintf("namespace %q is not isolated", team), Fix: "add a policy to " + team},
		{Code: finding.ForeignSecret, Severity: finding.Error, File: team + "/app.yaml", Line: 7, Object: deployment,
			Field:   fieldpath.Of("spec", "volumes").Index(n % 3),
			Message: fmt.Sprintf("pods of %s/app-%d import Secret %s.db-%d on TCP 5432", team, n, team, n)},
		{Code: finding.QuotaMissing, Severity: finding.Warning, Object: finding.Object{Kind: "Widget", Name: "w"},
			Message: strings.Repeat("x", n+1)},
	}
}

func many(teams int) *report.Report {
	r := &report.Report{Summary: report.Summary{Objects: teams * 10}}
	for n := range teams {
		r.Findings = append(r.Findings, perTeam(n)...)
		r.Summary.Components = append(r.Summary.Components, fmt.Sprintf("team-%d", n))
	}
	finding.Sort(r.Findings)
	r.Count()
	return r
}

func text(t *testing.T, r *report.Report, v report.View) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, r, v))
	return out.String()
}

func TestManyFindingsAreShownOnceTheWorstFirst(t *testing.T) {
	got := text(t, many(30), report.View{Most: 2})
	assert.Equal(t, `team-0/app.yaml
  error   CLS-P001  Deployment team-0/app-0 spec.volumes[0] (line 7)
    pods of team-0/app-0 import Secret team-0.db-0 on TCP 5432
    and 29 more like it, in 29 objects: team-1/app-1, team-10/app-10, team-11/app-11, team-12/app-12 and 25 more
    at team-1/app.yaml:7, team-10/app.yaml:7, team-11/app.yaml:7 and 26 more

team-0/ns.yaml
  error   CLS-N001  Namespace team-0 (line 1)
    namespace "team-0" is not isolated
    fix: add a policy to team-0
    and 29 more like it, in 29 namespaces: team-1, team-10, team-11, team-12, team-13, team-14, team-15 and 22 more
    at team-1/ns.yaml:1, team-10/ns.yaml:1, team-11/ns.yaml:1 and 26 more

30 more kinds of findings not shown, in 30 findings. --max 32 shows all, --code and --namespace those of some codes and namespaces, --group none each on its own.

By code
  error   CLS-P001     30  Imports what is not its own
  error   CLS-N001     30  Namespace not isolated
  warning CLS-Q005     30  Declared quota missing

By namespace
    2 errors   0 warnings  0 infos  team-0
    2 errors   0 warnings  0 infos  team-1
    2 errors   0 warnings  0 infos  team-10
    2 errors   0 warnings  0 infos  team-11
    2 errors   0 warnings  0 infos  team-12
    2 errors   0 warnings  0 infos  team-13
  and 25 more namespaces, with 78 findings

No Segregation: the components are namespaces (team-0, team-1, team-2, team-3, team-4, team-5, team-6, team-7, team-8, team-9 and 20 more), and what is meant to be allowed is not known.
Checked: nothing. Not checked: nothing.
broken: 60 errors, 30 warnings; 300 objects in 30 components
`, got)
}

func TestManyFindingsFitOnTwoScreens(t *testing.T) {
	for _, teams := range []int{10, 100, 1_458} {
		got := text(t, many(teams), report.View{})
		assert.LessOrEqual(t, rowsOf(got), 100, "%d teams", teams)
		assert.Greater(t, rowsOf(got), 30)
		assert.Contains(t, got, fmt.Sprintf("CLS-P001 %6d", teams))
	}
}

// rowsOf counts the rows of a terminal with 120 columns.
func rowsOf(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += max(1, (len([]rune(strings.TrimSuffix(line, "\n")))+119)/120)
	}
	return n
}

func TestNoGroupsShowEverything(t *testing.T) {
	got := text(t, many(50), report.View{Group: report.GroupNone})
	assert.Equal(t, 50, strings.Count(got, "CLS-P001"))
	assert.NotContains(t, got, "more like it")
	assert.NotContains(t, got, "By code")
	assert.Less(t, strings.Index(got, "CLS-P001"), strings.Index(got, "CLS-N001"), "the worst first")
}

func TestWhatDiffersInMeaningIsNotTheSame(t *testing.T) {
	base := perTeam(1)[1]
	r := &report.Report{}
	for _, change := range []func(f *finding.Finding){
		func(*finding.Finding) {},
		func(f *finding.Finding) { f.Code = finding.ForeignVolume },
		func(f *finding.Finding) { f.Severity = finding.Warning },
		func(f *finding.Finding) { f.Undecided = true },
		func(f *finding.Finding) { f.Field = fieldpath.Of("spec") },
		func(f *finding.Finding) { f.Message = strings.Replace(f.Message, "5432", "80", 1) },
		func(f *finding.Finding) { f.Message = strings.Replace(f.Message, "import", "mount", 1) },
	} {
		for range 4 {
			f := base
			change(&f)
			r.Findings = append(r.Findings, f)
		}
	}
	r.Count()
	assert.Equal(t, 7, strings.Count(text(t, r, report.View{}), "and 3 more like it"))
}

func TestAReportIsNarrowed(t *testing.T) {
	r := many(2)
	r.Findings = append(r.Findings, finding.Finding{Code: finding.ReadsSecrets, Severity: finding.Error, Undecided: true,
		Object:  finding.Object{Kind: "ClusterRoleBinding", Name: "all"},
		Message: `service account "team-1/app" may read Secrets of namespace "team-0"`})
	r.Count()
	for name, test := range map[string]struct {
		to    report.Narrowing
		shown []string
		said  string
	}{
		"nothing": {report.Narrowing{}, []string{"N001", "N001", "P001", "P001", "Q005", "Q005", "R001"}, ""},
		"a code": {report.Narrowing{Codes: []string{"CLS-N001"}}, []string{"N001", "N001"},
			"Only findings of CLS-N001 are shown; not shown: 3 errors, 2 warnings (1 not decided)."},
		"families": {report.Narrowing{Codes: []string{"R", "P"}}, []string{"P001", "P001", "R001"},
			"Only findings of R or P are shown; not shown: 2 errors, 2 warnings."},
		"a namespace, that bindings mention": {report.Narrowing{Namespaces: []string{"team-1"}}, []string{"N001", "P001", "R001"},
			"Only findings on namespace team-1 are shown; not shown: 2 errors, 2 warnings."},
		"both": {report.Narrowing{Codes: []string{"N"}, Namespaces: []string{"team-1"}}, []string{"N001"},
			"Only findings of N on namespace team-1 are shown; not shown: 4 errors, 2 warnings (1 not decided)."},
	} {
		narrowed := r.Narrow(test.to)
		var shown []string
		for _, f := range narrowed.Findings {
			shown = append(shown, strings.TrimPrefix(string(f.Code), "CLS-"))
		}
		assert.ElementsMatch(t, test.shown, shown, name)
		got := text(t, narrowed, report.View{})
		assert.Contains(t, got, test.said, name)
		assert.Contains(t, got, "broken: 5 errors, 2 warnings (1 not decided); 20 objects", name+": the numbers are those of all")
	}
}

func TestWhatIsKnownIsCountedApart(t *testing.T) {
	r := many(2)
	r.Known, r.Findings = r.Findings[:4], nil
	r.Gone = []report.Gone{{Code: "CLS-N001", Severity: finding.Error,
		Object: finding.Object{Kind: "Namespace", Name: "old"}, Message: "m"}}
	r.Summary.Baseline = &report.Baseline{File: "known.yaml", Known: 4, Gone: 1}
	r.Count()
	assert.Contains(t, text(t, r, report.View{}), `Baseline known.yaml
  known, and not counted: 4 findings (errors P001 2, N001 2)
  no more there: 1 finding; write the baseline again, with --write-baseline
    CLS-N001 Namespace old

`)
	assert.Contains(t, text(t, r, report.View{}), "nothing new: no findings; 4 known; 20 objects")
	var out bytes.Buffer
	require.NoError(t, report.Markdown(&out, r, report.View{}))
	assert.Contains(t, out.String(), "<summary>4 known findings</summary>")
	assert.Contains(t, out.String(), "<summary>1 finding of the baseline that is no more</summary>")
	out.Reset()
	require.NoError(t, report.SARIF(&out, r, "1"))
	assert.Equal(t, 4, strings.Count(out.String(), `"baselineState": "unchanged"`))
	out.Reset()
	require.NoError(t, report.JUnit(&out, r, "error"))
	assert.Equal(t, 4, strings.Count(out.String(), `<skipped message="known: the baseline has it">`))
	out.Reset()
	require.NoError(t, report.Dotenv(&out, r))
	assert.Contains(t, out.String(), "known=4\ngone=1\n")
	out.Reset()
	require.NoError(t, report.JSON(&out, r))
	assert.Contains(t, out.String(), `"gone": [`)
}

func TestManyNamespacesAndFilesAreListedByTheirReason(t *testing.T) {
	r := many(1)
	for n := range 200 {
		r.Skipped = append(r.Skipped, report.Skipped{File: fmt.Sprintf("f%d.yaml", n), Reason: "not a Kubernetes object"})
		r.Summary.Coverage.NotLookedAt = append(r.Summary.Coverage.NotLookedAt,
			report.Namespace{Namespace: fmt.Sprintf("n%d", n), Objects: 2, Reason: []string{"a", "b", "b"}[n%3]})
	}
	got := text(t, r, report.View{})
	assert.Contains(t, got, "  not a Kubernetes object: f0.yaml, f1.yaml, f2.yaml, f3.yaml, f4.yaml, f5.yaml, f6.yaml and 193 more\n")
	assert.Contains(t, got, "Not looked at, for they are no components: 200 namespaces with 400 objects (--group none names all).\n"+
		"  b: n1 (2), n2 (2), n4 (2)")
	assert.Contains(t, got, " and 103 more\n  a: n0 (2)")
	assert.Contains(t, text(t, r, report.View{Group: report.GroupNone}), "n199 (2)")
}

func TestManySuppressedAreCountedByReason(t *testing.T) {
	r := many(1)
	for n := range 30 {
		r.Suppressed = append(r.Suppressed, report.Suppressed{Finding: perTeam(n)[0], Reason: fmt.Sprintf("ticket %d", n%2)})
	}
	got := text(t, r, report.View{})
	assert.Contains(t, got, "Suppressed\n     15  error   CLS-N001  ticket 0\n     15  error   CLS-N001  ticket 1\n\n")
}
