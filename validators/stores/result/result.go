// Package result collects what a check of family E finds: which finding explains which other, so that one mistake is
// found once.
package result

import (
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// Precedence is the order in which findings explain one another: what the API does not have, then what it asks for,
// then single values, then what they refer to, then what a Segregation declares, then how objects stand to each other.
type Precedence int

// The precedences, the first of them first.
const (
	Unknown Precedence = 10 * iota
	Structure
	Values
	References
	KeysTwice
	DeclaredStores
	ForeignFolders
	DeclaredSecrets
	DeclaredKeys
	Undeclared
	Relations
	Unused
)

// Result collects what one check finds and decides. Its candidates explain their own field, and the entry of an
// ExternalSecret that it is in.
type Result struct {
	verdict.Result
	precedence Precedence
}

// New is the empty result of a check whose candidates have the precedence.
func New(precedence Precedence) *Result { return &Result{precedence: precedence} }

// Report adds a finding that always stands. It explains the subjects too.
func (r *Result) Report(o *objects.Object, f finding.Finding, explains ...verdict.Subject) {
	r.AddAt(r.precedence, o, nil, f, explains...)
}

// ReportUnless adds a finding that stands unless another one explains one of the fields of o.
func (r *Result) ReportUnless(o *objects.Object, fields []fieldpath.Path, f finding.Finding) {
	r.AddAt(r.precedence, o, Fields(o, fields...), f)
}

// AddAt adds a finding of another precedence that stands unless another one explains one of the subjects about. It
// explains the other subjects too.
func (r *Result) AddAt(
	precedence Precedence, o *objects.Object, about []verdict.Subject, f finding.Finding, explains ...verdict.Subject,
) {
	r.Add(verdict.Candidate{
		Finding: o.About(f), Precedence: int(precedence), Unless: about,
		Explains: append(Explained(o, f.Field), explains...),
	})
}

// Absent adds the finding about an object that is declared and not there. It explains the subjects.
func (r *Result) Absent(f finding.Finding, explains ...verdict.Subject) {
	r.Add(verdict.Candidate{Finding: f, Precedence: int(r.precedence), Explains: explains})
}

// Fields are the subjects of fields of an object.
func Fields(o *objects.Object, fields ...fieldpath.Path) []verdict.Subject {
	var subjects []verdict.Subject
	for _, field := range fields {
		subjects = append(subjects, verdict.Subject{Object: o, Field: field})
	}
	return subjects
}

// Explained are the subjects that need no further finding where a field is known to be wrong: the field, and the
// entry of an ExternalSecret that it is in.
func Explained(o *objects.Object, field fieldpath.Path) []verdict.Subject {
	subjects := Fields(o, field)
	for around := field.Parent(); !around.IsZero(); around = around.Parent() {
		if isEntry(around) {
			return append(subjects, verdict.Subject{Object: o, Field: around})
		}
	}
	return subjects
}

// isEntry reports whether a field is an entry of an ExternalSecret.
func isEntry(field fieldpath.Path) bool {
	return IsItemOf(field, "data") || IsItemOf(field, "dataFrom")
}

// IsItemOf reports whether a field is an item of a list of that name.
func IsItemOf(field fieldpath.Path, list string) bool {
	return field.IsItem() && field.Parent().Last() == list
}

// Answer adds a question about a field of an object to what the check decided.
func (r *Result) Answer(o *objects.Object, field fieldpath.Path, question string) {
	r.Decide(verdict.Subject{Object: o, Field: field, Question: question})
}

// Merge is the result of a check that has one for each of several objects.
func Merge(results ...*Result) verdict.Result {
	var all verdict.Result
	for _, r := range results {
		all.Candidates, all.Decided = append(all.Candidates, r.Candidates...), append(all.Decided, r.Decided...)
	}
	return all
}
