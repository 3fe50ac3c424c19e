package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

// secretStore and externalSecret use every field that Cloison generates.
const (
	secretStore = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store, namespace: schema}
spec:
  controller: cloison
  provider:
    scaleway:
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      apiUrl: http://127.0.0.1:4000
      accessKey: {secretRef: {name: credentials, key: access-key}}
      secretKey: {secretRef: {name: credentials, key: secret-key}}
`
	externalSecret = `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: external, namespace: schema}
spec:
  refreshInterval: 1h0m0s
  secretStoreRef: {kind: SecretStore, name: store}
  target:
    name: secrets
    creationPolicy: Owner
    deletionPolicy: Retain
    template: {type: Opaque, metadata: {labels: {a: b}, annotations: {c: d}}}
  data:
    - {secretKey: A, remoteRef: {key: "path:/folder/a", version: "2", property: p}}
  dataFrom:
    - extract: {key: "path:/folder/json"}
    - find: {path: /folder, name: {regexp: ^b$}}
      rewrite: [{regexp: {source: ^b$, target: B}}]
`
)

// TestStrictValidation shows that the API server takes what Cloison relies on and
// refuses what it does not know.
func TestStrictValidation(t *testing.T) {
	for _, test := range []struct {
		name     string
		manifest string
		refusal  string // empty: accepted
	}{
		{name: "store", manifest: secretStore},
		{name: "external secret", manifest: externalSecret},
		{
			name:     "store with an auth field",
			manifest: strings.Replace(secretStore, "      region:", "      auth: {secretRef: {}}\n      region:", 1),
			refusal:  `^SecretStore schema/store: .*\.spec\.provider\.scaleway\.auth: field not declared in schema$`,
		},
		{
			name:     "store without a region",
			manifest: strings.Replace(secretStore, "      region: fr-par\n", "", 1),
			refusal:  `spec\.provider\.scaleway\.region: Required value`,
		},
		{
			name:     "version that is no longer served",
			manifest: strings.Replace(externalSecret, "external-secrets.io/v1", "external-secrets.io/v1beta1", 1),
			refusal:  `ExternalSecret schema/external: find its resource: no matches for kind "ExternalSecret"`,
		},
		{
			name:     "unknown deletion policy",
			manifest: strings.Replace(externalSecret, "Retain", "Keep", 1),
			refusal:  `spec\.target\.deletionPolicy: Unsupported value: "Keep"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			objects, err := cluster.Decode([]byte(test.manifest))
			require.NoError(t, err)
			err = shared.Try(t.Context(), objects)
			if test.refusal == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Regexp(t, test.refusal, err.Error())
		})
	}
}

// TestEveryRefusalIsReported shows that one refusal does not hide the next.
func TestEveryRefusalIsReported(t *testing.T) {
	objects, err := cluster.Decode([]byte(
		strings.Replace(secretStore, "fr-par", "fr-par\n      wrong: 1", 1) + "---" +
			strings.Replace(externalSecret, "creationPolicy", "creationPolice", 1)))
	require.NoError(t, err)
	err = shared.Try(t.Context(), objects)
	require.ErrorContains(t, err, "spec.provider.scaleway.wrong")
	require.ErrorContains(t, err, "spec.target.creationPolice")
}
