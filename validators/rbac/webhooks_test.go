package rbac_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWebhooksOfAComponentAreNotSentTheSecretsOfOthers(t *testing.T) {
	const sent = `error CLS-R008 ValidatingWebhookConfiguration w webhooks[0].rules[0].resources: the ` +
		`API server sends every Secret ` +
		`that is written in component "back" (namespace "shop-back") to Service "ui" of component ` +
		`"front" (namespace "shop-front")`
	for name, test := range map[string]struct {
		segregation, namespace, selector, groups, resources string
		want                                                []string
	}{
		"Secrets":    {segregation, "shop-front", "{}", `""`, "secrets", []string{sent}},
		"everything": {segregation, "shop-front", "{}", `"*"`, `"*"`, []string{sent}},
		"its own namespace only": {segregation, "shop-front",
			"{matchLabels: {kubernetes.io/metadata.name: shop-front}}", `""`, "secrets", nil},
		"another group":   {segregation, "shop-front", "{}", "apps", `"*"`, nil},
		"a policy engine": {segregation, "kyverno", "{}", `"*"`, `"*"`, nil},
		"no Segregation":  {"", "shop-front", "{}", `""`, "secrets", nil},
	} {
		t.Run(name, func(t *testing.T) {
			found := check(t, test.segregation+fmt.Sprintf(`
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: w}
webhooks:
  - clientConfig: {service: {name: ui, namespace: %s}}
    namespaceSelector: %s
    rules: [{apiGroups: [%s], resources: [%s]}]
`, test.namespace, test.selector, test.groups, test.resources))
			found = slices.DeleteFunc(found, func(line string) bool { return !strings.Contains(line, "CLS-R008") })
			assert.Equal(t, test.want, append([]string(nil), found...))
		})
	}
}
