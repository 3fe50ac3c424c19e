package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
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

// mostAround bounds in bytes the text above the tables, and the one below: the lists of what was looked at may be long.
const mostAround = 10_000

// Markdown writes the report for pages of code hosts, such as the summary of a CI job or a comment on a pull request:
// the numbers, a table of the findings, the worst first and those that say the same in one row, what is suppressed and
// skipped, and what was looked at. Text of the input is escaped. The report has at most 60,000 bytes; what is left out
// for that is counted.
func Markdown(w io.Writer, r *Report, v View) error {
	heading := fmt.Sprintf("### Cloison: %s\n", markdownText(newText(false).verdict(&r.Summary)))
	t := newText(false)
	t.narrowed(r)
	above := bounded(paragraphs(t.w.String()), mostAround)
	t = newText(false)
	t.whole = v.Group == GroupNone
	t.checked(&r.Summary)
	below := bounded(cutParagraphs(r)+paragraphs(t.w.String()), mostAround)
	return writeBounded(w, heading+above, markdownTables(r, v), below)
}

// writeBounded writes tables between two texts, in all at most [markdownLimit] bytes.
func writeBounded(w io.Writer, above string, tables []markdownTable, below string) error {
	tables = slices.DeleteFunc(tables, func(t markdownTable) bool { return len(t.rows) == 0 })
	room := markdownLimit - len(above+below)
	for i := range tables {
		room -= tables[i].frame()
	}
	var text strings.Builder
	text.WriteString(above)
	for i := range tables {
		room = tables[i].write(&text, room)
	}
	text.WriteString(below)
	_, err := io.WriteString(w, text.String())
	return err
}

// markdownTables are those of a report, in their order.
func markdownTables(r *Report, v View) []markdownTable {
	groups := groupsOf(r.Findings, v.grouping(r))
	tables := []markdownTable{findingsTable(groups, v.Most)}
	if len(r.Findings) > fewFindings {
		tables = append(tables,
			folded("code", "Severity | Code | Findings | Title", codeRows(byCode(r.Findings))),
			folded("namespace", "Namespace | Errors | Warnings | Infos", namespaceRows(byNamespace(r.Findings))))
	}
	return append(tables,
		folded("checked folder", "Folder | Verdict | Objects | Errors | Warnings | Infos", rootRows(r.Summary.Roots)),
		folded("way", "From | Way", wayRows(r.Ways)),
		folded("known finding", "Severity | Code | Where | Finding", groupRows(groupsOf(r.Known, GroupNone))),
		folded("finding of the baseline that is no more", "Severity | Code | Where | Finding", goneRows(r.Gone)),
		folded("suppressed finding", "Severity | Code | Where | Finding | Reason", suppressedRows(r.Suppressed)),
		folded("skipped file", "File | Reason", skippedRows(r.Skipped)))
}

// markdownTable is a table or a list, and what stands around its rows. One without rows is not written.
type markdownTable struct {
	before, after string
	rows          []string
	// left says what is left out where so many rows are shown, in no more bytes than for fewer rows.
	left func(shown int) string
}

// frame is the most bytes that the table takes beside its rows.
func (t *markdownTable) frame() int { return len(t.before) + len(t.left(0)) + len(t.after) }

// write writes the rows there is room for, and returns the room that is left.
func (t *markdownTable) write(text *strings.Builder, room int) int {
	text.WriteString(t.before)
	shown := 0
	for ; shown < len(t.rows) && len(t.rows[shown]) <= room; shown++ {
		text.WriteString(t.rows[shown])
		room -= len(t.rows[shown])
	}
	text.WriteString(t.left(shown) + t.after)
	return room
}

// findingsTable is the table of the findings, at most some of the groups where most is not 0.
func findingsTable(groups []group, most int) markdownTable {
	rows := groupRows(groups)
	return markdownTable{
		before: "\n" + columnsOf("Severity | Code | Where | Finding"), rows: rows[:min(cmp.Or(most, len(rows)), len(rows))],
		left: func(shown int) string {
			missing := 0
			for _, g := range groups[shown:] {
				missing += len(g.findings)
			}
			return notShown(missing, "finding")
		},
	}
}

// folded is a table that is folded, with a title that counts all rows.
func folded(noun, columns string, rows []string) markdownTable {
	return markdownTable{
		before: fmt.Sprintf("\n<details><summary>%s</summary>\n\n", phrase.Count(len(rows), noun)) + columnsOf(columns),
		after:  "\n</details>\n", rows: rows,
		left: func(shown int) string { return notShown(len(rows)-shown, noun) },
	}
}

// columnsOf is the head of a table.
func columnsOf(names string) string {
	return fmt.Sprintf("| %s |\n|%s\n", names, strings.Repeat("---|", 1+strings.Count(names, "|")))
}

func notShown(n int, noun string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\n%s not shown.\n", phrase.Count(n, "more "+noun))
}

// bounded are paragraphs, of which the last words are left out where they are too many bytes.
func bounded(text string, most int) string {
	const rest = " ...\n\nMore is not shown here.\n"
	if len(text) <= most {
		return text
	}
	text = text[:most-len(rest)]
	return text[:max(0, strings.LastIndexAny(text, " \n"))] + rest
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
