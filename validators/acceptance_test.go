package validators_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/paths"
)

// instruction is a Segregation or an Inventory with an annotation, in a namespace that a host wrote.
func instruction(t *testing.T, kind, annotation string) []*objects.Object {
	t.Helper()
	found, err := objects.Parse("shop.yaml", []byte(fmt.Sprintf(
		"apiVersion: cloison.dev/v1alpha1\nkind: %s\nmetadata:\n  name: shop\n  namespace: moved\n  annotations: {%s}\n", kind, annotation)))
	require.NoError(t, err)
	return found
}

func onShop(code finding.Code, severity finding.Severity, undecided bool) finding.Finding {
	return finding.Finding{
		Code: code, Severity: severity, Undecided: undecided, Message: "message", Fix: "fix",
		Object: finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: "shop"},
	}
}

func TestASegregationAcceptsFindingsOnPaths(t *testing.T) {
	unused, missing := onShop(finding.SecretUnused, finding.Warning, false),
		onShop(finding.PathMissing, finding.Error, false)
	silent, notChecked := onShop(finding.SecretManagerSilent, finding.Error, true),
		onShop(finding.PathsNotChecked, finding.Info, false)
	const at = "Segregation shop metadata.annotations[suppress.cloison.dev/"
	for name, test := range map[string]struct {
		kind, annotation string
		mode             spec.PathCheck
		found            []finding.Finding
		accepted         int
		idle             []string
	}{
		"no annotation": {wellknown.SegregationKind, "a: b", "", []finding.Finding{unused}, 0, nil},
		"a warning": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared", "",
			[]finding.Finding{unused, unused, missing}, 2, nil},
		"an error": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I002: made by hand later", "",
			[]finding.Finding{unused, missing}, 1, nil},
		"undecided": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I010: it is down", "",
			[]finding.Finding{silent, silent}, 0, []string{
				"warning CLS-K018 " + at + "CLS-I010]: a finding CLS-I010 says that something was not decided, which " +
					"is never accepted: it stands; fix: do what the finding says, so that it " +
					"can be decided (shop.yaml:6)",
			}},
		"nothing": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared", "",
			[]finding.Finding{missing}, 0, []string{
				"warning CLS-K018 " + at + "CLS-I007]: there is no finding CLS-I007 to accept; a later one would be " +
					"suppressed unseen; fix: remove it (shop.yaml:6)",
			}},
		"nothing, where not all was judged": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared", "",
			[]finding.Finding{silent}, 0, nil},
		"nothing, where nothing was": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared", "",
			[]finding.Finding{notChecked}, 0, nil},
		"nothing, where nothing is to be": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared",
			spec.PathsOff, nil, 0, nil},
		"no reason": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: ' '", "",
			[]finding.Finding{unused}, 0, []string{
				"error CLS-K017 " + at + "CLS-I007]: the annotation gives no reason, so nothing is suppressed; fix: " +
					"say why the finding is accepted, as the annotation's value (shop.yaml:6)",
			}},
		"another family": {wellknown.SegregationKind, "suppress.cloison.dev/CLS-N004: a reason", "",
			[]finding.Finding{unused}, 0, []string{
				"error CLS-K017 " + at + "CLS-N004]: an annotation of a Segregation accepts findings of family I only, so CLS-N004 is " +
					"not suppressed; fix: annotate the object that the finding is about, or add it to spec.accept (shop.yaml:6)",
			}},
		"an Inventory": {"Inventory", "suppress.cloison.dev/CLS-I017: a reason", "",
			[]finding.Finding{unused}, 0, []string{
				"error CLS-K017 Inventory shop metadata.annotations[suppress.cloison.dev/CLS-I017]: annotations of " +
					"an Inventory suppress nothing: they are gone when it is written again; fix: remove it, or " +
					"annotate the Segregation (shop.yaml:6)",
			}},
		"something that is no instruction": {"Other", "suppress.cloison.dev/CLS-I007: a reason", "",
			[]finding.Finding{unused}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := validators.Input{
				Plans:        []*plan.Plan{{Segregation: "shop", Paths: test.mode}},
				Instructions: instruction(t, test.kind, test.annotation),
			}
			result := validators.Pinned{Input: in}.SumUp(validators.Proof{}, paths.Result{Findings: test.found})
			assert.Len(t, result.Suppressed, test.accepted)
			assert.Len(t, result.Findings, len(test.found)-test.accepted+len(test.idle))
			var idle []string
			for _, f := range result.Findings {
				if f.Code == finding.SuppressionInvalid || f.Code == finding.SuppressionUnused {
					idle = append(idle, f.String())
				}
			}
			assert.Equal(t, test.idle, idle)
		})
	}
}

func TestASegregationThatIsGivenTwiceAcceptsOnce(t *testing.T) {
	once := instruction(t, wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared")
	in := validators.Input{
		Instructions: append(once,
			instruction(t, wellknown.SegregationKind, "suppress.cloison.dev/CLS-I007: shared")...)}
	found := []finding.Finding{onShop(finding.SecretUnused, finding.Warning, false)}
	result := validators.Pinned{Input: in}.SumUp(validators.Proof{}, paths.Result{Findings: found})
	assert.Len(t, result.Suppressed, 1)
	assert.Empty(t, result.Findings)
}

func TestWhatIsAcceptedIsListedAsAnInfo(t *testing.T) {
	listed := validators.Suppressed{Finding: onShop(finding.PathMissing, finding.Error, true), Reason: "later"}.Listed()
	assert.Equal(t, `info CLS-I002 Segregation shop: suppressed error, accepted because "later": message`,
		listed.String())
	assert.False(t, listed.Undecided)
}
