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

// Ways are how components obtain Secrets of others by the findings, accepted ones among them.
type Ways struct {
	// Count is how many pairs there are of a component and a Secret of another one that it obtains.
	Count int `json:"count"`
	// Fixes is how many fixes there are that each close a step of one.
	Fixes int `json:"fixes"`
	// Shown are ways of several steps, the worst first. More counts those that are left out.
	Shown []Way `json:"shown"`
	More  int   `json:"more,omitempty"`
	// Uncounted are the components whose ways were not counted, because there are too many.
	Uncounted []string `json:"uncounted,omitempty"`
}

// Way is how components obtain Secrets of others in several steps.
type Way struct {
	// From are the namespaces of the components.
	From  []string `json:"from"`
	Steps []Step   `json:"steps"`
	// Secrets counts those that are obtained by the same fixes, Of are the namespaces of their components.
	Secrets int      `json:"secrets"`
	Of      []string `json:"of"`
	// Root is the folder of a repository that the way is in; empty where one thing was checked.
	Root string `json:"root,omitempty"`
}

// Step is what is obtained.
type Step struct {
	finding.End

	// Text is for people. Example: pods of Deployment web/agent.
	Text string `json:"text"`
	// By are the findings that open the step; nil where it follows without any.
	By *Fix `json:"by,omitempty"`
}

// Fix is what to do about the findings of one object.
type Fix struct {
	Codes  []finding.Code `json:"codes"`
	Object finding.Object `json:"object"`
	// File and Line are those of the first of the findings.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Fix is what the first of them says to do.
	Fix string `json:"fix,omitempty"`
	// Findings counts them.
	Findings int  `json:"findings"`
	Accepted bool `json:"accepted,omitempty"`
}

// Cut is the one fix that closes most ways.
type Cut struct {
	Fix

	// Closes is how many of the ways that Ways counts are not there without the findings.
	Closes int `json:"closes"`
	// Root is as for a Way.
	Root string `json:"root,omitempty"`
}

// String names a fix. Example: CLS-R001 RoleBinding db/read, accepted.
func (f Fix) String() string {
	codes := make([]string, len(f.Codes))
	for i, code := range f.Codes {
		codes[i] = string(code)
	}
	text := strings.TrimSpace(strings.Join(codes, ", ") + " " + f.Object.String())
	if f.Accepted {
		text += ", accepted"
	}
	return text
}

// shownFrom are the components that a way begins in.
func (w Way) shownFrom() string {
	const most = 3
	if w.Root == "" {
		return phrase.Few(most, w.From)
	}
	return phrase.Few(most, w.From) + " in " + w.Root
}

// shownSteps are the steps of a way in one line.
func (w Way) shownSteps() string {
	texts := make([]string, len(w.Steps))
	for i, s := range w.Steps {
		texts[i] = s.Text
		if i == len(w.Steps)-1 {
			texts[i] = w.shownEnd()
		}
		if s.By != nil {
			texts[i] += " (" + s.By.String() + ")"
		}
	}
	return strings.Join(texts, " → ")
}

// shownEnd is what is obtained in the end: a Secret, and how many more by the same fixes.
func (w Way) shownEnd() string {
	text := w.Steps[len(w.Steps)-1].Text
	if w.Secrets < 2 {
		return text
	}
	const most = 3
	return fmt.Sprintf("%s and %s, all of %s", text, phrase.Count(w.Secrets-1, "more Secret"), phrase.Few(most, w.Of))
}

// sentence says what a cut closes, and of how many ways.
func (c *Cut) sentence(ways *Ways) string {
	does := cmp.Or(c.Fix.Fix, "do what the finding says")
	if c.Findings > 1 {
		does += fmt.Sprintf(", and mend the %s there", phrase.Count(c.Findings-1, "other finding"))
	}
	where := c.String()
	if c.Root != "" {
		where += " in " + c.Root
	}
	return fmt.Sprintf("One fix closes %d of %s to a Secret: %s (%s). %s", c.Closes, phrase.Count(ways.Count, "way"), does,
		where, whatIsCounted)
}

const whatIsCounted = "A way is a component, and a Secret of another one that it obtains."

// summed says which one fix closes most ways, or that none does; empty where there is nothing to choose.
func (r *Report) summed() string {
	switch {
	case r.Ways.Fixes < 2: //nolint:mnd // there is nothing to choose
		return ""
	case r.Cut != nil:
		return r.Cut.sentence(r.Ways)
	default:
		if r.Ways.Count == 1 {
			return "No single fix closes the one way to a Secret: more than one finding opens it, or it is accepted. " + whatIsCounted
		}
		return fmt.Sprintf("No single fix closes one of %s to a Secret: more than one finding opens each, or they are "+
			"accepted. %s", phrase.Count(r.Ways.Count, "way"), whatIsCounted)
	}
}

// uncounted says of which components the ways were not counted; empty where they all were.
func (w *Ways) uncounted() string {
	if len(w.Uncounted) == 0 {
		return ""
	}
	const most = 3
	return fmt.Sprintf("Not counted, because there are too many ways: those of %s.", phrase.Few(most, w.Uncounted))
}

// joinWays takes the ways of roots together: those of each stay its own.
func (r *Report) joinWays(parts []Part) {
	for _, p := range parts {
		of := p.Report.Ways
		if of == nil {
			continue
		}
		if r.Ways == nil {
			r.Ways = &Ways{Shown: []Way{}}
		}
		r.Ways.Count, r.Ways.Fixes = r.Ways.Count+of.Count, r.Ways.Fixes+of.Fixes
		r.Ways.More += of.More
		r.Ways.Uncounted = append(r.Ways.Uncounted, of.Uncounted...)
		for _, w := range of.Shown {
			w.Root = p.Root.Path
			r.Ways.Shown = append(r.Ways.Shown, w)
		}
		if cut := p.Report.Cut; cut != nil && (r.Cut == nil || cut.Closes > r.Cut.Closes) {
			r.Cut = &Cut{Fix: cut.Fix, Closes: cut.Closes, Root: p.Root.Path}
		}
	}
	if r.Ways == nil {
		return
	}
	slices.SortStableFunc(r.Ways.Shown, func(a, b Way) int {
		return cmp.Compare(b.Secrets*len(b.From), a.Secrets*len(a.From))
	})
	const most = 10
	kept := min(most, len(r.Ways.Shown))
	r.Ways.More += len(r.Ways.Shown) - kept
	r.Ways.Shown = r.Ways.Shown[:kept]
	r.Ways.Uncounted = unique(r.Ways.Uncounted)
}

// ways writes the ways of several steps, and the one fix that closes most of all.
func (t *text) ways(r *Report) {
	if r.Ways == nil {
		return
	}
	if len(r.Ways.Shown) > 0 {
		t.title("Ways of several steps")
		const few = 5
		shown := r.Ways.Shown
		if t.many {
			shown = shown[:min(few, len(shown))]
		}
		for _, w := range shown {
			t.line("  %s", printable.Line(w.shownFrom()+": "+w.shownSteps()))
		}
		if more := r.Ways.More + len(r.Ways.Shown) - len(shown); more > 0 {
			t.line("  and %s", phrase.Count(more, "more way"))
		}
		t.line("")
	}
	above := t.w.Len()
	for _, text := range []string{r.summed(), r.Ways.uncounted()} {
		if text != "" {
			t.line("%s", printable.Line(text))
		}
	}
	if t.w.Len() > above {
		t.line("")
	}
}

// wayRows are the rows of a table.
func wayRows(w *Ways) []string {
	if w == nil {
		return nil
	}
	rows := make([]string, len(w.Shown))
	for i, way := range w.Shown {
		rows[i] = tableRow(markdownText(way.shownFrom()), markdownText(way.shownSteps()))
	}
	return rows
}

// cutParagraphs say which one fix closes most ways.
func cutParagraphs(r *Report) string {
	if r.Ways == nil {
		return ""
	}
	return paragraphs(r.summed() + "\n" + r.Ways.uncounted())
}
