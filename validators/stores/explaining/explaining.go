// Package explaining collects what a check of family E finds and decides: which finding explains which other, so that
// one mistake is found once.
package explaining

import (
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// Precedence is the order in which findings explain one another. Findings about one object come before those about two,
// and among them those about whether a field can be there at all before those about what it says.
type Precedence int

// The precedences, the first of them first. They are ten apart, so that a finding about the second half of an API key
// comes after the same one about the first half and before all of the next precedence: see [afterOtherHalf].
const (
	// OfAPI is what the API does not have: versions and fields. It is first, because a field that is misspelt is why
	// the right one is missing and its value does not count.
	OfAPI Precedence = 10 * iota
	// OfStructure is which fields are there together. Where two exclude one another, the value of neither counts.
	OfStructure
	// OfValues is single values, and fields that are missing: a value that the operator refuses refers to nothing.
	OfValues
	// OfReferences is what a value of an entry means: what cannot be found is not what is declared either.
	OfReferences
	// OfKeysTwice is keys that two entries write: the second entry is wrong as a whole, whatever it should read.
	OfKeysTwice
	// OfDeclaredStores is stores that are not as declared: what is read from a wrong store is wrong too.
	OfDeclaredStores
	// OfForeignFolders is entries that read another component's folder: worse than not reading what is declared, which
	// they do not either.
	OfForeignFolders
	// OfDeclaredSecrets is how a Secret is written, before what is in it: where its target is wrong, it is another
	// Secret, which nobody declares.
	OfDeclaredSecrets
	// OfDeclaredKeys is the entries of a Secret that is declared.
	OfDeclaredKeys
	// OfUndeclared is Secrets and stores that nobody declares, but for the Secrets that should have had the name of a
	// declared one, and those that are filled from another component's folder.
	OfUndeclared
	// OfRelations is how objects stand to each other: a reference that is not as declared is why its store is missing.
	OfRelations
	// OfLeftovers is stores that nothing uses and what was not checked: last, because any mistake may be the reason.
	OfLeftovers
)

// Findings collects what one check finds and decides. Its candidates explain their own field, and the entry of an
// ExternalSecret that it is in.
type Findings struct {
	Result     verdict.Result
	precedence Precedence
}

// New is the empty result of a check whose candidates have the precedence.
func New(precedence Precedence) *Findings { return &Findings{precedence: precedence} }

// Report adds a finding that always stands. It explains the subjects in explains too.
func (r *Findings) Report(o *objects.Object, f finding.Finding, explains ...verdict.Subject) {
	r.AddAt(r.precedence, o, nil, f, explains...)
}

// ReportUnless adds a finding that stands unless another one explains one of the fields of o.
func (r *Findings) ReportUnless(o *objects.Object, fields []fieldpath.Path, f finding.Finding) {
	r.AddAt(r.precedence, o, Fields(o, fields...), f)
}

// AddAt adds a finding of another precedence that stands unless another one explains one of the subjects in unless. It
// explains those in explains too.
func (r *Findings) AddAt(
	precedence Precedence, o *objects.Object, unless []verdict.Subject, f finding.Finding, explains ...verdict.Subject,
) {
	r.Result.Add(verdict.Candidate{
		Finding: o.About(f), Precedence: int(precedence), Unless: unless,
		Explains: append(Explained(o, f.Field), explains...),
	})
}

// Absent adds the finding about an object that is declared and not there. It explains the subjects.
func (r *Findings) Absent(f finding.Finding, explains ...verdict.Subject) {
	r.Result.Add(verdict.Candidate{Finding: f, Precedence: int(r.precedence), Explains: explains})
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

// Decide adds a question about a field of an object to what the check decided; the zero path is the whole object.
func (r *Findings) Decide(o *objects.Object, field fieldpath.Path, question string) {
	r.Result.Decide(verdict.Subject{Object: o, Field: field, Question: question})
}

// Merge is the result of a check that has one for each of several objects.
func Merge(results ...*Findings) verdict.Result {
	var all verdict.Result
	for _, r := range results {
		all.Candidates = append(all.Candidates, r.Result.Candidates...)
		all.Decided = append(all.Decided, r.Result.Decided...)
	}
	return all
}
