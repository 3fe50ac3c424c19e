package report

import (
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/printable"
)

// JUnit writes the report as a test report with a suite for each family and a test for each finding. Findings that meet
// the threshold are failures, undecided ones errors, suppressed and known ones skipped; the others pass, with their text. A
// family without findings has one test that passes.
func JUnit(w io.Writer, r *Report, threshold Threshold) error {
	suites := junit.Testsuites{Name: "cloison check"}
	for _, family := range finding.Families() {
		suite := junit.Testsuite{Name: family.Title, Time: "0", ID: len(suites.Suites)}
		for _, f := range r.Findings {
			if within(f, family) {
				suite.AddTestcase(testcase(f, threshold))
			}
		}
		for _, f := range r.Known {
			if within(f, family) {
				known := named(f)
				known.Skipped = &junit.Result{Message: "known: the baseline has it", Data: body(f)}
				suite.AddTestcase(known)
			}
		}
		for _, s := range r.Suppressed {
			if within(s.Finding, family) {
				accepted := named(s.Finding)
				accepted.Skipped = &junit.Result{Message: "suppressed: " + xmlText(s.Reason), Data: body(s.Finding)}
				suite.AddTestcase(accepted)
			}
		}
		if len(suite.Testcases) == 0 && wasChecked(&r.Summary, family) {
			suite.AddTestcase(junit.Testcase{Name: "no findings", Classname: family.Title})
		}
		if len(suite.Testcases) > 0 {
			suites.AddSuite(suite)
		}
	}
	return suites.WriteXML(w)
}

func within(f finding.Finding, family finding.Family) bool {
	return strings.HasPrefix(string(f.Code), "CLS-"+family.Letter)
}

func wasChecked(s *Summary, family finding.Family) bool {
	for _, checked := range s.Checked {
		if checked.Letter == family.Letter {
			return true
		}
	}
	return false
}

func named(f finding.Finding) junit.Testcase {
	name := strings.TrimSpace(strings.Join([]string{string(f.Code), f.Object.String(), f.Field.String()}, " "))
	class := heading(f)
	if class == "" {
		class = string(f.Code)
	}
	return junit.Testcase{Name: xmlText(name), Classname: xmlText(class)}
}

func testcase(f finding.Finding, threshold Threshold) junit.Testcase {
	test := named(f)
	result := &junit.Result{Message: xmlText(f.Message), Type: string(f.Severity), Data: body(f)}
	switch {
	case threshold.Met(f.Severity):
		test.Failure = result
	case f.Undecided:
		test.Error = result
	default:
		test.SystemOut = &junit.Output{Data: body(f)}
	}
	return test
}

// body is the finding as one line, which holds what the attributes do not.
func body(f finding.Finding) string { return xmlText(f.String()) }

// xmlText drops what XML cannot hold.
func xmlText(s string) string { return strings.ReplaceAll(printable.Line(s), "]]>", "]] >") }
