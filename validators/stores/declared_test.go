package stores_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit/manifests"
)

const segregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: ` + project + `}
  components:
    ui:
      secrets: {keys: [DSN]}
    api:
      secrets:
        keys: [DATABASE_URL]
        optionalKeys: [SENTRY_DSN]
        map: {S3_KEY: {secret: s3, property: key, version: 2}}
        extract: [smtp]
      secretGroups:
        pay: {keys: [STRIPE]}
`

// shop is what the Segregation asks for.
const shop = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: ui-secretstore, namespace: shop-ui}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: scw-ui-credentials, key: access-key}}
      secretKey: {secretRef: {name: scw-ui-credentials, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ui-externalsecret, namespace: shop-ui}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: ui-secretstore, kind: SecretStore}
  target: {name: ui-secrets}
  data:
  - {secretKey: DSN, remoteRef: {key: path:/shop-ui/dsn}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: api-secretstore, namespace: shop-api}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: scw-api-credentials, key: access-key}}
      secretKey: {secretRef: {name: scw-api-credentials, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: api-externalsecret, namespace: shop-api}
spec:
  secretStoreRef: {name: api-secretstore}
  target: {name: api-secrets, deletionPolicy: Retain}
  data:
  - {secretKey: DATABASE_URL, remoteRef: {key: path:/shop-api/database-url}}
  - {secretKey: S3_KEY, remoteRef: {key: path:/shop-api/s3, property: key, version: "2"}}
  dataFrom:
  - extract: {key: path:/shop-api/smtp}
  - find: {path: /shop-api, name: {regexp: ^sentry-dsn$}}
    rewrite: [{regexp: {source: ^sentry-dsn$, target: SENTRY_DSN}}]
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: api-pay-secretstore, namespace: shop-api}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: scw-api-pay-credentials, key: access-key}}
      secretKey: {secretRef: {name: scw-api-pay-credentials, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: api-pay-externalsecret, namespace: shop-api}
spec:
  secretStoreRef: {name: api-pay-secretstore}
  target: {name: api-pay-secrets}
  data:
  - {secretKey: STRIPE, remoteRef: {key: path:/shop-api-pay/stripe}}
---
`

// TestDeclared changes one thing of what the Segregation asks for.
func TestDeclared(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		want           []string
	}{
		{name: "as declared"},
		{"another folder of nobody", "path:/shop-ui/dsn", "path:/other/dsn", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.data[0].remoteRef.key: key is ` +
				`"path:/other/dsn"; ` +
				`the Segregation declares "path:/shop-ui/dsn"; fix: restore what was generated, or declare what is ` +
				`meant`,
		}},
		{"another secret", "path:/shop-ui/dsn", "path:/shop-ui/dsn2", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.data[0].remoteRef.key: key is ` +
				`"path:/shop-ui/dsn2"; the Segregation declares "path:/shop-ui/dsn"; fix: restore what was ` +
				`generated, or ` +
				`declare what is meant`,
		}},
		{"the folder of another component", "path:/shop-ui/dsn", "path:/shop-api/dsn", []string{
			`error CLS-E001 ExternalSecret shop-ui/ui-externalsecret spec.data[0].remoteRef.key: component ui reads ` +
				`folder ` +
				`"/shop-api", which the Segregation gives to component api; counterexample: ExternalSecret ` +
				`shop-ui/ui-externalsecret key DSN from secret dsn, into Secret shop-ui/ui-secrets; fix: read the ` +
				`component's ` +
				`own folder; give a value that both need a secret of its own in each folder, ` +
				`or declare it under sharedSecrets`,
		}},
		{"a folder in that of another component", "path:/shop-ui/dsn", "path:/shop-api/x/dsn", []string{
			`error CLS-E001 ExternalSecret shop-ui/ui-externalsecret spec.data[0].remoteRef.key: component ui reads ` +
				`folder ` +
				`"/shop-api/x", which the Segregation gives to component api; counterexample: ExternalSecret ` +
				`shop-ui/ui-externalsecret key DSN from secret dsn, into Secret shop-ui/ui-secrets; fix: read the ` +
				`component's ` +
				`own folder; give a value that both need a secret of its own in each folder, ` +
				`or declare it under sharedSecrets`,
		}},
		{"the folder of another group", "path:/shop-api/database-url", "path:/shop-api-pay/database-url", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data[0].remoteRef.key: key is ` +
				`"path:/shop-api-pay/database-url"; the Segregation declares "path:/shop-api/database-url"; fix: ` +
				`restore what ` +
				`was generated, or declare what is meant`,
		}},
		{"by name", "path:/shop-ui/dsn", "name:dsn", []string{
			`error CLS-E007 ExternalSecret shop-ui/ui-externalsecret spec.data[0].remoteRef.key: "name:dsn" means ` +
				`the first ` +
				`secret of that name in any folder of the project; fix: write path:/folder/dsn`,
		}},
		{"a key renamed", "secretKey: DSN", "secretKey: SENTRY", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.data[0].secretKey: secretKey is "SENTRY"; ` +
				`the ` +
				`Segregation declares "DSN"; fix: restore what was generated, or declare what is meant`,
		}},
		{"a key gone", "  - {secretKey: DATABASE_URL, remoteRef: {key: path:/shop-api/database-url}}\n", "", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data: the keys DATABASE_URL of Secret ` +
				`"api-secrets" are declared, but nothing writes them; fix: restore what was generated`,
		}},
		{"a key more", "  - {secretKey: DSN",
			"  - {secretKey: MORE, remoteRef: {key: path:/shop-ui/more}}\n  - {secretKey: DSN", []string{
				`error CLS-E019 ExternalSecret shop-ui/ui-externalsecret spec.data[0]: the Segregation does not ` +
					`declare key ` +
					`"MORE" in Secret "ui-secrets"; fix: declare it, or remove it`,
			}},
		{"another property", "property: key", "property: id", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data[1].remoteRef.property: property is ` +
				`"id"; ` +
				`the Segregation declares "key"; fix: restore what was generated, or declare what is meant`,
		}},
		{"another revision", `, version: "2"`, ``, []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data[1].remoteRef.version: version is ` +
				`not there; ` +
				`the Segregation declares "2"; fix: restore what was generated, or declare what is meant`,
		}},
		{"a generator", "{key: path:/shop-ui/dsn}", "{key: x}, " + generated, []string{
			`error CLS-E025 ExternalSecret shop-ui/ui-externalsecret spec.data[0].sourceRef.generatorRef: the ` +
				`operator does ` +
				`not support generators in data; fix: use dataFrom`,
		}},
		{"a generator beside another store", "{key: path:/shop-ui/dsn}",
			"{key: path:/shop-ui/dsn}, sourceRef: {storeRef: {name: other}, generatorRef: {kind: UUID, name: u}}", []string{
				`error CLS-E025 ExternalSecret shop-ui/ui-externalsecret spec.data[0].sourceRef: ` +
					`spec.data[0].sourceRef has ` +
					`storeRef and generatorRef; only one of storeRef, generatorRef may be there; fix: keep one`,
			}},
		{"a generator beside a search", "find: {path: /shop-api,", generated + "\n    find: {path: /shop-ui,", []string{
			`error CLS-E025 ExternalSecret shop-api/api-externalsecret spec.dataFrom[1]: spec.dataFrom[1] has find and ` +
				`sourceRef.generatorRef; only one of extract, find, sourceRef.generatorRef may be there; fix: keep one`,
		}},
		{"the latest revision by name", `database-url}`, `database-url, version: latest_enabled}`, nil},
		{"decoded", `database-url}`, `database-url, decodingStrategy: Base64}`, []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data[0].remoteRef.decodingStrategy: ` +
				`decodingStrategy is "Base64"; the Segregation declares "None"; fix: restore what was generated, or ` +
				`declare ` +
				`what is meant`,
		}},
		{"another JSON secret", "path:/shop-api/smtp", "path:/shop-api/imap", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.dataFrom[0].extract.key: key is ` +
				`"path:/shop-api/imap"; the Segregation declares "path:/shop-api/smtp"; fix: restore what was ` +
				`generated, or ` +
				`declare what is meant`,
		}},
		{"an optional key that is required",
			"  dataFrom:\n  - extract: {key: path:/shop-api/smtp}\n  - find: {path: /shop-api, name: {regexp: " +
				"^sentry-dsn$}}\n    rewrite: [{regexp: {source: ^sentry-dsn$, target: SENTRY_DSN}}]", "  - {secretKey: " +
				"SENTRY_DSN, remoteRef: {key: path:/shop-api/sentry-dsn}}\n  dataFrom:\n  - extract: {key: " +
				"path:/shop-api/smtp}", []string{
				`warning CLS-E018 ExternalSecret shop-api/api-externalsecret spec.data[2]: key "SENTRY_DSN" is ` +
					`declared ` +
					`optional; written like this, it keeps all others from syncing while its secret is missing; fix: ` +
					`search it with ` +
					`dataFrom.find, or declare it in keys`,
			}},
		{"a search of another folder", "find: {path: /shop-api,", "find: {path: /x,", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.dataFrom[1].find.path: path is "/x"; the ` +
				`Segregation declares "/shop-api"; fix: restore what was generated, or declare what is meant`,
		}},
		{"a search of another component's folder", "find: {path: /shop-api,", "find: {path: /shop-ui,", []string{
			`error CLS-E001 ExternalSecret shop-api/api-externalsecret spec.dataFrom[1].find.path: component api reads ` +
				`folder "/shop-ui", which the Segregation gives to component ui; counterexample: ExternalSecret ` +
				`shop-api/api-externalsecret key SENTRY_DSN from secret sentry-dsn, into Secret ` +
				`shop-api/api-secrets; fix: read ` +
				`the component's own folder; give a value that both need a secret of its own in each folder, ` +
				`or declare it under sharedSecrets`,
		}},
		{"a search of all folders", "find: {path: /shop-api, ", "find: {", []string{
			`error CLS-E006 ExternalSecret shop-api/api-externalsecret spec.dataFrom[1].find: the search has no ` +
				`path, so it ` +
				`looks into every folder of the project that the API key may list; counterexample: ExternalSecret ` +
				`shop-ui/ui-externalsecret reads /shop-ui in the same project, so the search finds what is there; ` +
				`fix: set path ` +
				`to the component's folder`,
		}},
		{"a search of all names", "regexp: ^sentry-dsn$}}", "regexp: .}}", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.dataFrom[1].find.name.regexp: regexp is ` +
				`"."; the ` +
				`Segregation declares "^sentry-dsn$"; fix: restore what was generated, or declare what is meant`,
		}},
		{"another store", "{name: api-secretstore}", "{name: api-pay-secretstore}", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.secretStoreRef.name: name is ` +
				`"api-pay-secretstore"; the Segregation declares "api-secretstore"; fix: restore what was generated, ` +
				`or declare ` +
				`what is meant`,
		}},
		{"a store that is not there", "{name: api-secretstore}", "{name: nowhere}", []string{
			`error CLS-E018 ExternalSecret shop-api/api-externalsecret spec.secretStoreRef.name: name is "nowhere"; ` +
				`the ` +
				`Segregation declares "api-secretstore"; fix: restore what was generated, or declare what is meant`,
		}},
		{"another target", "{name: ui-secrets}", "{name: secrets}", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.target.name: name is "secrets"; the ` +
				`Segregation ` +
				`declares "ui-secrets"; fix: restore what was generated, or declare what is meant`,
		}},
		{"another owner", "{name: ui-secrets}", "{name: ui-secrets, creationPolicy: Orphan}", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.target.creationPolicy: creationPolicy is ` +
				`"Orphan"; ` +
				`the Segregation declares "Owner"; fix: restore what was generated, or declare what is meant`,
		}},
		{"deleted with Scaleway", "deletionPolicy: Retain", "deletionPolicy: Delete", []string{
			`warning CLS-E020 ExternalSecret shop-api/api-externalsecret spec.target.deletionPolicy: with ` +
				`deletionPolicy ` +
				`Delete what Scaleway answers not to have is removed from the cluster, and the ExternalSecret says ` +
				`that all is ` +
				`well; fix: use Retain`,
		}},
		{"a template", "{name: ui-secrets}", "{name: ui-secrets, template: {data: {DSN: x}}}", []string{
			`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.target.template: a template makes the ` +
				`content of ` +
				`the Secret; the Segregation declares the values as they are in Scaleway; fix: remove data and ` +
				`templateFrom of ` +
				`the template`,
		}},
		{"another type", "{name: ui-secrets}", "{name: ui-secrets, template: {type: kubernetes.io/tls}}", []string{
			`warning CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.target.template.type: type is ` +
				`"kubernetes.io/tls"; the Segregation declares "Opaque"; fix: restore what was generated, or declare ` +
				`what is meant`,
		}},
		{"another interval", "refreshInterval: 1h", "refreshInterval: 24h", []string{
			`warning CLS-E018 ExternalSecret shop-ui/ui-externalsecret spec.refreshInterval: refreshInterval is ` +
				`"24h0m0s"; ` +
				`the Segregation declares "1h0m0s"; fix: restore what was generated, or declare what is meant`,
		}},
		{"the API key of another group", "name: scw-api-credentials, key: secret-key",
			"name: scw-api-pay-credentials, key: secret-key", []string{
				`warning CLS-E002 SecretStore shop-api/api-secretstore ` +
					`spec.provider.scaleway.secretKey.secretRef.name: Secret ` +
					`"scw-api-pay-credentials" holds the API key of secret group pay of component api; the ` +
					`Segregation declares ` +
					`"scw-api-credentials" for component api; fix: use the group's own API key`,
			}},
		{"an unknown API key", "name: scw-api-credentials, key: access-key", "name: admin, key: access-key", []string{
			`error CLS-E018 SecretStore shop-api/api-secretstore spec.provider.scaleway.accessKey.secretRef.name: ` +
				`name is ` +
				`"admin"; the Segregation declares "scw-api-credentials"; fix: restore what was generated, or ` +
				`declare what is ` +
				`meant`,
		}},
		{"another project", project, "c59f1e28-64d7-4ab3-93c0-1f8e7d2a05b6", []string{
			`error CLS-E018 SecretStore shop-ui/ui-secretstore spec.provider.scaleway.projectId: projectId is ` +
				`"c59f1e28-64d7-4ab3-93c0-1f8e7d2a05b6"; the Segregation declares ` +
				`"3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"; fix: ` +
				`restore what was generated, or declare what is meant`,
		}},
		{"another region", "fr-par", "nl-ams", []string{
			`error CLS-E018 SecretStore shop-ui/ui-secretstore spec.provider.scaleway.region: region is "nl-ams"; the ` +
				`Segregation declares "fr-par"; fix: restore what was generated, or declare what is meant`,
		}},
		{"another API", "region: fr-par", "region: fr-par\n      apiUrl: https://evil.example", []string{
			`error CLS-E018 SecretStore shop-ui/ui-secretstore spec.provider.scaleway.apiUrl: apiUrl is ` +
				`"https://evil.example"; the Segregation declares none; fix: restore what was generated, or declare ` +
				`what is meant`,
		}},
		{"another controller", "spec:\n  provider:", "spec:\n  controller: x\n  provider:", []string{
			`error CLS-E018 SecretStore shop-ui/ui-secretstore spec.controller: controller is "x"; the Segregation ` +
				`declares ` +
				`none; fix: restore what was generated, or declare what is meant`,
		}},
		{"an auth block",
			"      accessKey: {secretRef: {name: scw-ui-credentials, key: access-key}}\n      secretKey: " +
				"{secretRef: {name: scw-ui-credentials, key: secret-key}}", "      auth: {}", []string{
				`error CLS-E010 SecretStore shop-ui/ui-secretstore spec.provider.scaleway.auth: spec.provider.scaleway ` +
					`has no ` +
					`field "auth"; the API server refuses or drops it; it has apiUrl, region, projectId, accessKey, ` +
					`secretKey; fix: ` +
					`write accessKey: {secretRef: {name, key}} and secretKey: {secretRef: {name, key}} instead of auth`,
			}},
		{"a store by another name", "metadata: {name: ui-secretstore,", "metadata: {name: other,", []string{
			`error CLS-E019 SecretStore shop-ui/other metadata.name: the Segregation declares no SecretStore "other" ` +
				`in ` +
				`component ui; fix: remove it, and revoke its API key`,
			`error CLS-E018 SecretStore shop-ui/ui-secretstore: the SecretStore of component ui is not in the input; ` +
				`nothing ` +
				`can read folder "/shop-ui"; fix: restore what was generated`,
		}},
		{"an ExternalSecret in a wrong namespace", "{name: ui-externalsecret, namespace: shop-ui}",
			"{name: ui-externalsecret, namespace: shop-api}", []string{
				`error CLS-E015 ExternalSecret shop-api/ui-externalsecret spec.secretStoreRef: there is no SecretStore ` +
					`"ui-secretstore" in namespace "shop-api"; the one of namespace "shop-ui" cannot be used from ` +
					`there; fix: ` +
					`refer to the store of the namespace`,
				`error CLS-E019 ExternalSecret shop-api/ui-externalsecret spec.target.name: the Segregation declares ` +
					`no Secret ` +
					`"ui-secrets" in component api; fix: declare a secret group with this target, or remove the ` +
					`ExternalSecret`,
				`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret: no ExternalSecret writes Secret ` +
					`"ui-secrets" of ` +
					`component ui, so the keys DSN are missing; fix: restore what was generated`,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, shop, test.old)
			text := strings.Replace(shop, test.old, test.new, 1)
			assert.Equal(t, append([]string{}, test.want...), lines(judged(t, text, manifests.Plan(t, segregation))))
		})
	}
}

// TestDeclaredButGone removes one object.
func TestDeclaredButGone(t *testing.T) {
	documents := strings.Split(shop, "---\n")
	for i, want := range [][]string{
		{`error CLS-E018 SecretStore shop-ui/ui-secretstore: the SecretStore of component ui is not in the input; ` +
			`nothing ` +
			`can read folder "/shop-ui"; fix: restore what was generated`},
		{`error CLS-E018 ExternalSecret shop-ui/ui-externalsecret: no ExternalSecret writes Secret "ui-secrets" of ` +
			`component ui, so the keys DSN are missing; fix: restore what was generated`},
		{`error CLS-E018 SecretStore shop-api/api-secretstore: the SecretStore of component api is not in the input; ` +
			`nothing can read folder "/shop-api"; fix: restore what was generated`},
		{`error CLS-E018 ExternalSecret shop-api/api-externalsecret: no ExternalSecret writes Secret "api-secrets" of ` +
			`component api, so the keys DATABASE_URL, S3_KEY, SENTRY_DSN, of JSON secret smtp are missing; fix: ` +
			`restore what ` +
			`was generated`},
	} {
		text := strings.Join(append(append([]string{}, documents[:i]...), documents[i+1:]...), "---\n")
		assert.Equal(t, want, lines(judged(t, text, manifests.Plan(t, segregation))))
	}
}

// TestUndeclared adds one object.
func TestUndeclared(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a Secret", strings.ReplaceAll(external("shop-ui",
			`target: {name: more}, data: [{secretKey: K, remoteRef: {key: "path:/shop-ui/k"}}]`), "{name: s}", "{name: ui-secretstore}"), []string{
			`error CLS-E019 ExternalSecret shop-ui/e spec.target.name: the Segregation declares no Secret "more" in ` +
				`component ui; fix: declare a secret group with this target, or remove the ExternalSecret`,
		}},
		{"a Secret of another component's folder", strings.ReplaceAll(external("shop-ui",
			`data: [{secretKey: K, remoteRef: {key: "path:/shop-api/k"}}, {secretKey: L, remoteRef: {key: `+
				`"path:/shop-api/l"}}]`), "{name: s}", "{name: ui-secretstore}"), []string{
			`error CLS-E001 ExternalSecret shop-ui/e spec.data[0].remoteRef.key: component ui reads folder ` +
				`"/shop-api", ` +
				`which the Segregation gives to component api; counterexample: ExternalSecret shop-ui/e key K from ` +
				`secret k, ` +
				`into Secret shop-ui/e; fix: read the component's own folder; give a value that both need a secret ` +
				`of its own ` +
				`in each folder, or declare it under sharedSecrets`,
		}},
		{"a folder of a component from outside", store("tools") + external("tools",
			`data: [{secretKey: K, remoteRef: {key: "path:/shop-api/k"}}]`), []string{
			`error CLS-E001 ExternalSecret tools/e spec.data[0].remoteRef.key: namespace tools reads folder ` +
				`"/shop-api", ` +
				`which the Segregation gives to component api; counterexample: ExternalSecret tools/e key K from ` +
				`secret k, into ` +
				`Secret tools/e; fix: read the component's own folder; give a value that both need a secret of its ` +
				`own in each ` +
				`folder, or declare it under sharedSecrets`,
		}},
		{"what is outside of components", store("tools") + external("tools",
			`data: [{secretKey: K, remoteRef: {key: "path:/tools/k"}}]`), nil},
		{"a cluster store", clusterStore, []string{
			`error CLS-E003 ClusterSecretStore c spec: ClusterSecretStore c may be used from component api and ` +
				`component ui; ` +
				`counterexample: an ExternalSecret in namespace shop-api with secretStoreRef {kind: ` +
				`ClusterSecretStore, name: ` +
				`c} reads whatever the API key in Secret a/keys reads; fix: give each component a SecretStore with ` +
				`an API key ` +
				`of its own, or confine this store by conditions`,
		}},
		{"a cluster ExternalSecret for one component", clusterExternal + "  namespaces: [shop-ui]\n", []string{
			`error CLS-E004 ClusterExternalSecret ce spec.namespaceSelector: ClusterExternalSecret ce makes its ` +
				`Secret in ` +
				`component ui; fix: use an ExternalSecret in the namespace that needs the secret`,
			`error CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: there is no SecretStore ` +
				`"s" in ` +
				`namespace "shop-ui"; fix: correct the reference, or add the store`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, append([]string{}, test.want...),
				lines(judged(t, shop+test.text, manifests.Plan(t, segregation))))
		})
	}
}
