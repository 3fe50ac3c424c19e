package pods_test

import (
	"strings"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// inB is an object of component b, beside which a stands.
func inB(apiVersion, kind, name, rest string) string {
	return strings.ReplaceAll(manifests.Object(apiVersion, kind, name, rest), "namespace: a", "namespace: b")
}

func TestObjectsThatCopySecrets(t *testing.T) {
	both := workload("Deployment", "d", "", "") + inB("v1", "Secret", "s", "type: Opaque")
	manifests.Table{
		"a policy that clones into every namespace": {
			Manifests: both + "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: clone}\n" +
				"spec: {rules: [{match: {any: [{resources: {kinds: [Namespace]}}]}, generate: {kind: Secret, name: copy, " +
				"namespace: '{{request.object.metadata.name}}', clone: {namespace: b, name: s}}}]}\n",
			Want: []string{`warning CLS-P001 ClusterPolicy clone spec.rules[0].generate.clone: a controller copies ` +
				`Secret b/s into other namespaces, that of component a among them`},
		},
		"a policy that clones by the labels of what it acts on": {
			Manifests: both + "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: clone}\n" +
				"spec: {rules: [{match: {any: [{resources: {kinds: [Namespace], names: [c]}}]}, generate: {namespace: " +
				"'{{request.object.metadata.name}}', cloneList: {namespace: b, kinds: [v1/Secret]}}}]}\n",
			Want: []string{`undecided warning CLS-P001 ClusterPolicy clone spec.rules[0].generate.cloneList: not ` +
				`decided: whether Kyverno makes Secrets of component b known to component a: that depends on labels of ` +
				`namespace "a", or on when the rule acts, which are not in the input`},
		},
		"a policy that clones ConfigMaps, and one that clones into its own namespace": {
			Manifests: both + "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: clone}\n" +
				"spec: {rules: [{generate: {kind: ConfigMap, name: c, namespace: a, clone: {namespace: b, name: s}}}, " +
				"{generate: {kind: Secret, name: c, namespace: b, clone: {namespace: b, name: s}}}]}\n",
		},
		"a Gateway that serves the Secret of another": {
			Manifests: both + manifests.Object("gateway.networking.k8s.io/v1", "Gateway", "g",
				"spec: {listeners: [{tls: {certificateRefs: [{name: s, namespace: b}]}}]}"),
			Want: []string{`undecided warning CLS-P001 Gateway a/g spec.listeners[0].tls.certificateRefs[0]: not ` +
				`decided: whether a controller of Gateways makes Secret b/s of component b known to component a: whether ` +
				`the proxy that gets it runs in the namespace of the Gateway is a matter of its class`},
		},
		"an annotation that nobody knows": {
			Manifests: workload("Deployment", "d", "", "") +
				inB("v1", "Secret", "s, annotations: {replicator.example.org/replicate-everywhere: yes please}", ""),
			Want: []string{`undecided warning CLS-P001 Secret b/s ` +
				`metadata.annotations[replicator.example.org/replicate-everywhere]: not decided: whether a controller ` +
				`that copies Secrets makes the Secret of component b known to component a: what copies it where is not ` +
				`known`},
		},
		"a SealedSecret for all, with a ciphertext of its own": {
			Manifests: workload("Deployment", "d", "", "") + inB("bitnami.com/v1alpha1", "SealedSecret",
				`s, annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}`, "spec: {encryptedData: {A: AgB}}"),
			Want: []string{`warning CLS-P001 SealedSecret b/s metadata.annotations[sealedsecrets.bitnami.com/` +
				`cluster-wide]: the SealedSecret may be decrypted in every namespace: whoever has its text and may ` +
				`create SealedSecrets anywhere gets the values`},
		},
	}.Run(t, judge, manifests.Messages)
}

func TestCustomObjectsThatNameSecrets(t *testing.T) {
	both := store + workload("Deployment", "d", "", "") + inB("v1", "Secret", "s", "type: Opaque")
	manifests.Table{
		"the API key": {
			Manifests: both + manifests.Object("example.org/v1", "Widget", "w", "spec: {auth: {secretName: key}}"),
			Want: []string{`undecided warning CLS-P021 Widget a/w spec.auth.secretName: not decided: Secret "key" holds ` +
				`the API key of SecretStore a/store, and what its operator does with it is not known`},
		},
		"the API key, which the operator mounts": {
			Manifests: both + manifests.Object("monitoring.coreos.com/v1", "Prometheus", "w", "spec: {secrets: [key]}"),
			Want: []string{`error CLS-P001 Prometheus a/w spec.secrets[0]: Secret "key" holds the API key of SecretStore ` +
				`a/store, which no pod may import`},
		},
		"the word as something else, and what makes the Secret": {
			Manifests: both + manifests.Object("example.org/v1", "Widget", "w", "spec: {sort: key}") +
				manifests.Object("bitnami.com/v1alpha1", "SealedSecret", "key",
					"spec: {encryptedData: {A: AgB}, template: {metadata: {name: key}}}"),
		},
		"another component": {
			Manifests: both + manifests.Object("example.org/v1", "Widget", "w", "spec: {from: {namespace: b}, to: b/s}"),
			Want: []string{`undecided warning CLS-P021 Widget a/w spec.from.namespace: not decided: the object names ` +
				`namespace "b" of component b, and what its operator takes from there to component a is not known`},
		},
		"a program about Secrets of a component": {
			Manifests: both + "---\napiVersion: policies.kyverno.io/v1\nkind: GeneratingPolicy\nmetadata: {name: p}\n" +
				"spec: {variables: [{expression: 'resource.List(\"v1\",\"secrets\",\"b\")'}]}\n",
			Want: []string{`undecided warning CLS-P021 GeneratingPolicy p spec.variables[0].expression: not decided: ` +
				`the text is about Secrets and namespace "b" of component b, and what comes of it is not known`},
		},
		"policies that only refuse, and what routes and installs": {
			Manifests: both + "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\n" +
				"spec: {rules: [{match: {any: [{resources: {namespaces: [a, b]}}]}, validate: {message: no}}]}\n" +
				manifests.Object("traefik.io/v1alpha1", "Middleware", "m", "spec: {chain: {middlewares: [{name: m, "+
					"namespace: b}]}}") +
				manifests.Object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "h", "spec: {targetNamespace: b}"),
		},
	}.Run(t, judge, manifests.Messages)
}
