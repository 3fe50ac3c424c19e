package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// markdownLimit bounds the report in bytes: comments of GitHub take 65,536 characters.
//
// Facts: docs/facts.md, "Markdown at code hosts".
const markdownLimit = 60_000

// Markdown writes the report for pages of code hosts, such as the summary of a CI job or a comment on a pull request:
// the numbers, a table of the findings, what is suppressed and skipped, and what was looked at. Text of the input is
// escaped. The report has at most 60,000 bytes; what is left out for that is counted.
func Markdown(w io.Writer, r *Report) error {
	heading := fmt.Sprintf("### Cloison: %s\n", markdownText((&text{}).verdict(&r.Summary)))
	below := checkedLines(&r.Summary)
	m := &markdown{room: markdownLimit - len(heading+below) - tables*roomAroundTable}
	m.text.WriteString(heading)
	m.table("finding", "Severity | Code | Where | Finding", findingRows(r.Findings))
	m.table("suppressed finding", "Severity | Code | Where | Finding | Reason", suppressedRows(r.Suppressed))
	m.table("skipped file", "File | Reason", skippedRows(r.Skipped))
	m.text.WriteString(below)
	_, err := io.WriteString(w, m.text.String())
	return err
}

const (
	tables = 3
	// roomAroundTable is more than the title of a table, its header and the count of the rows that are left out take.
	roomAroundTable = 300
)

type markdown struct {
	text strings.Builder
	// room is how many bytes the rows of all tables may still take.
	room int
}

// table writes the rows there is room for, with a title that counts them all; nothing where there are none. The tables
// after that of the findings are folded.
func (m *markdown) table(noun, columns string, rows []string) {
	if len(rows) == 0 {
		return
	}
	before, after := "\n", ""
	if noun != "finding" {
		before = fmt.Sprintf("\n<details><summary>%s</summary>\n\n", phrase.Count(len(rows), noun))
		after = "\n</details>\n"
	}
	fmt.Fprintf(&m.text, "%s| %s |\n|%s\n", before, columns, strings.Repeat("---|", 1+strings.Count(columns, "|")))
	for i, row := range rows {
		if m.room -= len(row); m.room < 0 {
			fmt.Fprintf(&m.text, "\n%s not shown.\n", phrase.Count(len(rows)-i, "more "+noun))
			break
		}
		m.text.WriteString(row)
	}
	m.text.WriteString(after)
}

func findingRows(findings []finding.Finding) []string {
	rows := make([]string, len(findings))
	for i, f := range findings {
		rows[i] = tableRow(findingCells(f)...)
	}
	return rows
}

func suppressedRows(suppressed []Suppressed) []string {
	rows := make([]string, len(suppressed))
	for i, s := range suppressed {
		rows[i] = tableRow(append(findingCells(s.Finding), markdownText(s.Reason))...)
	}
	return rows
}

func skippedRows(skipped []Skipped) []string {
	rows := make([]string, len(skipped))
	for i, s := range skipped {
		rows[i] = tableRow(markdownText(s.File), markdownText(s.Reason))
	}
	return rows
}

func tableRow(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// findingCells has the severity, the code, the place and the text of a finding.
func findingCells(f finding.Finding) []string {
	object := strings.TrimSpace(f.Object.String() + " " + f.Field.String())
	lines := []string{markdownText(f.Message)}
	if f.Counterexample != "" {
		lines = append(lines, "**Counterexample:** "+markdownText(f.Counterexample))
	}
	if f.Fix != "" {
		lines = append(lines, "**Fix:** "+markdownText(f.Fix))
	}
	if f.Undecided {
		lines = append(lines, "**Not decided:** what this is about is no pass")
	}
	return []string{string(f.Severity), string(f.Code), cellLines(markdownText(f.Place()), markdownText(object)),
		cellLines(lines...)}
}

// cellLines joins the lines of a cell, without those that are empty.
func cellLines(lines ...string) string {
	var kept []string
	for _, line := range lines {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "<br>")
}

// checkedLines says what was looked at, a paragraph a line; empty where nothing was.
func checkedLines(s *Summary) string {
	var lines, paragraphs strings.Builder
	t := &text{w: bufio.NewWriter(&lines)}
	t.checked(s)
	_ = t.w.Flush() // a strings.Builder takes everything
	for line := range strings.Lines(lines.String()) {
		paragraphs.WriteString("\n" + markdownText(line) + "\n")
	}
	return paragraphs.String()
}

// markdownText is text in one line, which neither Markdown nor HTML takes for anything else.
func markdownText(s string) string { return markdownEscapes.Replace(printable.Line(s)) }

// markdownEscapes has what has a meaning inside of a line or a cell: in CommonMark, in GitHub's tables, strikethrough
// and links of bare addresses, and in its formulas.
var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"|", "&#124;", "~", `\~`, "$", `\$`, "&", "&amp;", "<", "&lt;", ">", "&gt;",
	"://", `:\//`, "www.", `www\.`, "@", `\@`)
