package admission_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// webhook writes a webhook of a kind that has rules for resources, and further fields in YAML's flow style.
func webhook(kind, config, groups, resources, fields string) string {
	return document("admissionregistration.k8s.io/v1", kind+"WebhookConfiguration", "w", "webhooks: [{clientConfig: {"+
		config+"}, rules: [{apiGroups: ["+groups+"], operations: [CREATE, UPDATE], resources: ["+resources+"]}]"+
		fields+"}]")
}

const (
	ofFront     = "service: {name: ui, namespace: shop-front}"
	resources   = " webhooks[0].rules[0].resources: "
	sent        = `is sent every Secret that is written in component "back" (namespace "shop-back")`
	frontIsSent = "error CLS-R008 ValidatingWebhookConfiguration w" + resources +
		`Service "ui" of component "front" (namespace "shop-front") ` + sent
)

func TestWebhooksThatGetAtTheObjectsOfOthers(t *testing.T) {
	manifests.Table{
		"Secrets":    {webhook("Validating", ofFront, `""`, "secrets", ""), []string{frontIsSent}},
		"everything": {webhook("Validating", ofFront, `"*"`, `"*/*"`, ""), []string{frontIsSent}},
		"by an address of the cluster": {
			webhook("Validating", "url: 'https://ui.shop-front.svc.cluster.local:8443/x'", `""`, "secrets", ""),
			[]string{frontIsSent},
		},
		"by an address outside": {
			webhook("Validating", "url: 'https://user:pass@files.example/x'", `""`, "secrets", ""),
			[]string{"undecided warning CLS-R018 ValidatingWebhookConfiguration w" + resources + `not decided: the ` +
				`address "files.example" ` + sent + ", and whose it is is not known"},
		},
		"of a namespace that nobody knows": {
			webhook("Validating", "service: {name: s, namespace: guests}", `""`, "secrets", ""),
			[]string{"undecided warning CLS-R018 ValidatingWebhookConfiguration w" + resources + `not decided: ` +
				`Service "s" of namespace "guests" ` + sent + ", and whose it is is not known"},
		},
		"of a namespace that the Cluster trusts": {
			webhook("Validating", "service: {name: s, namespace: policies}", `""`, "secrets", ""),
			[]string{"info CLS-R018 ValidatingWebhookConfiguration w" + resources + `assumed: Service "s" of ` +
				`namespace "policies", which ` + sent + ", is trusted: ours"},
		},
		"Pods are seen":       {webhook("Validating", ofFront, `""`, "pods", ""), nil},
		"of another group":    {webhook("Validating", ofFront, "apps", `"*"`, ""), nil},
		"subresources only":   {webhook("Mutating", ofFront, `""`, "pods/status, pods/exec", ""), nil},
		"of the node's lease": {webhook("Mutating", ofFront, "coordination.k8s.io", "leases", ""), nil},
		"Pods are changed": {
			webhook("Mutating", ofFront, `""`, "pods", ""),
			[]string{"error CLS-R008 MutatingWebhookConfiguration w" + resources + `Service "ui" of component "front" ` +
				`(namespace "shop-front") may change pods of component "back" (namespace "shop-back") as they are ` +
				`written`},
		},
		"stores are changed": {
			webhook("Mutating", ofFront, `external-secrets.io`, `"*"`, ""),
			[]string{"error CLS-R008 MutatingWebhookConfiguration w" + resources + `Service "ui" of component "front" ` +
				`(namespace "shop-front") may change externalsecrets.external-secrets.io of component "back" ` +
				`(namespace "shop-back") as they are written`},
		},
		"in its own namespace only": {webhook("Mutating", ofFront, `""`, "pods, secrets",
			", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-front}}"), nil},
		"conditions that are not evaluated": {
			webhook("Validating", ofFront, `""`, "secrets", ", matchConditions: [{name: c, expression: 'true'}]"),
			[]string{"undecided warning CLS-R018 ValidatingWebhookConfiguration w" + resources + `not decided: ` +
				`Service "ui" of component "front" (namespace "shop-front") ` + sent + ", unless matchConditions, which " +
				"are not evaluated, keep it from that"},
		},
		"objects that ask for it, of which there is none": {webhook("Validating", ofFront, `""`, "secrets",
			", objectSelector: {matchLabels: {copy: 'yes'}}"), nil},
		"nobody": {webhook("Validating", "", `""`, "secrets", ""), nil},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, components))
}

func TestWebhooksWithoutASegregation(t *testing.T) {
	manifests.Table{
		"Secrets": {twoNamespaces + webhook("Validating", ofFront, `""`, "secrets", ""),
			[]string{"error R008 ValidatingWebhookConfiguration w webhooks[0].rules[0].resources"}},
		"objects that ask for it": {twoNamespaces + webhook("Validating", ofFront, `""`, "secrets",
			", objectSelector: {matchLabels: {copy: 'yes'}}"),
			[]string{"error R008 ValidatingWebhookConfiguration w webhooks[0].rules[0].resources"}},
		"the only namespace of the input": {
			"{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop-front}}\n" +
				webhook("Validating", ofFront, `""`, "secrets", ""),
			[]string{"error R008 ValidatingWebhookConfiguration w webhooks[0].rules[0].resources"},
		},
		"the only namespace, for itself": {
			"{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop-front}}\n" + webhook("Validating", ofFront,
				`""`, "secrets", ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-front}}"), nil,
		},
		"a policy engine that is in the input": {
			twoNamespaces + "---\n{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: kyverno}}\n" +
				webhook("Mutating", "service: {name: s, namespace: kyverno}", `"*"`, `"*"`, ""),
			[]string{"info R018 MutatingWebhookConfiguration w webhooks[0].rules[0].resources"},
		},
	}.Run(t, judge, manifests.Brief)
}
