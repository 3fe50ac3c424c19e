package secretflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// store is a SecretStore s of namespace a.
const store = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: a}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: keys, key: access-key}}
      secretKey: {secretRef: {name: keys, key: secret-key}}
---
`

func graphOf(t *testing.T, text string) *secretflow.Graph {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	require.Empty(t, findings)
	return secretflow.New(set)
}

// describe writes a Secret in one line: keys with their sources, and what is not known of it.
func describe(secret *secretflow.Secret) string {
	if secret == nil {
		return "none"
	}
	var parts []string
	for _, key := range secret.Keys {
		parts = append(parts, describeKey(key))
	}
	for _, key := range secret.Whole {
		parts = append(parts, "*"+describeKey(key))
	}
	if secret.Open {
		parts = append(parts, "open")
	}
	if len(secret.Creators) == 0 {
		parts = append(parts, "not created")
	}
	return strings.Join(parts, " ")
}

func describeKey(key secretflow.Key) string {
	text := key.Name
	if key.Optional {
		text += "?"
	}
	if key.From != nil {
		text += fmt.Sprintf("=%s:%s,%s", key.From.Form, key.From.Folder, key.From.Name)
		if key.From.Property+key.From.Version != "" {
			text += "#" + key.From.Property + "@" + key.From.Version
		}
	}
	return text
}

func TestSecretsOfExternalSecrets(t *testing.T) {
	for _, test := range []struct{ name, spec, want string }{
		{"a key by path", `data: [{secretKey: K, remoteRef: {key: "path:/f/k", property: p, version: "3"}}]`,
			"K=path:/f,k#p@3"},
		{"keys sorted", `data: [{secretKey: B, remoteRef: {key: "path:/b"}}, {secretKey: A, remoteRef: {key: ` +
			`"name:a"}}]`,
			"A=name:,a B=path:/,b"},
		{"what is no reference", `data: [{secretKey: K, remoteRef: {key: f/k}}, {secretKey: L, remoteRef: {key: ` +
			`"path:f/k"}}]`, "K=:,f/k L=path:,f/k"},
		{"a JSON secret", `dataFrom: [{extract: {key: "path:/f/k"}}]`, "*=path:/f,k open"},
		{"a search", `dataFrom: [{find: {path: /f, name: {regexp: "^db-"}}}]`, "*?=path:/f, open"},
		{
			"a search for one name", `dataFrom: [{find: {path: /f/, name: {regexp: '^sentry\.dsn$'}}, rewrite: ` +
				`[{regexp: ` +
				`{source: '^sentry\.dsn$', target: SENTRY.DSN}}]}]`,
			"SENTRY.DSN?=path:/f,sentry.dsn",
		},
		{
			"a search with a rewriting of parts", `dataFrom: [{find: {path: /f, name: {regexp: '^sentry$'}}, rewrite: ` +
				`[{regexp: {source: '(.*)', target: 'X_$1'}}, {regexp: {source: '^X_', target: Z}}]}]`,
			"Zsentry?=path:/f,sentry",
		},
		{"a search for one name as it is", `dataFrom: [{find: {path: /f, name: {regexp: ^sentry-dsn$}}}]`,
			"sentry-dsn?=path:/f,sentry-dsn"},
		{"a search with a template",
			`dataFrom: [{find: {path: /f, name: {regexp: ^a$}}, rewrite: [{transform: {template: "{{ .value }}"}}]}]`, "*?=path:/f,a open"},
		{"a generator in data", `data: [{secretKey: K, remoteRef: {key: x}, sourceRef: {generatorRef: {kind: UUID, ` +
			`name: u}}}]`,
			"K"},
		{"a generator", `dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]`, "* open"},
		{
			"a template", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}, {secretKey: P, remoteRef: {key: ` +
				`"path:/f/p"}}], target: {template: {data: {URL: "x://{{ .U }}:{{ .P }}", USER: '{{ .U | trim }}', ` +
				`HOST: db}}}`,
			"HOST URL USER=path:/f,u",
		},
		{
			"a template beside the data", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {template: ` +
				`{mergePolicy: Merge, data: {X: z}}}`,
			"U=path:/f,u X",
		},
		{
			"templates of a ConfigMap", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {template: ` +
				`{templateFrom: [{configMap: {name: c, items: [{key: app.conf}]}}, {target: Labels, literal: "a: b"}]}}`,
			"app.conf",
		},
		{
			"a template of keys", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {template: ` +
				`{templateFrom: ` +
				`[{literal: "a: b"}]}}`,
			"open",
		},
		{"a template of metadata only",
			`data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {template: {type: Opaque}}`, "U=path:/f,u"},
		{"keys added to a Secret", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {creationPolicy: ` +
			`Merge}`,
			"U=path:/f,u not created"},
		{"no Secret", `data: [{secretKey: U, remoteRef: {key: "path:/f/u"}}], target: {creationPolicy: None}`, "none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := graphOf(t, store+"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e, "+
				"namespace: "+
				"a}\n"+
				"spec: {secretStoreRef: {name: s}, "+test.spec+"}\n")
			assert.Equal(t, test.want, describe(g.Lookup(secretflow.Ref{Namespace: "a", Name: "e"})))
		})
	}
}

func TestReadsKnowTheirStore(t *testing.T) {
	g := graphOf(t, store+`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: a}
spec:
  secretStoreRef: {name: s}
  target: {name: t}
  data:
  - {secretKey: K, remoteRef: {key: "path:/f/k"}}
  - {secretKey: L, remoteRef: {key: "path:/f/l"}, sourceRef: {storeRef: {kind: ClusterSecretStore, name: s}}}
  dataFrom:
  - {extract: {key: "path:/f/m"}, sourceRef: {storeRef: {name: other}}}
`)
	require.Len(t, g.Reads, 3)
	assert.Equal(t, g.Stores[0], g.Reads[0].Store)
	assert.Equal(t, project, g.Reads[0].Remote.ProjectID)
	assert.Equal(t, secretflow.Ref{Namespace: "a", Name: "keys"}, g.Stores[0].AccessKeyIn)
	assert.Equal(t, fieldpath.Of("spec", "secretStoreRef"), g.Reads[0].StoreField)
	assert.Nil(t, g.Reads[1].Store, "a store of another kind")
	assert.Equal(t, "spec.data[1].sourceRef.storeRef", g.Reads[1].StoreField.String())
	assert.Equal(t, "other", g.Reads[2].StoreRef.Name)
	assert.Equal(t, secretflow.Ref{Namespace: "a", Name: "t"}, g.Reads[2].Target)
	assert.Equal(t, []*secretflow.Store{g.Stores[0]}, g.Lookup(secretflow.Ref{Namespace: "a", Name: "t"}).Stores)
}

func TestSecretsOfOthers(t *testing.T) {
	g := graphOf(t, `
{apiVersion: v1, kind: Secret, metadata: {name: plain, namespace: a}, data: {B: eA==}, stringData: {A: x}}
---
{apiVersion: v1, kind: Secret, metadata: {name: empty, namespace: a}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: sealed, namespace: a}, spec: {encryptedData: {K: x}, template: {data: {T: y}}}}
---
{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: a}, spec: {secretName: tls}}
---
{apiVersion: isindir.github.com/v1alpha3, kind: SopsSecret, metadata: {name: s, namespace: a}, spec: {secretTemplates: [{name: sops, stringData: {K: x}}]}}
---
{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: pg, namespace: a}, spec: {template: [odd]}}
---
{apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, metadata: {name: es, namespace: a}}
---
{apiVersion: acid.zalan.do/v1, kind: postgresql, metadata: {name: acid-db, namespace: a}}
---
{apiVersion: secrets.hashicorp.com/v1beta1, kind: VaultStaticSecret, metadata: {name: v, namespace: a}, spec: {destination: {name: vault, create: true}}}
---
{apiVersion: rdb.scaleway.upbound.io/v1alpha1, kind: Instance, metadata: {name: i}, spec: {writeConnectionSecretToRef: {name: conn, namespace: a}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: a, annotations: {cert-manager.io/cluster-issuer: le}}
spec: {tls: [{secretName: web-tls}]}
`)
	for name, want := range map[string]string{
		"plain": "A B", "empty": "open", "sealed": "K T", "tls": "ca.crt tls.crt tls.key", "sops": "K",
		"pg-app": "open", "es-es-elastic-user": "open", "other": "none", "vault": "open", "conn": "open",
		"web-tls": "ca.crt tls.crt tls.key", "app.acid-db.credentials.postgresql.acid.zalan.do": "open",
	} {
		assert.Equal(t, want, describe(g.Lookup(secretflow.Ref{Namespace: "a", Name: name})), name)
	}
	assert.Nil(t, g.Lookup(secretflow.Ref{Namespace: "b", Name: "pg-app"}))
}

func TestClusterExternalSecretsReachNamespaces(t *testing.T) {
	g := graphOf(t, `
{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: x}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: c}}
---
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: e}
spec:
  namespaceSelectors: [{matchLabels: {team: x}}]
  externalSecretSpec:
    secretStoreRef: {name: s, kind: ClusterSecretStore}
    data: [{secretKey: K, remoteRef: {key: "path:/f/k"}}]
`)
	assert.Equal(t, "K=path:/f,k", describe(g.Lookup(secretflow.Ref{Namespace: "a", Name: "e"})))
	assert.Equal(t, "none", describe(g.Lookup(secretflow.Ref{Namespace: "b", Name: "e"})))
	assert.Equal(t, "K=path:/f,k open", describe(g.Lookup(secretflow.Ref{Namespace: "c", Name: "e"})),
		"its labels are not known")
	require.Len(t, g.Reads, 2)
	assert.True(t, g.Reads[1].Unsure)
	assert.Empty(t, g.Lookup(secretflow.Ref{Namespace: "a", Name: "e"}).Unsure)
	assert.Equal(t, g.Lookup(secretflow.Ref{Namespace: "c", Name: "e"}).Creators,
		g.Lookup(secretflow.Ref{Namespace: "c", Name: "e"}).Unsure)
}
