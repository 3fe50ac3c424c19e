package explaining

import (
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
)

// The fields of a store of the provider scaleway.
var (
	ScalewayPath  = fieldpath.Of("spec", "provider", "scaleway")
	RegionPath    = ScalewayPath.Child("region")
	ProjectIDPath = ScalewayPath.Child("projectId")
	APIURLPath    = ScalewayPath.Child("apiUrl")
	// AccessKeyPath and SecretKeyPath are the two halves of the API key.
	AccessKeyPath = ScalewayPath.Child("accessKey")
	SecretKeyPath = ScalewayPath.Child("secretKey")
)

// mistake is what is wrong with a half of an API key. Two findings with the same one, about the two halves of the API
// key of a store, are one mistake.
type mistake struct {
	object finding.Object
	code   finding.Code
	// field inside of the half.
	field fieldpath.Path
	// values are what the message quotes: the message itself, which is the same for both halves, but for findings that
	// quote no values.
	values string
}

func mistakeOf(c *verdict.Candidate, field fieldpath.Path) mistake {
	if c.Code == finding.InlineCredentials {
		return mistake{c.Object, c.Code, field, ""} // it quotes no value, and names the half
	}
	return mistake{c.Object, c.Code, field, c.Message}
}

// JoinHalves lets a finding about the access key of a store explain the same one about its secret key. A message that
// quotes values must not name the half that it is about: the field does.
func (r *Findings) JoinHalves() {
	ofAccessKey := map[mistake]*verdict.Candidate{}
	for i := range r.Result.Candidates {
		c := &r.Result.Candidates[i]
		if field, isAccessKey := c.Field.Within(AccessKeyPath); isAccessKey {
			ofAccessKey[mistakeOf(c, field)] = c
		}
	}
	for i := range r.Result.Candidates {
		second := &r.Result.Candidates[i]
		field, isSecretKey := second.Field.Within(SecretKeyPath)
		if first := ofAccessKey[mistakeOf(second, field)]; isSecretKey && first != nil {
			ExplainOtherHalf(first, second)
		}
	}
}

// afterOtherHalf is added to the precedence of a finding about the second half of an API key. It is less than the
// distance between two precedences.
const afterOtherHalf = 1

// ExplainOtherHalf lets a finding explain the same one about the other half of an API key. The second one must explain
// something, as every finding does that is added by [Findings.Report] or [Findings.ReportUnless].
func ExplainOtherHalf(first, second *verdict.Candidate) {
	same := verdict.Subject{Object: second.Explains[0].Object, Field: second.Field, Question: otherHalf}
	first.Explains = slices.Concat(first.Explains, second.Explains, []verdict.Subject{same})
	second.Unless = append(second.Unless, same)
	second.Precedence += afterOtherHalf
}
