package stores

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// The order in which findings explain one another: what the API does not have, then what it asks for, then single
// values, then what they refer to, then what a Segregation declares, then how objects stand to each other.
const (
	precedenceUnknown = 10 * iota
	precedenceStructure
	precedenceValues
	precedenceReferences
	precedenceKeysTwice
	precedenceDeclaredStores
	precedenceForeignFolders
	precedenceDeclaredSecrets
	precedenceDeclaredKeys
	precedenceUndeclared
	precedenceRelations
	precedenceUnused
)

// afterOtherHalf is added to the precedence of a finding about the second half of an API key.
const afterOtherHalf = 1

// result collects what one check has to say. Its candidates explain their own field, and the entry of an ExternalSecret
// that it is in.
type result struct {
	verdict.Result
	precedence int
}

// report adds a finding that always stands.
func (r *result) report(o *objects.Object, f finding.Finding, explains ...verdict.Subject) {
	r.add(o, r.precedence, nil, f, explains)
}

// reportUnless adds a finding that stands unless one of the fields of o is explained already.
func (r *result) reportUnless(o *objects.Object, fields []fieldpath.Path, f finding.Finding) {
	var about []verdict.Subject
	for _, field := range fields {
		about = append(about, verdict.Subject{Object: o, Field: field})
	}
	r.add(o, r.precedence, about, f, nil)
}

func (r *result) add(
	o *objects.Object, precedence int, about []verdict.Subject, f finding.Finding, explains []verdict.Subject,
) {
	r.Add(verdict.Candidate{
		Finding: o.About(f), Precedence: precedence, About: about, Explains: append(explained(o, f.Field), explains...),
	})
}

// explained are the subjects that need no further finding where a field is known to be wrong: the field, and the
// entry of an ExternalSecret that it is in.
func explained(o *objects.Object, field fieldpath.Path) []verdict.Subject {
	subjects := []verdict.Subject{{Object: o, Field: field}}
	for around := field.Parent(); !around.IsZero(); around = around.Parent() {
		if isEntry(around) {
			return append(subjects, verdict.Subject{Object: o, Field: around})
		}
	}
	return subjects
}

// isEntry reports whether a field is an entry of an ExternalSecret.
func isEntry(field fieldpath.Path) bool {
	return isItemOf(field, "data") || isItemOf(field, "dataFrom")
}

// isItemOf reports whether a field is an item of a list of that name.
func isItemOf(field fieldpath.Path, list string) bool {
	return field.IsItem() && field.Parent().Last() == list
}

// decide notes that a question about a field was answered.
func (r *result) decide(o *objects.Object, field fieldpath.Path, question string) {
	r.Decide(verdict.Subject{Object: o, Field: field, Question: question})
}

// The two halves of an API key.
var (
	accessKeyPath = scalewayPath.Child("accessKey")
	secretKeyPath = scalewayPath.Child("secretKey")
)

// joinHalves lets a finding about the access key of a store explain the same one about its secret key.
func (r *result) joinHalves() {
	for i := range r.Candidates {
		second := &r.Candidates[i]
		inside, isSecretKey := second.Field.Within(secretKeyPath)
		if !isSecretKey {
			continue
		}
		message := strings.ReplaceAll(second.Message, "secret key", "access key")
		for j := range r.Candidates {
			first := &r.Candidates[j]
			if first.Object == second.Object && first.Field == accessKeyPath.Join(inside) && first.Message == message {
				explainOtherHalf(first, second)
			}
		}
	}
}

// explainOtherHalf lets a finding explain the same one about the other half of an API key.
func explainOtherHalf(first, second *verdict.Candidate) {
	same := verdict.Subject{Object: second.Explains[0].Object, Field: second.Field, Question: "other half"}
	first.Explains = slices.Concat(first.Explains, second.Explains, []verdict.Subject{same})
	second.About = append(second.About, same)
	second.Precedence += afterOtherHalf
}
