package admission_test

import (
	"testing"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/admission"
)

const components = "{front: {secrets: {keys: [TOKEN]}}, back: {secrets: {keys: [TOKEN]}}}"

// twoNamespaces are components where there is no Segregation.
const twoNamespaces = `
---
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop-back, labels: {copy: "yes"}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop-front}}
`

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	in := cluster.Kapsule()
	in.Namespaces = map[string]cluster.Namespace{"policies": {Trusted: "ours"}, "guests": {}}
	return admission.Check(set, components, in).Findings
}

func TestWhatCloisonGeneratesIsClean(t *testing.T) { manifests.Judge(judge).AcceptsWhatIsGenerated(t) }

func document(apiVersion, kind, name, fields string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n" + fields + "\n"
}

func definition(group, namespace string) string {
	return document("apiextensions.k8s.io/v1", "CustomResourceDefinition", "x", "spec: {group: "+group+
		", names: {kind: SecretStore}, conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: ui, "+
		"namespace: "+namespace+"}}}}}")
}

func apiService(group string) string {
	return document("apiregistration.k8s.io/v1", "APIService", "v1."+group, "spec: {group: "+group+
		", version: v1, service: {name: ui, namespace: shop-front}}")
}

func TestWhoServesTheKindsOfOthers(t *testing.T) {
	const converts = `converts the objects of kind SecretStore, those of other components included, and answers with ` +
		`what it likes`
	const serves = `in the API server's place: it is sent what is written of it in every namespace, and answers what ` +
		`it likes`
	const conversion = "CustomResourceDefinition x spec.conversion.webhook.clientConfig: "
	front := `Service "ui" of component "front" (namespace "shop-front") `
	manifests.Table{
		"a component converts stores": {
			Manifests: definition("external-secrets.io", "shop-front"),
			Want:      []string{"error CLS-R008 " + conversion + front + converts},
		},
		"the operator does": {
			Manifests: definition("external-secrets.io", "external-secrets"),
			Want: []string{"info CLS-R018 " + conversion + `assumed: Service "ui" of namespace "external-secrets", ` +
				"which " + converts + ", is trusted: External Secrets Operator is usually there"},
		},
		"a namespace of which nothing is known does": {
			Manifests: definition("generators.external-secrets.io", "eso"),
			Want: []string{"undecided warning CLS-R018 " + conversion + `not decided: Service "ui" of namespace "eso" ` +
				converts + ", and whose it is is not known"},
		},
		"an operator converts its own kind": {Manifests: definition("postgresql.cnpg.io", "shop-front")},
		"nothing is converted": {Manifests: document("apiextensions.k8s.io/v1", "CustomResourceDefinition", "x",
			"spec: {group: external-secrets.io, conversion: {strategy: None}}")},
		"a component serves stores": {
			Manifests: apiService("external-secrets.io"),
			Want: []string{"error CLS-R008 APIService v1.external-secrets.io spec.service: " + front +
				`serves the API group "external-secrets.io" ` + serves},
		},
		"a component serves what another has objects of": {
			Manifests: apiService("example.com") +
				"---\n{apiVersion: example.com/v1, kind: Thing, metadata: {name: t, namespace: shop-back}}\n",
			Want: []string{"error CLS-R008 APIService v1.example.com spec.service: " + front +
				`serves the API group "example.com" ` + serves},
		},
		"a group of its own": {Manifests: apiService("example.com")},
		"metrics":            {Manifests: apiService("metrics.k8s.io")},
		"the API server itself": {Manifests: document("apiregistration.k8s.io/v1", "APIService", "v1.apps",
			"spec: {group: apps, version: v1}")},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, components))
}

func TestWhoServesKindsWithoutASegregationMayBeTheirOperator(t *testing.T) {
	manifests.Table{
		"stores": {
			Manifests: twoNamespaces + definition("external-secrets.io", "shop-front"),
			Want:      []string{"undecided warning R018 CustomResourceDefinition x spec.conversion.webhook.clientConfig"},
		},
	}.Run(t, judge, manifests.Brief)
}

func TestPolicies(t *testing.T) {
	const group = "admissionregistration.k8s.io/v1"
	mutating := func(resource string) string {
		return document(group, "MutatingAdmissionPolicy", "m", "spec: {matchConstraints: {resourceRules: [{apiGroups: "+
			"[''], resources: ["+resource+"], operations: [CREATE]}]}}")
	}
	validating := func(kind, selector string) string {
		return document(group, "ValidatingAdmissionPolicy", "v", "spec: {paramKind: {apiVersion: v1, kind: "+kind+"}}") +
			document(group, "ValidatingAdmissionPolicyBinding", "b", "spec: {policyName: v, paramRef: {name: s, namespace: "+
				"shop-back}, matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+
				selector+"}}}}")
	}
	manifests.Table{
		"pods are changed": {
			Manifests: mutating("pods"),
			Want: []string{`undecided warning CLS-R018 MutatingAdmissionPolicy m ` +
				`spec.matchConstraints.resourceRules[0].resources: not decided: the policy changes pods of component ` +
				`"back" (namespace "shop-back") as they are written, by expressions that are not evaluated`},
		},
		"events are changed": {Manifests: mutating("events")},
		"the Secret of one decides about another": {
			Manifests: validating("Secret", "shop-front"),
			Want: []string{`undecided warning CLS-R018 ValidatingAdmissionPolicyBinding b spec.paramRef: not decided: ` +
				`the policy reads Secret shop-back/s of component "back" (namespace "shop-back") where objects of ` +
				`component "front" (namespace "shop-front") are written, and whether what it says or writes there ` +
				`holds the values is not evaluated`},
		},
		"about itself":   {Manifests: validating("Secret", "shop-back")},
		"by a ConfigMap": {Manifests: validating("ConfigMap", "shop-front")},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, components))
}
