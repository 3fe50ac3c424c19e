package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// codeRow counts the findings of a code and a severity.
type codeRow struct {
	severity finding.Severity
	code     finding.Code
	title    string
	findings int
}

// byCode has a row for each code and severity, the worst first, then by number.
func byCode(findings []finding.Finding) []codeRow {
	titles := map[finding.Code]string{}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			titles[rule.Code] = rule.Title
		}
	}
	type key struct {
		severity finding.Severity
		code     finding.Code
	}
	counts := map[key]int{}
	for _, f := range findings {
		counts[key{f.Severity, f.Code}]++
	}
	rows := make([]codeRow, 0, len(counts))
	for k, n := range counts {
		rows = append(rows, codeRow{severity: k.severity, code: k.code, title: titles[k.code], findings: n})
	}
	slices.SortFunc(rows, func(a, b codeRow) int {
		return cmp.Or(
			cmp.Compare(a.severity.Rank(), b.severity.Rank()),
			cmp.Compare(a.code.Concern(), b.code.Concern()),
			cmp.Compare(b.findings, a.findings),
			cmp.Compare(a.code, b.code),
		)
	})
	return rows
}

// namespaceRow counts the findings of a namespace.
type namespaceRow struct {
	// name is empty for findings that are about no namespace.
	name                    string
	errors, warnings, infos int
}

func (r namespaceRow) findings() int { return r.errors + r.warnings + r.infos }

func (r namespaceRow) shown() string { return printable.Line(cmp.Or(r.name, "no namespace")) }

// byNamespace has a row for each namespace, that with the most errors first.
func byNamespace(findings []finding.Finding) []namespaceRow {
	counts := map[string]*namespaceRow{}
	for _, f := range findings {
		name := namespaceOf(f)
		row := counts[name]
		if row == nil {
			row = &namespaceRow{name: name}
			counts[name] = row
		}
		switch f.Severity {
		case finding.Error:
			row.errors++
		case finding.Warning:
			row.warnings++
		default:
			row.infos++
		}
	}
	rows := make([]namespaceRow, 0, len(counts))
	for _, row := range counts {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b namespaceRow) int {
		return cmp.Or(cmp.Compare(b.errors, a.errors), cmp.Compare(b.warnings, a.warnings),
			cmp.Compare(b.infos, a.infos), cmp.Compare(a.name, b.name))
	})
	return rows
}

// Rows of the tables in a text.
const (
	mostCodes      = 12
	mostNamespaces = 6
)

func (t *text) byCode(findings []finding.Finding) {
	rows := byCode(findings)
	t.title("By code")
	for i, row := range rows {
		if i == mostCodes && len(rows) > mostCodes+1 {
			t.line("  and %s: %s", phrase.Count(len(rows)-i, "more row"), fewCodes(rows[i:]))
			break
		}
		t.line("  %s %s %6d  %s", t.severity(row.severity), row.code, row.findings, row.title)
	}
	t.line("")
}

// fewCodes lists rows that have no line of their own, all of them: two codes are a word.
func fewCodes(rows []codeRow) string {
	var texts []string
	under := finding.Severity("")
	for _, row := range rows {
		text := fmt.Sprintf("%s %d", strings.TrimPrefix(string(row.code), "CLS-"), row.findings)
		if row.severity != under {
			text = fmt.Sprintf("%ss %s", row.severity, text)
			under = row.severity
		}
		texts = append(texts, text)
	}
	return phrase.List(texts)
}

func (t *text) byNamespace(findings []finding.Finding) {
	rows := byNamespace(findings)
	t.title("By namespace")
	for i, row := range rows {
		if i == mostNamespaces && len(rows) > mostNamespaces+1 {
			left := 0
			for _, r := range rows[i:] {
				left += r.findings()
			}
			t.line("  and %s, with %s", phrase.Count(len(rows)-i, "more namespace"), phrase.Count(left, "finding"))
			break
		}
		t.line("  %s  %s", row.counts(), row.shown())
	}
	t.line("")
}

func (r namespaceRow) counts() string {
	return fmt.Sprintf("%10s %12s %8s", phrase.Count(r.errors, "error"), phrase.Count(r.warnings, "warning"),
		phrase.Count(r.infos, "info"))
}
