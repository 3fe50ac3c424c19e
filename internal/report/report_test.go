package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/report"
)

// example has every kind of thing that a report may hold.
func example() *report.Report {
	policy := finding.Object{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Namespace: "back",
		Name: "allow-x"}
	r := &report.Report{
		Findings: []finding.Finding{
			{Code: "CLS-N003", Severity: finding.Error, Object: policy, Field: fieldpath.Of("spec", "egress").Index(0),
				File: "deploy/a b.yaml", Line: 12,
				Message: "opens <more>", Counterexample: "pod a → pod b on TCP 1", Fix: "remove it"},
			{Code: "CLS-N003", Severity: finding.Error, Object: policy, Field: fieldpath.Of("spec", "egress").Index(0),
				File: "deploy/a b.yaml", Line: 14, Message: "opens ]]> more"},
			{Code: "CLS-K020", Severity: finding.Warning, Message: "was\x1b[31m not run", Undecided: true},
			{Code: "CLS-Q001", Severity: finding.Info,
				Object: finding.Object{Kind: "Deployment", Namespace: "back", Name: "api"}, Message: "so"},
		},
		Suppressed: []report.Suppressed{{Finding: finding.Finding{
			Code: "CLS-P001", Severity: finding.Warning, Object: finding.Object{Kind: "Pod", Name: "p"},
			Field: fieldpath.Of("spec"), Message: "weak",
		}, Reason: "known"}},
		Skipped: []report.Skipped{{File: "values.yaml", Reason: "not a Kubernetes object"}},
		Summary: report.Summary{
			Objects: 48, Components: []string{"", "back"},
			Checked:    []report.Family{{Letter: "N", Title: "Network"}, {Letter: "R", Title: "RBAC"}},
			NotChecked: []report.Family{{Letter: "I", Title: "Scaleway paths"}},
			Coverage: report.Coverage{
				Decided:     44,
				Harmless:    []report.Kind{{APIGroup: "cert-manager.io", Kind: "Issuer", Objects: 2, Reason: "certificates"}},
				NotDecided:  []report.Kind{{APIGroup: "example.com", Kind: "Toggle", Objects: 1}, {Kind: "Node", Objects: 1}},
				NotLookedAt: []report.Namespace{{Namespace: "kube-system", Objects: 1, Reason: "it belongs to Kubernetes"}},
			},
		},
	}
	r.Count()
	return r
}

func TestTextForPeople(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, example(), report.View{Color: false}))
	assert.Equal(t, `deploy/a b.yaml
  error   CLS-N003  NetworkPolicy back/allow-x spec.egress[0] (line 12)
    opens <more>
    counterexample: pod a → pod b on TCP 1
    fix: remove it
  error   CLS-N003  NetworkPolicy back/allow-x spec.egress[0] (line 14)
    opens ]]> more

  warning CLS-K020
    was[31m not run
    not decided: what this is about is no pass

Deployment back/api
  info    CLS-Q001
    so

Suppressed
  warning CLS-P001  Pod p spec
    weak
    reason: known

Skipped
  values.yaml: not a Kubernetes object

No Segregation: the components are namespaces (no namespace, back), and what is meant to be allowed is not known.
Checked: Network, RBAC. Not checked: Scaleway paths.
Known to be harmless: Issuer.cert-manager.io (2).
Not decided: Toggle.example.com (1), Node (1).
Not looked at, for they are no components: kube-system (1 object, it belongs to Kubernetes).
broken: 2 errors, 1 warning, 1 info (1 not decided); 1 suppressed; 48 objects in 2 components
`, out.String())
}

func TestACleanReportSaysWhatWasChecked(t *testing.T) {
	r := &report.Report{Summary: report.Summary{
		Objects: 1, Components: []string{"back"}, Segregations: []string{"shop"},
		Checked: []report.Family{{Letter: "N", Title: "Network"}},
	}}
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, r, report.View{Color: true}))
	assert.Equal(t,
		"Held against Segregation shop: components back.\nChecked: Network. Not checked: nothing.\n"+
			"\x1b[32mproven\x1b[0m: no findings; 1 object in 1 component\n",
		out.String())
}

func TestManyComponentsAreCounted(t *testing.T) {
	r := &report.Report{Summary: report.Summary{Objects: 12, Components: strings.Split("abcdefghijkl", "")}}
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, r, report.View{Color: false}))
	assert.Contains(t, out.String(), "(a, b, c, d, e, f, g, h, i, j and 2 more)")
}

func TestNothingCheckedIsSaid(t *testing.T) {
	r := &report.Report{}
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.Text(&out, r, report.View{Color: false}))
	assert.Equal(t, "no findings; nothing was checked\n", out.String())

	out.Reset()
	paths := &report.Report{Summary: report.Summary{Segregations: []string{"shop"},
		Checked: []report.Family{{Letter: "I", Title: "Scaleway paths"}}}}
	require.NoError(t, report.Text(&out, paths, report.View{Color: false}))
	assert.Equal(t, "Checked: Scaleway paths. Not checked: nothing.\nno findings; no object was checked\n",
		out.String())
}

func TestJSONKeepsItsKeys(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.JSON(&out, example()))
	var got struct {
		Findings   []map[string]any
		Suppressed []map[string]any
		Skipped    []map[string]any
		Summary    map[string]any
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	assert.Equal(t, map[string]any{
		"code": "CLS-N003", "severity": "error", "field": "spec.egress[0]", "file": "deploy/a b.yaml", "line": 12.0,
		"message": "opens <more>", "counterexample": "pod a → pod b on TCP 1", "fix": "remove it",
		"object": map[string]any{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "namespace": "back",
			"name": "allow-x"},
	}, got.Findings[0])
	assert.Equal(t, "known", got.Suppressed[0]["reason"])
	assert.Equal(t, "CLS-P001", got.Suppressed[0]["code"])
	assert.Equal(t, "values.yaml", got.Skipped[0]["file"])
	assert.EqualValues(t, 2, got.Summary["errors"])
	assert.EqualValues(t, 1, got.Summary["undecided"])
	assert.Contains(t, out.String(), `"message": "opens <more>"`)
}

func TestEmptyListsAreLists(t *testing.T) {
	r := &report.Report{}
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.JSON(&out, r))
	assert.NotContains(t, out.String(), "null")
}

func TestSARIFIsWhatTheSchemaAsksFor(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.SARIF(&out, example(), "1.2.3"))
	log, err := sarif.FromBytes(out.Bytes())
	require.NoError(t, err)
	run := log.Runs[0]
	// The library reads what is optional and left out as an empty value, which the schema does not allow.
	run.NewlineSequences, run.Language, run.Tool.Driver.Language = []string{"\n"}, "en-US", "en-US"
	require.NoError(t, log.Validate())
	assert.Equal(t, "cloison", *run.Tool.Driver.Name)
	for _, rule := range run.Tool.Driver.Rules {
		assert.NotEmpty(t, *rule.Help.Text, *rule.ID)
		assert.NotContains(t, *rule.Help.Text, "`", *rule.ID)
	}
	require.Len(t, run.Results, 5)
	first := run.Results[0]
	assert.Equal(t, "CLS-N003", *run.Tool.Driver.Rules[first.RuleIndex].ID)
	assert.Equal(t, "error", first.Level)
	assert.Equal(t, "deploy/a%20b.yaml", *first.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	assert.Equal(t, 12, *first.Locations[0].PhysicalLocation.Region.StartLine)
	assert.Equal(t, "NetworkPolicy back/allow-x spec.egress[0]",
		*first.Locations[0].LogicalLocations[0].FullyQualifiedName)
	for _, result := range run.Results {
		require.Len(t, result.Locations, 1)
		assert.NotEmpty(t, *result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		assert.Positive(t, *result.Locations[0].PhysicalLocation.Region.StartLine)
		assert.Equal(t, *run.Tool.Driver.Rules[result.RuleIndex].ID, *result.RuleID)
		assert.NotEmpty(t, *result.Message.Text)
		assert.Contains(t, []string{"error", "warning", "note"}, result.Level)
	}
	assert.Equal(t, "note", run.Results[3].Level)
	assert.Equal(t, "known", *run.Results[4].Suppressions[0].Justification)
}

func TestSARIFShowsEveryFindingInAFile(t *testing.T) {
	for name, test := range map[string]struct {
		file   string
		line   int
		anchor string
		uri    string
		start  int
	}{
		"a line of a file":                     {"deploy/a b.yaml", 12, "s.yaml", "deploy/a%20b.yaml", 12},
		"a file whose lines mean nothing":      {"deploy/a.yaml", 0, "s.yaml", "deploy/a.yaml", 1},
		"a file with a colon":                  {"a:b.yaml", 1, "", "./a:b.yaml", 1},
		"an absolute file":                     {"/tmp/a#b.yaml", 1, "", "file:///tmp/a%23b.yaml", 1},
		"no file":                              {"", 0, "s.yaml", "s.yaml", 1},
		"a line of standard input":             {"", 7, "s.yaml", "stdin", 7},
		"no file, everything from the stream":  {"", 0, "", "stdin", 1},
		"a file with an escape sequence in it": {"a\x1b[31m.yaml", 1, "", "a%1B%5B31m.yaml", 1},
	} {
		f := finding.Finding{Code: "CLS-N003", Message: "m", File: test.file, Line: test.line}
		r := &report.Report{Anchor: test.anchor, Findings: []finding.Finding{f}}
		var out bytes.Buffer
		require.NoError(t, report.SARIF(&out, r, "1"))
		log, err := sarif.FromBytes(out.Bytes())
		require.NoError(t, err)
		at := log.Runs[0].Results[0].Locations[0].PhysicalLocation
		assert.Equal(t, test.uri, *at.ArtifactLocation.URI, name)
		assert.Equal(t, test.start, *at.Region.StartLine, name)
	}
}

func TestFingerprintsStayWhenLinesMove(t *testing.T) {
	prints := func(r *report.Report) (found []string) {
		var out bytes.Buffer
		require.NoError(t, report.SARIF(&out, r, "1"))
		log, err := sarif.FromBytes(out.Bytes())
		require.NoError(t, err)
		for _, result := range log.Runs[0].Results {
			found = append(found, result.PartialFingerprints["cloison/v1"])
		}
		return found
	}
	before := prints(example())
	moved := example()
	moved.Findings[0].Line, moved.Findings[0].File, moved.Findings[0].Message = 99, "elsewhere.yaml", "said otherwise"
	assert.Equal(t, before, prints(moved))
	assert.NotEqual(t, before[0], before[1], "two findings of a field are two")
}

func TestJUnit(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.JUnit(&out, example(), report.Threshold(finding.Error)))
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Class   string `xml:"classname,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
				Skipped *struct {
					Message string `xml:"message,attr"`
				} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(out.Bytes(), &got), out.String())
	assert.Equal(t, []int{6, 2, 1, 1}, []int{got.Tests, got.Failures, got.Errors, got.Skipped})
	network := got.Suites[0]
	assert.Equal(t, "Network", network.Name)
	assert.Equal(t, "CLS-N003 NetworkPolicy back/allow-x spec.egress[0]", network.Cases[0].Name)
	assert.Equal(t, "deploy/a b.yaml", network.Cases[0].Class)
	assert.Equal(t, "opens <more>", network.Cases[0].Failure.Message)
	assert.Contains(t, network.Cases[0].Failure.Text, "counterexample: pod a → pod b on TCP 1; fix: remove it")
	assert.Equal(t, "RBAC", got.Suites[1].Name)
	assert.Equal(t, "no findings", got.Suites[1].Cases[0].Name)
	assert.Equal(t, "suppressed: known", got.Suites[2].Cases[0].Skipped.Message)
}

func TestMarkdownForPages(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.Markdown(&out, example(), report.View{}))
	assert.Equal(t, `### Cloison: broken: 2 errors, 1 warning, 1 info (1 not decided); 1 suppressed; 48 objects in 2 components

| Severity | Code | Where | Finding |
|---|---|---|---|
| error | CLS-N003 | deploy/a b.yaml:12<br>NetworkPolicy back/allow-x spec.egress\[0\] | opens &lt;more&gt;`+
		`<br>**Counterexample:** pod a → pod b on TCP 1<br>**Fix:** remove it |
| error | CLS-N003 | deploy/a b.yaml:14<br>NetworkPolicy back/allow-x spec.egress\[0\] | opens \]\]&gt; more |
| warning | CLS-K020 |  | was\[31m not run<br>**Not decided:** what this is about is no pass |
| info | CLS-Q001 | Deployment back/api | so |

<details><summary>1 suppressed finding</summary>

| Severity | Code | Where | Finding | Reason |
|---|---|---|---|---|
| warning | CLS-P001 | Pod p spec | weak | known |

</details>

<details><summary>1 skipped file</summary>

| File | Reason |
|---|---|
| values.yaml | not a Kubernetes object |

</details>

No Segregation: the components are namespaces (no namespace, back), and what is meant to be allowed is not known.

Checked: Network, RBAC. Not checked: Scaleway paths.

Known to be harmless: Issuer.cert-manager.io (2).

Not decided: Toggle.example.com (1), Node (1).

Not looked at, for they are no components: kube-system (1 object, it belongs to Kubernetes).
`, out.String())
}

func TestMarkdownOfNothing(t *testing.T) {
	r := &report.Report{}
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.Markdown(&out, r, report.View{}))
	assert.Equal(t, "### Cloison: no findings; nothing was checked\n", out.String())
}

func TestMarkdownIsBoundedAndCountsWhatItLeavesOut(t *testing.T) {
	r := example()
	finds := r.Findings[0]
	finds.Message = strings.Repeat("a", 1000)
	r.Findings = slices.Repeat([]finding.Finding{finds}, 200)
	r.Skipped = slices.Repeat(r.Skipped, 2000)
	r.Count()
	var out bytes.Buffer
	require.NoError(t, report.Markdown(&out, r, report.View{Group: report.GroupNone}))
	shown := strings.Count(out.String(), "| CLS-N003 | deploy")
	assert.LessOrEqual(t, out.Len(), 60_000)
	assert.Greater(t, shown, 45, "as many as there is room for")
	assert.Contains(t, out.String(), fmt.Sprintf("|\n\n%d more findings not shown.\n", 200-shown))
	assert.Contains(t, out.String(), "<summary>2000 skipped files</summary>")
	assert.Contains(t, out.String(), "more skipped files not shown.\n\n</details>\n")
	assert.Contains(t, out.String(), "### Cloison: broken: 200 errors; ", "the numbers are those of all")
	assert.Contains(t, out.String(), "\nChecked: Network, RBAC. ", "what was looked at is always said")
}

// TestMarkdownIsBoundedWhateverThereIsMuchOf has all nine tables, with more of everything than there is room for.
func TestMarkdownIsBoundedWhateverThereIsMuchOf(t *testing.T) {
	for _, long := range []int{1, 59, 3000} {
		r := example()
		finds := r.Findings[0]
		finds.Message = strings.Repeat("a", long)
		r.Findings = slices.Repeat([]finding.Finding{finds}, 1500)
		r.Known = slices.Repeat(r.Findings[:1], 1500)
		r.Gone = slices.Repeat([]report.Gone{{Code: "CLS-N001", Severity: finding.Error, Message: finds.Message}}, 1500)
		r.Suppressed = slices.Repeat(r.Suppressed, 1500)
		r.Skipped = slices.Repeat(r.Skipped, 1500)
		r.Ways = &report.Ways{Shown: slices.Repeat([]report.Way{{}}, 1500), Count: 1500, More: 1, Fixes: 1000}
		r.Summary.Roots = slices.Repeat([]report.Root{{Path: "deploy/a", Verdict: "broken"}}, 1500)
		r.Summary.Segregations = slices.Repeat([]string{"shop"}, 1500)
		r.Summary.NotChecked = slices.Repeat(r.Summary.NotChecked, 1500)
		r.Summary.Narrowed = &report.Narrowed{Codes: slices.Repeat([]string{"CLS-N001"}, 1500)}
		r.Count()
		for _, v := range []report.View{{}, {Most: 3}, {Group: report.GroupNone}} {
			var out bytes.Buffer
			require.NoError(t, report.Markdown(&out, r, v))
			assert.LessOrEqual(t, out.Len(), 60_000, "%d", long)
			assert.Equal(t, 8, strings.Count(out.String(), "<details>"), "%d", long)
			assert.Contains(t, out.String(), "<summary>1500 ways</summary>")
		}
	}
}

func TestDotenvHasTheNumbers(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.Dotenv(&out, example()))
	assert.Equal(t, "errors=2\nwarnings=1\ninfos=1\nundecided=1\nsuppressed=1\nobjects=48\ncomponents=2\n", out.String())
}

func TestThresholds(t *testing.T) {
	for threshold, met := range map[report.Threshold][]finding.Severity{
		"error": {finding.Error}, "warning": {finding.Error, finding.Warning},
		"info": {finding.Error, finding.Warning, finding.Info}, "never": nil,
	} {
		for _, severity := range []finding.Severity{finding.Error, finding.Warning, finding.Info} {
			want := slices.Contains(met, severity)
			assert.Equal(t, want, threshold.Met(severity), "%s %s", threshold, severity)
			assert.Equal(t, want, threshold.AnyMet([]finding.Finding{{Severity: severity}}))
		}
	}
}
