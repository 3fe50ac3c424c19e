package result_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/result"
)

func TestAFieldExplainsTheEntryThatItIsIn(t *testing.T) {
	data := fieldpath.Of("spec", "externalSecretSpec", "data").Index(1)
	for field, want := range map[fieldpath.Path][]fieldpath.Path{
		data.Child("remoteRef", "key"): {data.Child("remoteRef", "key"), data},
		data:                           {data},
		fieldpath.Of("spec", "target"): {fieldpath.Of("spec", "target")},
		fieldpath.Of("spec", "target", "template", "data", "0"): {fieldpath.Of("spec", "target", "template", "data", "0")},
	} {
		o := &objects.Object{Kind: "ClusterExternalSecret"}
		assert.Equal(t, result.Fields(o, want...), result.Explained(o, field), "%s", field)
	}
}

func TestWhatIsFoundLaterIsExplainedByWhatIsFoundFirst(t *testing.T) {
	o, field := &objects.Object{Kind: "SecretStore"}, fieldpath.Of("spec", "provider")
	first, second := result.New(result.Unknown), result.New(result.Values)
	first.Report(o, finding.Finding{Code: "CLS-E001", Field: field})
	second.ReportUnless(o, []fieldpath.Path{field}, finding.Finding{Code: "CLS-E002", Field: field})
	second.Report(o, finding.Finding{Code: "CLS-E003", Field: field})
	assert.Equal(t, []finding.Code{"CLS-E001", "CLS-E003"}, codes(verdict.Resolve(second.Result, first.Result)))
	assert.Equal(t, []finding.Code{"CLS-E002", "CLS-E003"}, codes(verdict.Resolve(second.Result)))
}

func TestOneMistakeInBothHalvesOfAnAPIKeyIsFoundOnce(t *testing.T) {
	for name, test := range map[string]struct {
		ofSecretKey string
		want        []finding.Code
	}{
		"the same": {"the secret key is missing", []finding.Code{"CLS-E001"}},
		"another":  {"the secret key is a placeholder", []finding.Code{"CLS-E001", "CLS-E002"}},
	} {
		t.Run(name, func(t *testing.T) {
			o, r := &objects.Object{Kind: "SecretStore"}, result.New(result.Values)
			r.Report(o, finding.Finding{
				Code: "CLS-E002", Field: result.SecretKeyPath.Child("secretRef"), Message: test.ofSecretKey,
			})
			r.Report(o, finding.Finding{
				Code: "CLS-E001", Field: result.AccessKeyPath.Child("secretRef"), Message: "the access key is missing",
			})
			r.JoinHalves()
			assert.ElementsMatch(t, test.want, codes(verdict.Resolve(r.Result)))
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
