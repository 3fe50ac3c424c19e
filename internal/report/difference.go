package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/difference"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// DifferenceText writes a difference for people: what is allowed more, then what is allowed less, which findings are new
// or gone, and what was not decided. With color it has the escape sequences of a terminal.
func DifferenceText(w io.Writer, d *difference.Difference, color bool) error {
	t := newText(color)
	for _, root := range d.Roots {
		t.line("%s", printable.Line(root.String()))
	}
	if len(d.Roots) > 0 {
		t.line("")
	}
	t.changes("MORE ACCESS", red, d.More)
	t.changes("LESS ACCESS", green, d.Less)
	t.findingLines("NEW FINDINGS", d.NewFindings)
	t.findingLines("NEWLY ACCEPTED", d.NewlyAccepted, d.Acceptances...)
	t.findingLines("NO LONGER ACCEPTED", d.NoLongerAccepted)
	t.findingLines("FINDINGS THAT ARE GONE", d.GoneFindings)
	t.findingLines("NOT DECIDED before", d.Undecided.Base)
	t.findingLines("NOT DECIDED after", d.Undecided.Head)
	t.line("%s", differenceVerdict(d))
	_, err := w.Write(t.w.Bytes())
	return err
}

func (t *text) changes(title, style string, changes []difference.Change) {
	if len(changes) == 0 {
		return
	}
	t.line("%s", t.paint(bold, title))
	before := ""
	for _, c := range changes {
		if title := changeTitle(c); title != before {
			t.line("  %s", t.paint(style, printable.Line(title)))
			before = title
		}
		t.line("    %s", printable.Line(c.Text))
		for _, why := range c.Why {
			t.line("      %s", t.paint(dim, printable.Line(why)))
		}
	}
	t.line("")
}

// changeTitle is what a change stands under: its concern and, where several roots were compared, its root.
func changeTitle(c difference.Change) string {
	if c.Root == "" {
		return string(c.Concern)
	}
	return string(c.Concern) + " of " + c.Root
}

// findingLines writes findings, those that are accepted with the reason of each.
func (t *text) findingLines(title string, findings []finding.Finding, accepted ...difference.Acceptance) {
	if len(findings) == 0 {
		return
	}
	t.line("%s", t.paint(bold, title))
	for i, f := range findings {
		t.line("  %s %s", t.paint(style(f.Severity), fmt.Sprintf("%-7s", f.Severity)),
			printable.Line(strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s", f.Code, f.Object, f.Field, inBrackets(f.Place()))), " ")))
		t.line("    %s", printable.Line(f.Message))
		if i < len(accepted) {
			t.line("    %s %s", t.paint(dim, "reason:"), printable.Line(accepted[i].Reason))
			if by := accepted[i].By; by != "" {
				t.line("    %s %s", t.paint(dim, "accepted by:"), printable.Line(by))
			}
		}
		if f.Root != "" {
			t.line("    %s", t.paint(dim, "in: "+printable.Line(f.Root)))
		}
	}
	t.line("")
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// differenceVerdict is the last line: whether access grows, and how much of everything there is.
func differenceVerdict(d *difference.Difference) string {
	answer := "access does not grow"
	if d.Grew() {
		answer = "access grows"
	}
	parts := []string{fmt.Sprintf("%d more", len(d.More)), fmt.Sprintf("%d less", len(d.Less))}
	if n := len(d.NewFindings); n > 0 {
		parts = append(parts, phrase.Count(n, "new finding"))
	}
	if n := len(d.NewlyAccepted); n > 0 {
		parts = append(parts, fmt.Sprintf("%d newly accepted", n))
	}
	if n := len(d.NoLongerAccepted); n > 0 {
		parts = append(parts, fmt.Sprintf("%d no longer accepted", n))
	}
	if n := len(d.GoneFindings); n > 0 {
		parts = append(parts, phrase.Count(n, "finding")+" gone")
	}
	if d.IsEmpty() {
		parts = []string{"nothing changes"}
	}
	text := answer + ": " + phrase.List(parts)
	if by := d.GrewBy(); len(d.More) == 0 && len(by) > 0 {
		var names []string
		for i := range by {
			names = append(names, strings.TrimSpace(fmt.Sprintf("%s %s", by[i].Code, by[i].Object)))
		}
		const most = 3
		text += "; it grows by " + phrase.And(most, names)
	}
	if open := len(d.Undecided.Base) + len(d.Undecided.Head); open > 0 {
		text += fmt.Sprintf("; NOT DECIDED: %d before, %d after", len(d.Undecided.Base), len(d.Undecided.Head))
	}
	return text
}

// DifferenceMarkdown writes a difference for pages of code hosts, such as a comment on a pull request. Text of the input
// is escaped. It has at most 60,000 bytes; what is left out for that is counted.
func DifferenceMarkdown(w io.Writer, d *difference.Difference) error {
	var heading strings.Builder
	fmt.Fprintf(&heading, "### Cloison: %s\n", markdownText(differenceVerdict(d)))
	const mostRoots = 30
	for i, root := range d.Roots {
		if i == mostRoots {
			fmt.Fprintf(&heading, "\n%s not shown.\n", phrase.Count(len(d.Roots)-i, "more root"))
			break
		}
		fmt.Fprintf(&heading, "\n%s\n", markdownText(root.String()))
	}
	return writeBounded(w, heading.String(), []markdownTable{
		changesList("More access", d.More),
		changesList("Less access", d.Less),
		changedTable("new finding", groupRows(oneByOne(d.NewFindings)), true),
		changedTable("finding newly accepted", groupRows(oneByOne(withReasons(d))), true),
		changedTable("finding no longer accepted", groupRows(oneByOne(d.NoLongerAccepted)), true),
		changedTable("finding gone", groupRows(oneByOne(d.GoneFindings)), false),
		changedTable("finding not decided before", groupRows(oneByOne(d.Undecided.Base)), false),
		changedTable("finding not decided after", groupRows(oneByOne(d.Undecided.Head)), true),
	}, "")
}

// changesList is a list, each change with what is behind it.
func changesList(title string, changes []difference.Change) markdownTable {
	items := make([]string, len(changes))
	for i, c := range changes {
		var item strings.Builder
		fmt.Fprintf(&item, "- **%s** %s\n", markdownText(changeTitle(c)), markdownText(c.Text))
		for _, why := range c.Why {
			fmt.Fprintf(&item, "  - <sub>%s</sub>\n", markdownText(why))
		}
		items[i] = item.String()
	}
	return markdownTable{
		before: fmt.Sprintf("\n**%s**\n\n", title), rows: items,
		left: func(shown int) string { return notShown(len(items)-shown, "change") },
	}
}

// changedTable is a table of findings under a title that folds it.
func changedTable(noun string, rows []string, open bool) markdownTable {
	attribute := ""
	if open {
		attribute = " open"
	}
	words := strings.SplitN(noun, " ", 2)
	title := phrase.Count(len(rows), words[0])
	if words[0] == "new" {
		title = phrase.Count(len(rows), noun)
	} else if len(words) > 1 {
		title += " " + words[1]
	}
	return markdownTable{
		before: fmt.Sprintf("\n<details%s><summary>%s</summary>\n\n", attribute, title) +
			columnsOf("Severity | Code | Where | Finding"),
		after: "\n</details>\n", rows: rows,
		left: func(shown int) string { return notShown(len(rows)-shown, "finding") },
	}
}

// withReasons are the newly accepted findings, each with why and where it is accepted in its message.
func withReasons(d *difference.Difference) []finding.Finding {
	all := slices.Clone(d.NewlyAccepted)
	for i := range min(len(all), len(d.Acceptances)) {
		accepted := d.Acceptances[i]
		all[i].Message += "; accepted by " + cmp.Or(accepted.By, "somebody") + ": " + accepted.Reason
	}
	return all
}

// oneByOne has a group for each finding.
func oneByOne(findings []finding.Finding) []group { return groupsOf(findings, GroupNone) }

// DifferenceJSON writes a difference for programs. Keys may be added to it, none is renamed.
func DifferenceJSON(w io.Writer, d *difference.Difference) error { return printable.EncodeJSON(w, d) }
