package report

import (
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// known says in short what a baseline knows, and what of it is no more.
func (t *text) known(r *Report) {
	b := r.Summary.Baseline
	if b == nil {
		return
	}
	t.title("Baseline %s", printable.Line(b.File))
	if len(r.Known) > 0 {
		t.line("  known, and not counted: %s (%s)", phrase.Count(len(r.Known), "finding"), fewCodes(byCode(r.Known)))
	}
	if t.whole {
		for _, f := range r.Known {
			t.line("    %s", f)
		}
	}
	if len(r.Gone) > 0 {
		t.line("  no more there: %s; write the baseline again, with --write-baseline", phrase.Count(len(r.Gone), "finding"))
		const most = 10
		t.line("    %s", phrase.Few(t.bound(most, len(r.Gone)), goneNames(r.Gone)))
	}
	if len(r.Known)+len(r.Gone) == 0 {
		t.line("  knows nothing of this")
	}
	t.line("")
}

// goneNames name findings in short.
func goneNames(gone []Gone) []string {
	names := make([]string, len(gone))
	for i, g := range gone {
		names[i] = printable.Line(string(g.Code) + " " + g.Object.String())
	}
	return names
}
