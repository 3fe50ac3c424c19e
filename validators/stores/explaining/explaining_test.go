package explaining_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

func TestAFieldExplainsTheEntryThatItIsIn(t *testing.T) {
	data := fieldpath.Of("spec", "externalSecretSpec", "data").Index(1)
	for field, want := range map[fieldpath.Path][]fieldpath.Path{
		data.Child("remoteRef", "key"): {data.Child("remoteRef", "key"), data},
		data:                           {data},
		fieldpath.Of("spec", "target"): {fieldpath.Of("spec", "target")},
		fieldpath.Of("spec", "target", "template", "data",
			"0"): {fieldpath.Of("spec", "target", "template", "data", "0")},
	} {
		o := &objects.Object{Kind: "ClusterExternalSecret"}
		assert.Equal(t, explaining.Fields(o, want...), explaining.Explained(o, field), "%s", field)
	}
}

func TestWhatIsFoundLaterIsExplainedByWhatIsFoundFirst(t *testing.T) {
	o, field := &objects.Object{Kind: "SecretStore"}, fieldpath.Of("spec", "provider")
	first, second := explaining.New(explaining.OfAPI), explaining.New(explaining.OfValues)
	first.Report(o, finding.Finding{Code: "CLS-E001", Field: field})
	second.ReportUnless(o, []fieldpath.Path{field}, finding.Finding{Code: "CLS-E002", Field: field})
	second.Report(o, finding.Finding{Code: "CLS-E003", Field: field})
	assert.Equal(t, []finding.Code{"CLS-E001", "CLS-E003"}, codes(verdict.Resolve(second.Result, first.Result)))
	assert.Equal(t, []finding.Code{"CLS-E002", "CLS-E003"}, codes(verdict.Resolve(second.Result)))
}

func TestOneMistakeInBothHalvesOfAnAPIKeyIsFoundOnce(t *testing.T) {
	type findings []finding.Finding
	secret, access := explaining.SecretKeyPath.Child("secretRef"), explaining.AccessKeyPath.Child("secretRef")
	for name, test := range map[string]struct{ given, want findings }{
		"the same values": {
			findings{{Code: "CLS-E012", Field: secret, Message: "x"}, {Code: "CLS-E012", Field: access, Message: "x"}},
			findings{{Code: "CLS-E012", Field: access, Message: "x"}},
		},
		"other values": {
			findings{{Code: "CLS-E012", Field: secret, Message: "x"}, {Code: "CLS-E012", Field: access, Message: "y"}},
			findings{{Code: "CLS-E012", Field: secret, Message: "x"}, {Code: "CLS-E012", Field: access, Message: "y"}},
		},
		"another field of the half": {
			findings{{Code: "CLS-E012", Field: secret.Child("key")}, {Code: "CLS-E012", Field: access}},
			findings{{Code: "CLS-E012", Field: secret.Child("key")}, {Code: "CLS-E012", Field: access}},
		},
		"another mistake": {
			findings{{Code: "CLS-E012", Field: secret}, {Code: "CLS-E025", Field: access}},
			findings{{Code: "CLS-E012", Field: secret}, {Code: "CLS-E025", Field: access}},
		},
		"both written out, each in its own words": {
			findings{
				{Code: finding.InlineCredentials, Field: secret, Message: "one half"},
				{Code: finding.InlineCredentials, Field: access, Message: "the other"},
			},
			findings{{Code: finding.InlineCredentials, Field: access, Message: "the other"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, r := &objects.Object{Kind: "SecretStore"}, explaining.New(explaining.OfValues)
			for _, f := range test.given {
				r.Report(o, f)
			}
			r.JoinHalves()
			var got findings
			for _, f := range verdict.Resolve(r.Result).Findings {
				f.Object = finding.Object{}
				got = append(got, f)
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func codes(v verdict.Verdict) []finding.Code {
	var found []finding.Code
	for _, f := range v.Findings {
		found = append(found, f.Code)
	}
	return found
}
