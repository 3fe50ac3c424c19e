package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func providerClass(parameters string) string {
	return manifests.Object("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", "s",
		"spec: {provider: scaleway, parameters: {"+parameters+"}}")
}

func TestClassesOfScalewaysProviderReadTheirOwnFolder(t *testing.T) {
	pod := workload("Pod", "p", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, csi: {driver: "+
		"secrets-store.csi.k8s.io, nodePublishSecretRef: {name: scw-a-credentials}, volumeAttributes: "+
		"{secretProviderClass: s}}}]")
	const foreign = `error CLS-E001 SecretProviderClass a/s spec.parameters: the class has folder "/b" mounted, which ` +
		`is that of namespace "b"`
	manifests.Table{
		"its own":   {pod + providerClass("secretPath: /a, secretName: x"), nil},
		"another's": {pod + providerClass("secretPath: /b/, secretName: x"), []string{foreign}},
		"another's, among objects": {pod + providerClass(`objects: "- {secretPath: /a, secretName: x}\n- {secretPath: `+
			`/b, secretName: y}\n"`), []string{foreign}},
		"it does not say which": {pod + providerClass("secretName: x"), []string{
			`error CLS-P001 Pod a/p spec.volumes[0].csi.nodePublishSecretRef.name: Secret "scw-a-credentials" holds the ` +
				`API key with which SecretStore a/a-secretstore reads /a, which no pod may import`,
			`undecided warning CLS-P013 Pod a/p spec.volumes[0].csi: the secrets of SecretProviderClass "s" were not ` +
				`evaluated, so whether they belong to the component is not known`,
		}},
	}.Run(t, judge, manifests.Messages,
		manifests.Shop(t, "{a: {namespace: a, secrets: {keys: [K]}}, b: {namespace: b, secrets: {keys: [K]}}}"))
}
