package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// View says how people are shown a report.
type View struct {
	// Color has the escape sequences of a terminal.
	Color bool
	// Group is how many findings are shown; the default is GroupSame. Few are shown one by one, but for those of several
	// roots.
	Group Grouping
	// Most is how many findings are shown at most, those that are alike counted as one; 0 means all of few findings and,
	// of many, as many as fit on two screens.
	Most int
}

// grouping is how the findings of a report are shown.
func (v View) grouping(r *Report) Grouping {
	if len(r.Findings) <= fewFindings && r.Summary.Roots == nil {
		return GroupNone
	}
	return v.Group
}

// Sizes of what is shown. Of at most fewFindings all are shown, however long they are.
const (
	fewFindings = 20
	// columns and twoScreens are the size of two terminals. Of their rows the findings have at least leastRows.
	columns    = 120
	twoScreens = 100
	leastRows  = 30
)

// Text writes the report for people: what was found, the worst first, then what was looked at. Of many findings those
// that say the same are shown once, tables count them all, and what is not shown is counted.
func Text(w io.Writer, r *Report, v View) error {
	t := newText(v.Color)
	t.whole = v.Group == GroupNone
	t.many = len(r.Findings) > fewFindings && !t.whole
	below := t.captured(func() { t.belowFindings(r) })
	groups := groupsOf(r.Findings, v.grouping(r))
	shown := len(groups)
	switch {
	case v.Most > 0:
		shown = min(v.Most, shown)
	case t.many:
		shown = t.fitting(groups, max(twoScreens-rows(below), leastRows))
	}
	t.findings(groups[:shown])
	t.notShown(groups[shown:], len(groups))
	_, err := io.WriteString(w, t.w.String()+below)
	return err
}

// belowFindings is the rest of the report, a section each.
func (t *text) belowFindings(r *Report) {
	t.narrowed(r)
	if t.many {
		t.byCode(r.Findings)
		t.byNamespace(r.Findings)
	}
	t.known(r)
	t.suppressed(r)
	t.skipped(r.Skipped)
	t.roots(r.Summary.Roots)
	t.ways(r)
	t.checked(&r.Summary)
	t.line("%s", t.verdict(&r.Summary))
}

type text struct {
	w     *bytes.Buffer
	color bool
	// many findings are not shown one by one.
	many bool
	// whole lists are never cut.
	whole bool
}

func newText(color bool) *text { return &text{w: &bytes.Buffer{}, color: color} }

// captured is what write writes, in the place of writing it.
func (t *text) captured(write func()) string {
	outer := t.w
	t.w = &bytes.Buffer{}
	write()
	written := t.w.String()
	t.w = outer
	return written
}

// Escape sequences of terminals.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	dim    = "2"
)

func (t *text) paint(style, s string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func (t *text) line(format string, values ...any) {
	fmt.Fprintf(t.w, format+"\n", values...)
}

// title heads a section.
func (t *text) title(format string, values ...any) {
	t.line("%s", t.paint(bold, fmt.Sprintf(format, values...)))
}

// heading is what a finding stands under: its file or, where none is known, its object.
func heading(f finding.Finding) string {
	if f.File != "" {
		return f.File
	}
	return f.Object.String()
}

// findings writes groups, those that follow each other in one file under its name.
func (t *text) findings(groups []group) {
	under := ""
	for i, g := range groups {
		name := heading(g.first())
		if i > 0 && name != under {
			t.line("")
		}
		if name != "" && name != under {
			t.title("%s", printable.Line(name))
		}
		t.group(g)
		under = name
	}
	if len(groups) > 0 {
		t.line("")
	}
}

// fitting is how many of the groups fit into a number of rows; at least one does.
func (t *text) fitting(groups []group, room int) int {
	for i := range groups {
		// Each is measured as if it stood in a file of its own.
		if room -= rows(t.captured(func() { t.findings(groups[i : i+1]) })); room < 0 {
			return max(i, 1)
		}
	}
	return len(groups)
}

// notShown counts the groups that are left out of all there are.
func (t *text) notShown(missing []group, all int) {
	if len(missing) == 0 {
		return
	}
	findings := 0
	for _, g := range missing {
		findings += len(g.findings)
	}
	t.line("%s not shown, in %s. --max %d shows all, --code and --namespace those of some codes and namespaces, "+
		"--group none each on its own.", phrase.Count(len(missing), "more kind")+" of findings", phrase.Count(findings, "finding"), all)
	t.line("")
}

// group writes one finding, and where else it is. Its columns are padded by hand: text/tabwriter counts the escape
// sequences of colors.
func (t *text) group(g group) {
	f := g.first()
	t.line("  %s %s", t.severity(f.Severity),
		strings.TrimSpace(string(f.Code)+"  "+t.paint(bold, printable.Line(about(f)))))
	t.line("    %s", printable.Line(f.Message))
	if f.Counterexample != "" {
		t.line("    %s %s", t.paint(dim, "counterexample:"), printable.Line(f.Counterexample))
	}
	if f.Fix != "" {
		t.line("    %s %s", t.paint(dim, "fix:"), printable.Line(f.Fix))
	}
	if f.Root != "" {
		t.line("    %s %s", t.paint(dim, "in:"), printable.Line(f.Root))
	}
	longest := longPlaces
	if t.many {
		longest = shortPlaces
	}
	for _, line := range g.likewise(longest) {
		t.line("    %s", line)
	}
	if f.Undecided {
		t.line("    %s", t.paint(yellow, "not decided: what this is about is no pass"))
	}
}

func (t *text) severity(s finding.Severity) string { return t.paint(style(s), fmt.Sprintf("%-7s", s)) }

// about names what the heading does not: object, field and line.
func about(f finding.Finding) string {
	var words []string
	if f.File != "" {
		words = append(words, f.Object.String())
	}
	words = append(words, f.Field.String())
	if f.Line > 0 {
		words = append(words, fmt.Sprintf("(line %d)", f.Line))
	}
	return strings.Join(words, " ")
}

func style(severity finding.Severity) string {
	switch severity {
	case finding.Error:
		return red
	case finding.Warning:
		return yellow
	}
	return dim
}

// suppressed writes what is accepted: of many, those of one code and reason in one line.
func (t *text) suppressed(r *Report) {
	if len(r.Suppressed) == 0 {
		return
	}
	t.title("Suppressed")
	if len(r.Suppressed) > fewFindings && !t.whole {
		t.manySuppressed(r.Suppressed)
	} else {
		for _, s := range r.Suppressed {
			t.oneSuppressed(s)
		}
	}
	t.line("")
}

func (t *text) oneSuppressed(s Suppressed) {
	t.line("  %-7s %s  %s", s.Severity, s.Code, printable.Line(s.Object.String()+" "+s.Field.String()))
	t.line("    %s", printable.Line(s.Message))
	t.line("    %s %s", t.paint(dim, "reason:"), printable.Line(s.Reason))
	if s.By != "" {
		t.line("    %s %s", t.paint(dim, "accepted by:"), printable.Line(s.By))
	}
}

func (t *text) manySuppressed(all []Suppressed) {
	type common struct{ severity, code, reason string }
	var lists []counted
	at := map[common]int{}
	for _, s := range all {
		key := common{string(s.Severity), string(s.Code), s.Reason}
		i, known := at[key]
		if !known {
			i = len(lists)
			at[key] = i
			lists = append(lists, counted{text: fmt.Sprintf("%-7s %s  %s", s.Severity, s.Code, printable.Line(s.Reason))})
		}
		lists[i].n++
	}
	slices.SortStableFunc(lists, func(a, b counted) int { return cmp.Compare(b.n, a.n) })
	const most = 10
	for i, each := range lists {
		if i == most {
			t.line("  and %s; --accepted lists all", phrase.Count(sum(lists[i:]), "more finding"))
			break
		}
		t.line("  %5d  %s", each.n, each.text)
	}
}

// counted is a text and how often it stands for something.
type counted struct {
	text string
	n    int
}

func sum(all []counted) int {
	n := 0
	for _, each := range all {
		n += each.n
	}
	return n
}

// Accepted writes a line for each finding that somebody accepts: what, where it is accepted, and why.
func Accepted(w io.Writer, r *Report) error {
	t := newText(false)
	for _, s := range r.Suppressed {
		t.line("%s", printable.Line(fmt.Sprintf("%s %s %s: accepted by %s: %s",
			s.Severity, s.Code, cmp.Or(s.Object.String(), "no object"), s.By, s.Reason)))
	}
	if len(r.Suppressed) == 0 {
		t.line("nothing is accepted")
	}
	_, err := io.WriteString(w, t.w.String())
	return err
}
