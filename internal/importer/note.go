package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/printable"
)

// Outcome says what became of something in the manifests.
type Outcome string

const (
	// Missing means that the Segregation is refused until somebody fills something in.
	Missing Outcome = "to be filled in"
	// NotCarried means that the Segregation does not say it.
	NotCarried Outcome = "not carried over"
	// Changed means that the Segregation says something else than the manifests.
	Changed Outcome = "changed"
	// Suggested means that the Segregation could say more than the manifests do.
	Suggested Outcome = "suggested"
)

// Note is one thing that a person has to look at before the Segregation replaces the manifests.
type Note struct {
	Outcome Outcome
	// Object and Field, in the format of findings, are what was read; empty where the note is about no object.
	Object finding.Object
	Field  string
	// File and Line are where it was written; empty and 0 mean not known.
	File string
	Line int
	// Reason says what is lost or different, and what to do. It never holds a secret value.
	Reason string
	// at is the path in the Segregation where it would stand; nil means nowhere.
	at []string
}

// String formats the note as one line for people:
//
//	not carried over: Role shop-backend/ops rules[1]: no role may open a shell in a pod (rbac.yaml:12)
func (n Note) String() string {
	text := n.text()
	switch {
	case n.File != "" && n.Line > 0:
		text += fmt.Sprintf(" (%s:%d)", n.File, n.Line)
	case n.File != "":
		text += " (" + n.File + ")"
	}
	return text
}

// text is the note without the place in a file.
func (n Note) text() string {
	what := strings.TrimSpace(n.Object.String() + " " + n.Field)
	if what != "" {
		what += ": "
	}
	return printable.Line(string(n.Outcome) + ": " + what + n.Reason)
}

// note adds a note about a field of an object. at is its place in the Segregation.
func (im *importer) note(outcome Outcome, o *objects.Object, field string, at []string, reason string, args ...any) {
	im.notes = append(im.notes, Note{
		Outcome: outcome, Object: o.Identity(), Field: field, File: o.File, Line: o.Line(field), Reason: fmt.Sprintf(reason,
			args...), at: at,
	})
}

// noteOn adds a note about the whole of a component.
func (im *importer) noteOn(p *component, outcome Outcome, at []string, reason string, args ...any) {
	o := &objects.Object{APIVersion: "v1", Kind: "Namespace", Name: p.namespace}
	if p.object != nil {
		o = p.object.Object
	}
	im.note(outcome, o, "", at, reason, args...)
}

// remark adds a note about no object of the input.
func (im *importer) remark(outcome Outcome, at []string, reason string, args ...any) {
	im.notes = append(im.notes, Note{Outcome: outcome, Reason: fmt.Sprintf(reason, args...), at: at})
}

// sortNotes puts what has to be filled in first, then what is lost, then what is different, then suggestions.
func sortNotes(notes []Note) {
	order := []Outcome{Missing, NotCarried, Changed, Suggested}
	slices.SortStableFunc(notes, func(a, b Note) int {
		return cmp.Compare(slices.Index(order, a.Outcome), slices.Index(order, b.Outcome))
	})
}
