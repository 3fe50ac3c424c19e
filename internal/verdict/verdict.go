// Package verdict holds what a check returns: findings that stand unless another one explains them, and what was
// decided. Checks know nothing of each other; [Resolve] compares what they returned.
package verdict

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// Subject is what a check decides: an object, one of its fields, or one question about them. Subjects are compared for
// equality: an object does not stand for its fields, nor a field for those inside of it.
type Subject struct {
	Object *objects.Object
	// Field is the path of the field; empty for the whole object.
	Field fieldpath.Path
	// Question tells apart what is decided about one field, such as each right of a rule; empty where there is one
	// question only. Checks whose candidates explain each other must give the same text, so that it is a constant, or
	// comes out of one function, of the family.
	Question string
}

// Candidate is a finding that stands unless another one explains it.
type Candidate struct {
	finding.Finding
	// Precedence decides who explains whom: a candidate is explained by those of a lower number and, among those of its
	// own number, by those that come before it as [finding.Compare] orders them. A check calls no other check and looks
	// at no result of one; where another's finding makes its own redundant, the precedence says so.
	Precedence int
	// Unless are the subjects of the finding: it stands unless another candidate that stands explains one of them.
	// Without any, it always stands.
	Unless []Subject
	// Explains are the subjects that need no further finding where this one stands: usually its own, and those whose
	// state follows from it.
	Explains []Subject
}

// Result is what one check returns.
type Result struct {
	Candidates []Candidate
	// Decided are the subjects that the check came to a conclusion about, found fault with or not. A question that
	// cannot be answered, about which the finding is Undecided, is not among them. Tests hold that what is clean was
	// looked at; the report on what was not looked at will be made of them.
	Decided []Subject
}

// Add adds a candidate.
func (r *Result) Add(c Candidate) { r.Candidates = append(r.Candidates, c) }

// Decide adds subjects that the check came to a conclusion about.
func (r *Result) Decide(subjects ...Subject) { r.Decided = append(r.Decided, subjects...) }

// Verdict is what a family of checks has to say.
type Verdict struct {
	// Findings stand. They are in no particular order.
	Findings []finding.Finding
	// Decided are the subjects that a check of the family came to a conclusion about. A subject may be there twice.
	Decided []Subject
}

// Judge runs the checks of a family on the facts that they look at, and resolves their results. The order of checks
// does not matter.
func Judge[F any, C ~func(F) Result](facts F, checks []C) Verdict {
	results := make([]Result, len(checks))
	for i, check := range checks {
		results[i] = check(facts)
	}
	return Resolve(results...)
}

// Resolve drops the candidates that others explain. The order of results, and of candidates in them, does not matter.
func Resolve(results ...Result) Verdict {
	var verdict Verdict
	var candidates []Candidate
	decided := make([][]Subject, len(results))
	for i, r := range results {
		candidates = append(candidates, r.Candidates...)
		decided[i] = r.Decided
	}
	verdict.Decided = slices.Concat(decided...) // once: there are many
	slices.SortStableFunc(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.Precedence, b.Precedence), finding.Compare(a.Finding, b.Finding))
	})
	explained := map[Subject]bool{}
	for _, c := range candidates {
		if slices.ContainsFunc(c.Unless, func(s Subject) bool { return explained[s] }) {
			continue
		}
		for _, s := range c.Explains {
			explained[s] = true
		}
		verdict.Findings = append(verdict.Findings, c.Finding)
	}
	return verdict
}
