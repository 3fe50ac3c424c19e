package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// stored is a secret of Scaleway with its versions. The region may be omitted.
type stored struct {
	region, project, path, name string
	versions                    []string
}

func (e *example) store(t *testing.T, secrets ...stored) {
	t.Helper()
	for _, of := range secrets {
		var versions []emulator.Version
		for _, value := range of.versions {
			versions = append(versions, emulator.Value(value))
		}
		secret := emulator.Secret{Region: of.region, ProjectID: of.project, Path: of.path, Name: of.name}
		_, err := e.scaleway.AddSecret(secret, versions...)
		require.NoError(t, err)
	}
}

// TestSecretGroups syncs the example of that name: keys, optional keys, properties
// and a revision of JSON secrets, and all properties of one.
func TestSecretGroups(t *testing.T) {
	const boutique = "58d2c7e1-3b04-4f69-9a8e-c1f07d65b2a4"
	shop, payments := groupOf("boutique", "shop", "shop", boutique),
		groupOf("boutique", "shop", "shop-payments", boutique)
	catalog, carriers := groupOf("boutique", "catalog", "catalog", boutique),
		groupOf("boutique", "shop", "shop-carriers", boutique)
	carriers.target, carriers.credentials = "carriers", "partners-api-key"
	carriers.accessKey, carriers.secretKey = "SCW_ACCESS_KEY", "SCW_SECRET_KEY"

	e := deploy(t, "secret-groups", "secret-groups/segregation.yaml",
		[]group{shop, payments, carriers, catalog}, unchanged)
	e.store(
		t,
		stored{"", boutique, "/production/boutique-shop", "database-url", []string{canary + "url"}},
		stored{"", boutique, "/production/boutique-shop", "session-secret",
			[]string{canary + "old", canary + "session"}},
		stored{"", boutique, "/production/boutique-shop-payments", "payment-provider", []string{
			`{"apiKey":"` + canary + `api","webhook":{"signingSecret":"` + canary + `webhook"}}`,
		}},
		stored{"", boutique, "/production/boutique-shop-payments", "receipt-signing-key", []string{
			canary + "1", canary + "2", canary + "3", canary + "4",
		}},
		stored{"", boutique, "/production/boutique-shop-payments", "fraud-score-token", []string{canary + "fraud"}},
		stored{"", boutique, "/partners/boutique", "carrier-accounts", []string{
			`{"POST_USER":"` + canary + `user","POST_PASSWORD":"` + canary + `password"}`,
		}},
		stored{"", boutique, "/production/boutique-catalog", "postgres-password", []string{canary + "postgres"}},
	)
	e.start(t)
	for _, test := range []struct {
		group group
		want  map[string]string
	}{
		{shop, map[string]string{"DATABASE_URL": canary + "url", "SESSION_SECRET": canary + "session"}},
		{payments, map[string]string{
			"PAYMENT_API_KEY": canary + "api", "PAYMENT_WEBHOOK_SECRET": canary + "webhook",
			"RECEIPT_SIGNING_KEY": canary + "3", "FRAUD_SCORE_TOKEN": canary + "fraud",
		}},
		{carriers, map[string]string{"POST_USER": canary + "user", "POST_PASSWORD": canary + "password"}},
		{catalog, map[string]string{"POSTGRES_PASSWORD": canary + "postgres"}},
	} {
		requireOurs(t, e.expect(t, test.group, "True", test.want), "boutique", test.group)
	}

	e.store(t, stored{"", boutique, "/production/boutique-shop", "sentry-dsn", []string{canary + "dsn"}})
	e.refresh(t, shop)
	e.expect(t, shop, "True", map[string]string{
		"DATABASE_URL": canary + "url", "SESSION_SECRET": canary + "session", "SENTRY_DSN": canary + "dsn",
	})
}

// TestProjectPerComponent syncs the example of that name, which the operator
// serves too once its engine is not Cloison.
func TestProjectPerComponent(t *testing.T) {
	const catalogProject, loansProject = "0d6be5f3-7a92-4c18-8e4d-b93f60a1c572", "c59f1e28-64d7-4ab3-93c0-1f8e7d2a05b6"
	catalog, loans := groupOf("library", "catalog", "catalog", catalogProject),
		groupOf("library", "loans", "loans", loansProject)
	withoutEngine := func(spec map[string]any) { delete(spec, "sync") }
	e := deploy(t, "project-per-component", "project-per-component/segregation.yaml", []group{catalog, loans},
		withoutEngine)
	e.store(
		t,
		stored{"fr-par", catalogProject, "/production/library-catalog", "database-url", []string{canary + "catalog"}},
		stored{"fr-par", catalogProject, "/production/library-catalog", "search-api-key", []string{canary + "search"}},
		stored{"nl-ams", loansProject, "/production/library-loans", "database-url", []string{canary + "loans"}},
		stored{"nl-ams", loansProject, "/production/library-loans", "reader-data-key", []string{canary + "readers"}},
	)
	e.start(t)
	loansData := map[string]string{"DATABASE_URL": canary + "loans", "READER_DATA_KEY": canary + "readers"}
	e.expect(t, catalog, "True", map[string]string{"DATABASE_URL": canary + "catalog",
		"SEARCH_API_KEY": canary + "search"})
	e.expect(t, loans, "True", loansData)

	e.giveKey(t, loans, mayRead(catalogProject)) // The other component's right is none.
	e.refresh(t, loans)
	e.expect(t, loans, "False", loansData)
}
