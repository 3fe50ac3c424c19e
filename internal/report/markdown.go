package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
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
// the numbers, a table of the findings, the worst first and those that say the same in one row, what is suppressed and
// skipped, and what was looked at. Text of the input is escaped. The report has at most 60,000 bytes; what is left out
// for that is counted.
func Markdown(w io.Writer, r *Report, v View) error {
	heading := fmt.Sprintf("### Cloison: %s\n", markdownText(newText(false).verdict(&r.Summary)))
	groups := groupsOf(r.Findings, v.grouping(r))
	t := newText(false)
	t.narrowed(r)
	above := paragraphs(t.w.String())
	t = newText(false)
	t.whole = v.Group == GroupNone
	t.checked(&r.Summary)
	below := cutParagraphs(r) + paragraphs(t.w.String())
	m := &markdown{room: markdownLimit - len(heading+above+below) - tables*roomAroundTable}
	m.text.WriteString(heading + above)
	m.findings(groups, v.Most)
	if len(r.Findings) > fewFindings {
		m.folded("code", "Severity | Code | Findings | Title", codeRows(byCode(r.Findings)))
		m.folded("namespace", "Namespace | Errors | Warnings | Infos", namespaceRows(byNamespace(r.Findings)))
	}
	m.folded("checked folder", "Folder | Verdict | Objects | Errors | Warnings | Infos",
		rootRows(r.Summary.Roots))
	m.folded("chain", "From | Way", wayRows(r.Ways))
	m.folded("known finding", "Severity | Code | Where | Finding", groupRows(groupsOf(r.Known, GroupNone)))
	m.folded("finding of the baseline that is no more", "Severity | Code | Where | Finding", goneRows(r.Gone))
	m.folded("suppressed finding", "Severity | Code | Where | Finding | Reason", suppressedRows(r.Suppressed))
	m.folded("skipped file", "File | Reason", skippedRows(r.Skipped))
	m.text.WriteString(below)
	_, err := io.WriteString(w, m.text.String())
	return err
}

const (
	tables = 8
	// roomAroundTable is more than the title of a table, its header and the count of the rows that are left out take.
	roomAroundTable = 300
)

type markdown struct {
	text strings.Builder
	// room is how many bytes the rows of all tables may still take.
	room int
}

// findings writes the table of the findings, at most some of the groups where most is not 0.
func (m *markdown) findings(groups []group, most int) {
	if len(groups) == 0 {
		return
	}
	rows := groupRows(groups)
	m.text.WriteString("\n")
	shown := m.rows("Severity | Code | Where | Finding", rows[:min(cmp.Or(most, len(rows)), len(rows))])
	missing := 0
	for _, g := range groups[shown:] {
		missing += len(g.findings)
	}
	if missing > 0 {
		fmt.Fprintf(&m.text, "\n%s not shown.\n", phrase.Count(missing, "more finding"))
	}
}

// folded writes a table that is folded, with a title that counts all rows; nothing where there are none.
func (m *markdown) folded(noun, columns string, rows []string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(&m.text, "\n<details><summary>%s</summary>\n\n", phrase.Count(len(rows), noun))
	if shown := m.rows(columns, rows); shown < len(rows) {
		fmt.Fprintf(&m.text, "\n%s not shown.\n", phrase.Count(len(rows)-shown, "more "+noun))
	}
	m.text.WriteString("\n</details>\n")
}

// rows writes a table with the rows there is room for, and returns how many those are.
func (m *markdown) rows(columns string, rows []string) int {
	fmt.Fprintf(&m.text, "| %s |\n|%s\n", columns, strings.Repeat("---|", 1+strings.Count(columns, "|")))
	for i, row := range rows {
		if m.room -= len(row); m.room < 0 {
			return i
		}
		m.text.WriteString(row)
	}
	return len(rows)
}

func groupRows(groups []group) []string {
	rows := make([]string, len(groups))
	for i, g := range groups {
		cells := findingCells(g.first())
		for _, line := range g.likewise(longPlaces) {
			cells[2] = cellLines(cells[2], markdownText(line))
		}
		rows[i] = tableRow(cells...)
	}
	return rows
}

func codeRows(all []codeRow) []string {
	rows := make([]string, len(all))
	for i, r := range all {
		rows[i] = tableRow(string(r.severity), string(r.code), strconv.Itoa(r.findings), markdownText(r.title))
	}
	return rows
}

func namespaceRows(all []namespaceRow) []string {
	rows := make([]string, len(all))
	for i, r := range all {
		rows[i] = tableRow(markdownText(r.shown()), strconv.Itoa(r.errors), strconv.Itoa(r.warnings), strconv.Itoa(r.infos))
	}
	return rows
}

func rootRows(roots []Root) []string {
	rows := make([]string, len(roots))
	for i, r := range worst(roots) {
		rows[i] = tableRow(markdownText(r.Path), r.Verdict, strconv.Itoa(r.Objects), strconv.Itoa(r.Errors),
			strconv.Itoa(r.Warnings), strconv.Itoa(r.Infos))
	}
	return rows
}

func goneRows(gone []Gone) []string {
	rows := make([]string, len(gone))
	for i, g := range gone {
		rows[i] = tableRow(string(g.Severity), string(g.Code), markdownText(strings.TrimSpace(g.Object.String()+" "+g.Field)),
			markdownText(g.Message))
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
	return []string{string(f.Severity), string(f.Code), cellLines(markdownText(f.Place()), markdownText(object), markdownText(f.Root)),
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

// paragraphs are the lines of a text, a paragraph each.
func paragraphs(text string) string {
	var all strings.Builder
	for line := range strings.Lines(text) {
		if shown := markdownText(line); shown != "" {
			all.WriteString("\n" + shown + "\n")
		}
	}
	return all.String()
}

// markdownText is text in one line, which neither Markdown nor HTML takes for anything else.
func markdownText(s string) string { return markdownEscapes.Replace(printable.Line(s)) }

// markdownEscapes has what has a meaning inside of a line or a cell: in CommonMark, in GitHub's tables, strikethrough
// and links of bare addresses, and in its formulas.
var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"|", "&#124;", "~", `\~`, "$", `\$`, "&", "&amp;", "<", "&lt;", ">", "&gt;",
	"://", `:\//`, "www.", `www\.`, "@", `\@`)
