package served_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/served"
)

// refused reads an ExternalSecret, or a SecretStore, and formats what is not served, one a line.
func refused(t *testing.T, spec string) string {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte("metadata: {name: e, namespace: shop}\nspec:\n" + indent(spec)))
	require.NoError(t, err)
	var refusals []served.Refusal
	if strings.Contains(spec, "provider:") {
		_, _, refusals = served.Store(text)
	} else {
		_, refusals = served.ExternalSecret(text)
	}
	var lines []string
	for _, r := range refusals {
		lines = append(lines, r.String())
	}
	return strings.Join(lines, "\n")
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
}

const anExternalSecret = `
refreshInterval: 1h
refreshPolicy: Periodic
secretStoreRef: {kind: SecretStore, name: s}
target:
  name: t
  creationPolicy: Owner
  deletionPolicy: Retain
  immutable: false
  template: {engineVersion: v2, mergePolicy: Replace, type: Opaque, metadata: {labels: {a: b}}, data: {K: "{{ .K }}"},
    templateFrom: [{target: Data, literal: "a: b"}]}
data:
- secretKey: K
  remoteRef: {key: path:/f/k, property: p, version: "3", conversionStrategy: Default, decodingStrategy: None, metadataPolicy: None, nullBytePolicy: Ignore}
dataFrom:
- {extract: {key: path:/f/k}, rewrite: [{regexp: {source: a, target: b}}, {transform: {template: "{{ .value }}"}}, {merge: {strategy: JSON, into: k}}]}
- {find: {path: /f, name: {regexp: a}, tags: {a: b}}}
`

func TestWhatTheOperatorWritesIsServed(t *testing.T) {
	assert.Empty(t, refused(t, anExternalSecret))
	assert.Empty(t, refused(t, aStore))
}

func TestWhatIsNotServedIsNamed(t *testing.T) {
	for change, want := range map[string]string{
		"deletionPolicy: Retain=deletionPolicy: Delete": `spec.target.deletionPolicy "Delete" is not served: it must ` +
			`be Retain`,
		"deletionPolicy: Retain=deletionPolicy: Merge": `spec.target.deletionPolicy "Merge" is not served: it must ` +
			`be Retain`,
		"creationPolicy: Owner=creationPolicy: CreateOrMerge": `spec.target.creationPolicy "CreateOrMerge" is not ` +
			`served: ` +
			`it must be Owner or Orphan or Merge or None`,
		"refreshPolicy: Periodic=refreshPolicy: Never": `spec.refreshPolicy "Never" is not served: it must be ` +
			`Periodic or OnChange or CreatedOnce`,
		"refreshInterval: 1h=refreshInterval: soon":    `spec.refreshInterval must be a duration such as 1h or 30s`,
		"immutable: false=manifest: {kind: ConfigMap}": `spec.target.manifest is not served`,
		"refreshPolicy: Periodic=syncWindows: {}":      `spec.syncWindows is not served`,
		"nullBytePolicy: Ignore=nullBytePolicy: Fail":  `spec.data[0].remoteRef.nullBytePolicy is not served`,
		"metadataPolicy: None=metadataPolicy: Fetch": `spec.data[0].remoteRef.metadataPolicy "Fetch" is not ` +
			`served: it must be None`,
		"decodingStrategy: None=decodingStrategy: Rot13": `spec.data[0].remoteRef.decodingStrategy "Rot13" is not ` +
			`served: it must be None or Base64 or Base64URL or Auto`,
		"conversionStrategy: Default=conversionStrategy: X": `spec.data[0].remoteRef.conversionStrategy "X" is not ` +
			`served: it must be Default or Unicode`,
		`version: "3"=version: newest`: `spec.data[0].remoteRef.version "newest" must be a ` +
			`number, latest or latest_enabled`,
		"secretKey: K=secretKey: a/b": `spec.data[0].secretKey "a/b" must be a valid key of a Secret: ` +
			`at most 253 letters, digits, dashes, underscores and dots`,
		"engineVersion: v2=engineVersion: v1": `spec.target.template.engineVersion "v1" is not ` +
			`served: it must be v2`,
		"mergePolicy: Replace=mergePolicy: Add": `spec.target.template.mergePolicy "Add" is not ` +
			`served: it must be Replace or Merge`,
		"metadata: {labels=metadata: {finalizers: [f], labels": `spec.target.template.metadata.finalizers is not served`,
		`"{{ .K }}"}="{{ .K | env }}"}`: `spec.target.template.data.K is a template that cannot be executed: line 1: ` +
			`function "env" is not served: it would read the environment of the runtime`,
		`literal: "a: b"=configMap: {name: c}`: `spec.target.template.templateFrom[0].configMap is not served: ` +
			`write the template into literal`,
		`literal: "a: b"=secret: {name: c}`: `spec.target.template.templateFrom[0].secret is not served: ` +
			`write the template into literal`,
		"target: Data=target: Spec": `spec.target.template.templateFrom[0].target "Spec" is not ` +
			`served: it must be Data or Labels or Annotations`,
		"kind: SecretStore=kind: ClusterSecretStore": `spec.secretStoreRef.kind "ClusterSecretStore" is not served: ` +
			`it must be SecretStore`,
		"strategy: JSON=strategy: XML": `spec.dataFrom[0].rewrite[2].merge.strategy "XML" is not ` +
			`served: it must be Extract or JSON`,
		`"{{ .value }}"="{{ .value"`: `spec.dataFrom[0].rewrite[1].transform.template is a template ` +
			`that cannot be executed: line 1: is no Go template`,
		"extract: {=sourceRef: {generatorRef: {kind: Password, name: p}}, extract: {": `spec.dataFrom[0].sourceRef.generatorRef is not served: ` +
			`values come from a SecretStore only`,
		"secretKey: K=sourceRef: {storeRef: {kind: ClusterSecretStore, name: c}}\n  secretKey: K": `spec.data[0].sourceRef.storeRef.kind ` +
			`"ClusterSecretStore" is not served: it must be SecretStore`,
	} {
		before, after, _ := strings.Cut(change, "=")
		require.Contains(t, anExternalSecret, before)
		assert.Equal(t, want, refused(t, strings.Replace(anExternalSecret, before, after, 1)), change)
	}
	assert.Equal(
		t,
		"spec.data[1].remoteRef is missing\nspec.data[0] has no SecretStore: name one in spec.secretStoreRef\n"+
			"spec.data[1] has no SecretStore: name one in spec.secretStoreRef",
		refused(t, "data: [{secretKey: A, remoteRef: {key: k}}, {secretKey: B}]"),
		"all at once",
	)
	assert.Equal(
		t,
		"spec.dataFrom[0] must have extract or find\nspec.dataFrom[1] must have either extract or find, has both",
		refused(t, "secretStoreRef: {name: s}\ndataFrom: [{}, {find: {}, extract: {key: k}}]"),
	)
	assert.Equal(t, "spec is not of the form of external-secrets.io/v1", refused(t, "data: 3"))
}

const aStore = `
controller: cloison
provider:
  scaleway:
    region: fr-par
    projectId: p
    accessKey: {secretRef: {name: c, key: access-key, namespace: shop}}
    secretKey: {secretRef: {name: c, key: secret-key}}
`

func TestStoresThatAreNotServedAreNamed(t *testing.T) {
	for change, want := range map[string]string{
		"  scaleway:=  other:": "spec.provider.other is not served\nspec.provider.scaleway is missing: no other " +
			"provider is served",
		", namespace: shop=, namespace: other": "spec.provider.scaleway.accessKey.secretRef.namespace must be left " +
			"out: " +
			"the Secret is in the namespace of the store",
		"secretRef: {name: c, key: secret-key}=value: x": "spec.provider.scaleway.secretKey.secretRef is missing: " +
			"the API key must be in a Secret of the namespace",
		"name: c, key: secret-key=name: c":   "spec.provider.scaleway.secretKey.secretRef must have a name and a key",
		"  scaleway:=  aws: {}\n  scaleway:": "spec.provider.aws is not served",
		"controller: cloison=retrySettings: {}": "spec.retrySettings is not served: calls are tried again with " +
			"pauses that grow",
		"region: fr-par=auth: {}": "spec.provider.scaleway.auth is not served",
	} {
		before, after, _ := strings.Cut(change, "=")
		require.Contains(t, aStore, before)
		assert.Equal(t, want, refused(t, strings.Replace(aStore, before, after, 1)), change)
	}
}

func TestStoresOfAnExternalSecret(t *testing.T) {
	for spec, want := range map[string][]string{
		"secretStoreRef: {name: s}\ndata: [{secretKey: A, remoteRef: {key: k}, sourceRef: {storeRef: {name: z}}}, " +
			"{secretKey: B, remoteRef: {key: k}}]": {"s", "z"},
		"secretStoreRef: {name: s}\ndata: [{secretKey: A, remoteRef: {key: k}, sourceRef: {storeRef: {name: z}}}]": {"z"},
		"secretStoreRef: {name: s}": {"s"}, // it reads nothing, and is still not served by others
		"{}":                        nil,
	} {
		text, err := yaml.YAMLToJSON([]byte("metadata: {name: e, namespace: shop}\nspec:\n" + indent(spec)))
		require.NoError(t, err)
		read, refusals := served.ExternalSecret(text)
		require.Empty(t, refusals)
		assert.Equal(t, want, served.Stores(&read.Spec, read.Spec.Reads()), spec)
	}
}

func TestACredentialNamesItsSecrets(t *testing.T) {
	text, err := yaml.YAMLToJSON([]byte("metadata: {name: s, namespace: shop}\nspec:\n" + indent(aStore)))
	require.NoError(t, err)
	store, credential, refusals := served.Store(text)
	require.Empty(t, refusals)
	assert.True(t, served.ByController(store))
	assert.Equal(
		t,
		served.Credential{
			AccessKey: served.SecretKey{"c", "access-key"},
			SecretKey: served.SecretKey{"c", "secret-key"},
		},
		credential,
	)
}

func TestWhoServesTheStores(t *testing.T) {
	stores := map[string]*eso.Store{"ours": {}, "theirs": {}}
	stores["ours"].Spec.Controller = "cloison"
	for names, want := range map[string]served.Served{
		"": {Elsewhere: true},
		"theirs": {Elsewhere: true, Refused: []string{`SecretStore "theirs" is served by another controller than the ` +
			`others`}},
		"ours":   {Here: []string{"ours"}},
		"absent": {Refused: []string{`SecretStore "absent" does not exist`}},
		"absent ours theirs": {Here: []string{"ours"}, Refused: []string{
			`SecretStore "absent" does not exist`, `SecretStore "theirs" is served by another controller than the ` +
				`others`,
		}},
	} {
		found := func(name string) *eso.Store { return stores[name] }
		assert.Equal(t, want, served.Part(strings.Fields(names), found, "does not exist"), names)
	}
}
