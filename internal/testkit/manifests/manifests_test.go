package manifests_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestComponentsAreWrittenInBothStyles(t *testing.T) {
	for _, components := range []string{"{a: {quota: {pods: 2}}, b: {}}",
		"    a:\n      quota: {pods: 2}\n    b: {}\n"} {
		var namespaces []string
		for _, c := range manifests.Shop(t, components).Components {
			namespaces = append(namespaces, c.Namespace)
		}
		assert.Equal(t, []string{"shop-a", "shop-b"}, namespaces)
	}
}

func TestFindingsAreFormatted(t *testing.T) {
	findings := []finding.Finding{
		{Code: "CLS-P002", Severity: finding.Warning, Message: "second", Line: 3, Undecided: true},
		{
			Code: "CLS-P001", Severity: finding.Error, Object: finding.Object{Kind: "Pod", Namespace: "a", Name: "b"},
			Field: fieldpath.Of("spec"),
			File:  "m.yaml", Line: 2, Message: "first", Counterexample: "this", Fix: "that",
		},
	}
	assert.Equal(t, []string{
		"error CLS-P001 Pod a/b spec: first; counterexample: this; fix: that (m.yaml:2)",
		"undecided warning CLS-P002: second",
	}, manifests.Lines(findings))
	assert.Equal(t, []string{"error CLS-P001 Pod a/b spec: first", "undecided warning CLS-P002: second"},
		manifests.Messages(findings))
	assert.Equal(t, []string{"error P001 Pod a/b spec", "undecided warning P002"}, manifests.Brief(findings))
	assert.Equal(t, finding.Code("CLS-P002"), findings[0].Code, "the findings stay in their order")
	assert.Nil(t, manifests.Lines(nil))
}

// TestEveryAcceptedCaseIsJudgedWithItsPlans finds a component without a Namespace, as one of another case's plan would
// be.
func TestEveryAcceptedCaseIsJudgedWithItsPlans(t *testing.T) {
	judged := 0
	manifests.Judge(func(set *objects.Set, components *scope.Scope) (missing []finding.Finding) {
		if !components.Planned {
			return nil
		}
		judged++
		for _, c := range components.Components {
			if !slices.ContainsFunc(set.Namespaces,
				func(n objects.Typed[corev1.Namespace]) bool { return n.Name == c.Namespace }) {
				missing = append(missing, finding.Finding{Message: c.Namespace})
			}
		}
		return missing
	}).AcceptsWhatIsGenerated(t)
	assert.GreaterOrEqual(t, judged, manifests.AcceptedCount+manifests.ExampleCount)
}
