package draft

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/printable"
)

// Outcome is what became of something in the manifests.
type Outcome string

const (
	// Missing means that the Segregation is refused until somebody fills something in.
	Missing Outcome = "to be filled in"
	// Wanted means that the Segregation is valid without something that most applications need.
	Wanted Outcome = "to be written"
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
	Field  fieldpath.Path
	// File and Line are where it was written; empty and 0 mean not known.
	File string
	Line int
	// Reason tells what is lost or different, and what to do. It never holds a secret value.
	Reason string
	// At is the field of the Segregation that the note is about; zero for none.
	At fieldpath.Path
}

// String formats the note as one line for people:
//
//	not carried over: Role shop-backend/ops rules[1]: no role may open a shell in a pod (rbac.yaml:12)
func (n Note) String() string {
	text := n.Text()
	switch {
	case n.File != "" && n.Line > 0:
		text += fmt.Sprintf(" (%s:%d)", n.File, n.Line)
	case n.File != "":
		text += " (" + n.File + ")"
	}
	return text
}

// Text formats the note as String does, without file and line.
func (n Note) Text() string {
	what := strings.TrimSpace(n.Object.String() + " " + n.Field.String())
	if what != "" {
		what += ": "
	}
	return printable.Line(string(n.Outcome) + ": " + what + n.Reason)
}

// Note adds a note about a field of an object, whose content stands at the field at of the Segregation. The reason is a
// format.
func (d *Draft) Note(
	outcome Outcome, o *objects.Object, field, at fieldpath.Path, reason string, args ...any,
) {
	d.Notes = append(d.Notes, Note{
		Outcome: outcome, Object: o.Identity(), Field: field, File: o.File, Line: o.Line(field),
		Reason: fmt.Sprintf(reason, args...), At: at,
	})
}

// NoteOn adds a note about the whole namespace of a component. The reason is a format.
func (d *Draft) NoteOn(c *Component, outcome Outcome, at fieldpath.Path, reason string, args ...any) {
	o := c.Object
	if o == nil {
		o = &objects.Object{APIVersion: "v1", Kind: "Namespace", Name: c.Namespace}
	}
	d.Note(outcome, o, fieldpath.Path{}, at, reason, args...)
}

// Remark adds a note about no object of the input. The reason is a format.
func (d *Draft) Remark(outcome Outcome, at fieldpath.Path, reason string, args ...any) {
	d.Notes = append(d.Notes, Note{Outcome: outcome, Reason: fmt.Sprintf(reason, args...), At: at})
}
