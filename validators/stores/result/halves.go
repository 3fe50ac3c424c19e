package result

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/verdict"
)

// The fields of a store of the provider scaleway: all of it, and the two halves of the API key.
var (
	ScalewayPath  = fieldpath.Of("spec", "provider", "scaleway")
	AccessKeyPath = ScalewayPath.Child("accessKey")
	SecretKeyPath = ScalewayPath.Child("secretKey")
)

// JoinHalves lets a finding about the access key of a store explain the same one about its secret key.
func (r *Result) JoinHalves() {
	for i := range r.Candidates {
		second := &r.Candidates[i]
		inside, isSecretKey := second.Field.Within(SecretKeyPath)
		if !isSecretKey {
			continue
		}
		message := strings.ReplaceAll(second.Message, "secret key", "access key")
		for j := range r.Candidates {
			first := &r.Candidates[j]
			if first.Object == second.Object && first.Field == AccessKeyPath.Join(inside) && first.Message == message {
				ExplainOtherHalf(first, second)
			}
		}
	}
}

// afterOtherHalf is added to the precedence of a finding about the second half of an API key.
const afterOtherHalf = 1

// ExplainOtherHalf lets a finding explain the same one about the other half of an API key.
func ExplainOtherHalf(first, second *verdict.Candidate) {
	same := verdict.Subject{Object: second.Explains[0].Object, Field: second.Field, Question: "other half"}
	first.Explains = slices.Concat(first.Explains, second.Explains, []verdict.Subject{same})
	second.Unless = append(second.Unless, same)
	second.Precedence += afterOtherHalf
}
