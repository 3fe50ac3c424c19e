package importer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/importer"
)

func TestSecrets(t *testing.T) {
	for name, e := range map[string]example{
		"what follows the rules is written in one line": {
			input: backend + store + external("any", "backend-secrets", `  data:
    - {secretKey: DATABASE_URL, remoteRef: {key: path:/shop-backend/database-url}}`),
			spec: "  backend:\n    secrets:\n      keys: [DATABASE_URL]",
		},
		"a prefix of all folders is the path prefix": {
			input: backend + store + external("any", "backend-secrets", `  data:
    - {secretKey: DATABASE_URL, remoteRef: {key: path:/eu/production/shop-backend/database-url}}`),
			spec: "pathPrefix: /eu/production\ncomponents:\n" +
				"  backend:\n    secrets:\n      keys: [DATABASE_URL]",
		},
		"names that differ from the defaults are kept": {
			input: backend + store + external("any", "db", `  refreshInterval: 5m
  data:
    - {secretKey: URL, remoteRef: {key: path:/apps/shop/database-url, version: latest_enabled}}`),
			spec: "sync:\n  refreshInterval: 5m\ncomponents:\n" +
				"  backend:\n    secrets:\n      path: /apps/shop\n      map:\n        URL: {secret: database-url}\n      " +
				"target: db",
		},
		"references by name mean the folder of the group": {
			input: backend + store + external("any", "backend-secrets", `  data:
    - {secretKey: URL, remoteRef: {key: name:url}}`),
			spec: "  backend:\n    secrets:\n      keys: [URL]",
			notes: []string{"changed: ExternalSecret shop-backend/any spec.data[0]: references of the form name: do not say " +
				"the folder, and the first secret " +
				"of that name in any folder is taken: they are understood as secrets of the group's own folder"},
		},
		"two ExternalSecrets of one folder are one group": {
			input: backend + store + external("more", "more", `  data:
    - {secretKey: B, remoteRef: {key: path:/shop-backend/b}}
    - {secretKey: A, remoteRef: {key: path:/shop-backend/other}}`) + external("any", "backend-secrets", `  data:
    - {secretKey: A, remoteRef: {key: path:/shop-backend/a}}`),
			spec: "  backend:\n    secrets:\n      keys: [A, B]",
			notes: []string{
				"not carried over: ExternalSecret shop-backend/more spec.data[1]: key A is there already, from another source",
				`changed: ExternalSecret shop-backend/more spec.target.name: it reads the same folder as ExternalSecret ` +
					`shop-backend/any, so that both are one group: ` +
					`the keys of Secret "more" are in Secret "backend-secrets" now; change the workloads that use it`,
			},
		},
		"a folder inside another is moved out": {
			input: backend + store + external("any", "backend-secrets", `  data:
    - {secretKey: A, remoteRef: {key: path:/shop-backend/a}}`) + external("backend-db", "db", `  data:
    - {secretKey: B, remoteRef: {key: path:/shop-backend/db/b}}`),
			spec: "  backend:\n    secrets:\n      keys: [A]\n    secretGroups:\n      db:\n        keys: [B]\n        " +
				"target: db",
			notes: []string{
				`changed: ExternalSecret shop-backend/backend-db spec: it reads from folder "/shop-backend/db", which overlaps ` +
					`with the folder of component backend: ` +
					`no two groups share a folder; copy its secrets to "/shop-backend-db"`,
				`changed: ExternalSecret shop-backend/backend-db spec.secretStoreRef: another group reads with the API key in ` +
					`Secret "scw-backend-credentials": ` +
					`make one for this group, put it into Secret "scw-backend-db-credentials"`,
			},
		},
		"the root is no folder of a component": {
			input: backend + store + external("any", "backend-secrets", `  data:
    - {secretKey: A, remoteRef: {key: path:/a}}`) + external("backend-db", "db", `  data:
    - {secretKey: B, remoteRef: {key: path:/shop/b}}`),
			spec: "  backend:\n    secrets:\n      keys: [A]\n    secretGroups:\n      db:\n        path: /shop\n        " +
				"keys: [B]\n        target: db",
			notes: []string{
				"changed: ExternalSecret shop-backend/any spec: it reads from the root of Scaleway's folders, which contains " +
					"those of every other component: " +
					"move its secrets to the folder of the group",
				`changed: ExternalSecret shop-backend/backend-db spec.secretStoreRef: another group reads with the API key in ` +
					`Secret "scw-backend-credentials": ` +
					`make one for this group, put it into Secret "scw-backend-db-credentials"`,
			},
		},
		"a store of another provider stays": {
			input: backend + `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: backend-secretstore, namespace: shop-backend}
spec: {provider: {fake: {data: []}}}
---
` + external("any", "x", "  data:\n    - {secretKey: A, remoteRef: {key: a}}"),
			spec: "  backend: {}",
			notes: []string{
				`not carried over: ExternalSecret shop-backend/any spec.secretStoreRef: its store "backend-secretstore" is not ` +
					`one of Scaleway: keep this ExternalSecret beside the Segregation`,
				"not carried over: SecretStore shop-backend/backend-secretstore: no ExternalSecret that was carried over reads it",
			},
		},
	} {
		t.Run(name, e.check)
	}
}

func TestAnAPIKeyInAManifestIsNotRepeated(t *testing.T) {
	const key = "5c1d7a2e-canary-4f7b"
	result := importText(t, backend+`
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: backend-secretstore, namespace: shop-backend}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      accessKey: {value: `+key+`}
      secretKey: {value: `+key+`}
---
`+external("any", "backend-secrets", "  data:\n    - {secretKey: A, remoteRef: {key: path:/shop-backend/a}}"), importer.Options{})

	assert.NotContains(t, string(result.Segregation), key)
	assert.Len(t, result.Notes, 1)
	assert.Contains(t, result.Notes[0].String(), "the API key is written into the manifest")
	assert.NotContains(t, result.Notes[0].String(), key)
}
