package secretflow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

func TestEverySecretThatIsNamed(t *testing.T) {
	all, err := objects.Parse("m.yaml", []byte(`
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: a}
spec: {provider: {scaleway: {accessKey: {secretRef: {name: access, key: a}}, secretKey: {secretRef: {name: secret, key: s}}}}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: all}
spec: {provider: {scaleway: {accessKey: {value: SCW}, secretKey: {secretRef: {name: of-each, key: s}}}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: a}
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: all}
  target: {name: target}
  data: [{secretKey: K, remoteRef: {key: "path:/a/k"}}]
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault, namespace: a}
spec: {provider: {vault: {server: x, auth: {tokenSecretRef: {name: vault-token, key: t}}}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: x, namespace: a}
secrets: [{name: x-token}]
imagePullSecrets: [{name: registry}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: a}
spec: {tls: [{secretName: tls}]}
---
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: p, namespace: a}
spec: {selector: {secret: {name: pushed}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: c}
provisioner: x
parameters: {csi.storage.k8s.io/node-stage-secret-name: stage, csi.storage.k8s.io/node-stage-secret-namespace: d}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: v}
spec: {csi: {driver: x, volumeHandle: x, nodePublishSecretRef: {name: publish, namespace: d}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: h, namespace: a}
spec:
  valuesFrom: [{kind: Secret, name: values}, {kind: ConfigMap, name: config}]
  values: {secretName: "{{ .x }}", auth: {secretKeyRef: {name: auth, key: k}}}
`))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	require.Empty(t, findings)
	var names []string
	for _, ref := range secretflow.New(set).Named(set) {
		names = append(names, ref.Namespace+"/"+ref.Name)
	}
	assert.Equal(t, []string{
		"a/access", "a/auth", "a/of-each", "a/pushed", "a/registry", "a/secret", "a/target", "a/tls", "a/values", "a/vault-token",
		"a/x-token", "d/publish", "d/stage",
	}, names)
}
