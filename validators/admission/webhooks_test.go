package admission_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/admission"
)

const segregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components:
    front: {secrets: {keys: [TOKEN]}}
    back: {secrets: {keys: [TOKEN]}}
`

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	return admission.Check(set, components).Findings
}

func TestWhatCloisonGeneratesIsClean(t *testing.T) { manifests.Judge(judge).AcceptsWhatIsGenerated(t) }

func TestWebhooksOfAComponentAreNotSentTheSecretsOfOthers(t *testing.T) {
	const sent = `error CLS-R008 ValidatingWebhookConfiguration w webhooks[0].rules[0].resources: the ` +
		`API server sends every Secret ` +
		`that is written in component "back" (namespace "shop-back") to Service "ui" of component ` +
		`"front" (namespace "shop-front")`
	planned := []*plan.Plan{manifests.Plan(t, segregation)}
	for name, test := range map[string]struct {
		plans                                  []*plan.Plan
		namespace, selector, groups, resources string
		want                                   []string
	}{
		"Secrets":    {planned, "shop-front", "{}", `""`, "secrets", []string{sent}},
		"everything": {planned, "shop-front", "{}", `"*"`, `"*"`, []string{sent}},
		"its own namespace only": {planned, "shop-front",
			"{matchLabels: {kubernetes.io/metadata.name: shop-front}}", `""`, "secrets", nil},
		"another group":   {planned, "shop-front", "{}", "apps", `"*"`, nil},
		"a policy engine": {planned, "kyverno", "{}", `"*"`, `"*"`, nil},
		"no Segregation":  {nil, "shop-front", "{}", `""`, "secrets", nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, manifests.Messages(manifests.Judge(judge).Check(t, fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: w}
webhooks:
  - clientConfig: {service: {name: ui, namespace: %s}}
    namespaceSelector: %s
    rules: [{apiGroups: [%s], resources: [%s]}]
`, test.namespace, test.selector, test.groups, test.resources), test.plans...)))
		})
	}
}
