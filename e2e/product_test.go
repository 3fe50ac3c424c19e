package e2e

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAProductHasSharedSecretsAndTemplates syncs an environment of the example of that name with the operator: what
// three components share, each under its own names, and Secrets that templates make.
func TestAProductHasSharedSecretsAndTemplates(t *testing.T) {
	const dev = "7c1f9a3e-52b4-4d0d-8f6e-1b2a3c4d5e6f"
	api, database := groupOf("product-dev", "api", "api-database", dev),
		groupOf("product-dev", "database", "database-database", dev)
	registry := groupOf("product-dev", "web", "web-registry", dev)
	e := deploy(t, "product/overlays/dev", "product/base/segregation.yaml", []group{api, database, registry}, unchanged)
	e.store(
		t,
		stored{"", dev, "/dev/product-dev-shared-database", "db-host", []string{canary + "host"}},
		stored{"", dev, "/dev/product-dev-shared-database", "db-user", []string{canary + "user"}},
		stored{"", dev, "/dev/product-dev-shared-database", "db-password", []string{canary + "a:b"}},
		stored{"", dev, "/dev/product-dev-web-registry", "registry-token", []string{canary}},
	)
	e.start(t)
	e.expect(t, api, "True", map[string]string{
		"DATABASE_URL": "postgres://" + canary + "user:" + canary + "a%3Ab@" + canary + "host/shop",
	})
	e.expect(t, database, "True", map[string]string{
		"DB_HOST": canary + "host", "POSTGRES_USER": canary + "user", "POSTGRES_PASSWORD": canary + "a:b",
	})
	secret := e.expect(t, registry, "True", map[string]string{
		".dockerconfigjson": `{"auths":{"rg.fr-par.scw.cloud":{"auth":"` + base64Of("nologin:"+canary) + `"}}}`,
	})
	require.Equal(t, "kubernetes.io/dockerconfigjson", string(secret.Type))
}

// TestTheRuntimeSharesSecretsAndTemplates does the same with the runtime of one of two components.
func TestTheRuntimeSharesSecretsAndTemplates(t *testing.T) {
	from := deployRuntimeOf(t, "product", `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1"}
sharedSecrets:
  db:
    keys: [USER, PASSWORD]
    optionalKeys: [PORT]
    components:
      own:
        target: own-secrets
        credentials: {name: scw-own-credentials}
        template: {URL: 'x://{{ .USER }}:{{ .PASSWORD | urlquery }}@db:{{ index . "PORT" | default "5432" }}'}
      other: {map: {PGPASSWORD: {secret: password}}}
components: {own: {}, other: {}}
`, asItIs)
	from.put(t, "/product-shared-db", "user", canary+"user")
	from.put(t, "/product-shared-db", "password", canary+"a:b")
	r := startRuntime(t, "product-own", from, 0)
	r.giveKey(t)
	r.data(t, map[string]string{
		"USER": canary + "user", "PASSWORD": canary + "a:b", "URL": "x://" + canary + "user:" + canary + "a%3Ab@db:5432",
	})
	r.says(t, "own-db-externalsecret", "True", "secret synced")
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
