package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Text writes the report for people: what was found, by file or object, then what was looked at. With color it has the
// escape sequences of a terminal.
func Text(w io.Writer, r *Report, color bool) error {
	t := &text{w: bufio.NewWriter(w), color: color}
	t.findings(r.Findings)
	t.suppressed(r)
	t.skipped(r.Skipped)
	t.checked(&r.Summary)
	t.line("%s", t.verdict(&r.Summary))
	return t.w.Flush()
}

type text struct {
	w     *bufio.Writer
	color bool
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

// heading is what a finding stands under: its file or, where none is known, its object.
func heading(f finding.Finding) string {
	if f.File != "" {
		return f.File
	}
	return f.Object.String()
}

func (t *text) findings(findings []finding.Finding) {
	var order []string
	byHeading := map[string][]finding.Finding{}
	for _, f := range findings {
		name := heading(f)
		if byHeading[name] == nil {
			order = append(order, name)
		}
		byHeading[name] = append(byHeading[name], f)
	}
	for _, name := range order {
		if name != "" {
			t.line("%s", t.paint(bold, printable.Line(name)))
		}
		for _, f := range byHeading[name] {
			t.finding(f)
		}
		t.line("")
	}
}

// finding writes one finding. Its columns are padded by hand: text/tabwriter counts the escape sequences of colors.
func (t *text) finding(f finding.Finding) {
	t.line("  %s %s", t.paint(style(f.Severity), fmt.Sprintf("%-7s", f.Severity)),
		strings.TrimSpace(string(f.Code)+"  "+t.paint(bold, printable.Line(about(f)))))
	t.line("    %s", printable.Line(f.Message))
	if f.Counterexample != "" {
		t.line("    %s %s", t.paint(dim, "counterexample:"), printable.Line(f.Counterexample))
	}
	if f.Fix != "" {
		t.line("    %s %s", t.paint(dim, "fix:"), printable.Line(f.Fix))
	}
	if f.Undecided {
		t.line("    %s", t.paint(yellow, "not decided: what this is about is no pass"))
	}
}

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

func (t *text) suppressed(r *Report) {
	if len(r.Suppressed) == 0 {
		return
	}
	t.line("%s", t.paint(bold, "Suppressed"))
	for _, s := range r.Suppressed {
		t.line("  %-7s %s  %s", s.Severity, s.Code, printable.Line(s.Object.String()+" "+s.Field.String()))
		t.line("    %s", printable.Line(s.Message))
		t.line("    %s %s", t.paint(dim, "reason:"), printable.Line(s.Reason))
		if s.By != "" {
			t.line("    %s %s", t.paint(dim, "accepted by:"), printable.Line(s.By))
		}
	}
	t.line("")
}

// Accepted writes a line for each finding that somebody accepts: what, where it is accepted, and why.
func Accepted(w io.Writer, r *Report) error {
	t := &text{w: bufio.NewWriter(w)}
	for _, s := range r.Suppressed {
		t.line("%s", printable.Line(fmt.Sprintf("%s %s %s: accepted by %s: %s",
			s.Severity, s.Code, cmp.Or(s.Object.String(), "no object"), s.By, s.Reason)))
	}
	if len(r.Suppressed) == 0 {
		t.line("nothing is accepted")
	}
	return t.w.Flush()
}

func (t *text) skipped(skipped []Skipped) {
	if len(skipped) == 0 {
		return
	}
	t.line("%s", t.paint(bold, "Skipped"))
	for _, s := range skipped {
		t.line("  %s: %s", printable.Line(s.File), printable.Line(s.Reason))
	}
	t.line("")
}

// checked writes what was looked at and what was not.
func (t *text) checked(s *Summary) {
	switch {
	case s.pathsOnly():
	case s.Objects == 0:
		return
	case len(s.Segregations) > 0:
		t.line("Held against Segregation %s: components %s.", printable.Line(phrase.List(s.Segregations)),
			names(s.Components))
		if len(s.Shared) > 0 {
			const most = 10
			t.line("Shared on purpose: %s.", phrase.Few(most, texts(s.Shared)))
		}
	default:
		t.line("No Segregation: the components are namespaces (%s), and what is meant to be allowed is not known.",
			names(s.Components))
	}
	t.line("Checked: %s. Not checked: %s.", titles(s.Checked), titles(s.NotChecked))
	t.coverage(&s.Coverage)
}

func (n Namespace) String() string {
	return fmt.Sprintf("%s (%s, %s)", n.Namespace, phrase.Count(n.Objects, "object"), n.Reason)
}

// coverage writes which objects and namespaces were not judged, and why.
func (t *text) coverage(c *Coverage) {
	const most = 10
	if len(c.Harmless) > 0 {
		t.line("Known to be harmless: %s.", phrase.Few(most, texts(c.Harmless)))
	}
	if len(c.NotDecided) > 0 {
		t.line("Not decided: %s.", phrase.Few(most, texts(c.NotDecided)))
	}
	if len(c.NotLookedAt) > 0 {
		t.line("Not looked at, for they are no components: %s.", phrase.Few(most, texts(c.NotLookedAt)))
	}
}

func texts[T fmt.Stringer](all []T) []string {
	shown := make([]string, len(all))
	for i, each := range all {
		shown[i] = printable.Line(each.String())
	}
	return shown
}

// names lists components. One without a name has the objects that name no namespace.
func names(components []string) string {
	if len(components) == 0 {
		return "none"
	}
	shown := make([]string, len(components))
	for i, name := range components {
		shown[i] = printable.Line(cmp.Or(name, "no namespace"))
	}
	const most = 10
	return phrase.Few(most, shown)
}

func titles(families []Family) string {
	if len(families) == 0 {
		return "nothing"
	}
	all := make([]string, len(families))
	for i, f := range families {
		all[i] = f.Title
	}
	return phrase.List(all)
}

// verdict is the last line: proven, broken, or not proven and how many things are open.
func (t *text) verdict(s *Summary) string {
	var counts []string
	for _, count := range []struct {
		n    int
		word string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if count.n > 0 {
			counts = append(counts, phrase.Count(count.n, count.word))
		}
	}
	what := cmp.Or(phrase.List(counts), "no findings")
	what = t.answer(s) + what
	if s.Errors > 0 && s.Undecided > 0 {
		what += fmt.Sprintf(" (%d not decided)", s.Undecided)
	}
	if s.Suppressed > 0 {
		what += fmt.Sprintf("; %d suppressed", s.Suppressed)
	}
	switch {
	case s.pathsOnly():
		return what + "; no object was checked"
	case s.Objects == 0:
		return what + "; nothing was checked"
	}
	return fmt.Sprintf("%s; %s in %s", what, phrase.Count(s.Objects, "object"),
		phrase.Count(len(s.Components), "component"))
}

// answer is what the numbers come to; empty where no object was judged.
func (t *text) answer(s *Summary) string {
	switch {
	case s.Errors > 0:
		return t.paint(red, "broken") + ": "
	case s.Undecided > 0:
		return t.paint(yellow, "not proven, "+phrase.Count(s.Undecided, "thing")+" open") + ": "
	case s.Objects > 0:
		return t.paint(green, "proven") + ": "
	}
	return ""
}
