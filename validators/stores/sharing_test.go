package stores_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// reading is an ExternalSecret with the keys of references.
func reading(namespace string, references ...string) string {
	var entries []string
	for i, reference := range references {
		entries = append(entries, `{secretKey: `+string(rune('A'+i))+`, remoteRef: {key: "`+reference+`"}}`)
	}
	return store(namespace) + external(namespace, "data: ["+strings.Join(entries, ", ")+"]")
}

func secretWith(namespace, value string) string {
	return `{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: ` + namespace +
		`}, stringData: {access-key: x, secret-key: ` + value + "}}\n---\n"
}

const clusterStore = `
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: c}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: keys, namespace: a, key: access-key}}
      secretKey: {secretRef: {name: keys, namespace: a, key: secret-key}}
`

const clusterExternal = `
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: ce}
spec:
  externalSecretSpec: {secretStoreRef: {name: s}, data: [{secretKey: K, remoteRef: {key: "path:/shared/k"}}]}
`

// TestNamespacesThatShare judges namespaces without a Segregation.
func TestNamespacesThatShare(t *testing.T) {
	const key = "8a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"folders of their own", reading("a", "path:/a/k") + reading("b", "path:/b/k"), nil},
		{"folders whose names begin alike", reading("a", "path:/a/k") + reading("ab", "path:/ab/k"), nil},
		{"one folder, named after one of them", reading("a", "path:/b/x", "path:/b/y") + reading("b", "path:/b/x"),
			[]string{
				`error CLS-E001 ExternalSecret a/e spec.data[0].remoteRef.key: folder "/b" is read by namespace a ` +
					`and by ` +
					`namespace b; each component must have a folder of its own; counterexample: ExternalSecret a/e ` +
					`key A ` +
					`from ` +
					`secret x reads /b, and ExternalSecret b/e key A from secret x reads /b; fix: move what ` +
					`namespace a ` +
					`needs into ` +
					`a folder of its own, and read it from there`,
			}},
		{"one folder, read by one of them most", reading("a", "path:/x/k") + reading("b", "path:/x/l", "path:/x/m"),
			[]string{
				`error CLS-E001 ExternalSecret a/e spec.data[0].remoteRef.key: folder "/x" is read by namespace a ` +
					`and by ` +
					`namespace b; each component must have a folder of its own; counterexample: ExternalSecret a/e ` +
					`key A ` +
					`from ` +
					`secret k reads /x, and ExternalSecret b/e key A from secret l reads /x; fix: move what ` +
					`namespace a ` +
					`needs into ` +
					`a folder of its own, and read it from there`,
			}},
		{"one folder of two projects", reading("a", "path:/x/k") +
			strings.ReplaceAll(reading("b", "path:/x/k"), project, "c59f1e28-64d7-4ab3-93c0-1f8e7d2a05b6"), nil},
		{"one folder that contains another", reading("a", "path:/x/k") + reading("b", "path:/x/b/k"), []string{
			`warning CLS-E001 ExternalSecret a/e spec.data[0].remoteRef.key: folder "/x" of namespace a contains ` +
				`folder ` +
				`"/x/b" of namespace b: an API key that is confined to the one may read the other; counterexample: ` +
				`ExternalSecret a/e key A from secret k; ExternalSecret b/e key A from secret k; fix: use folders ` +
				`that do not ` +
				`contain one another`,
		}},
		{"the same Secret's name", reading("a", "path:/a/k") + secretWith("a", key) + reading("b", "path:/b/k") +
			secretWith("b", project), nil},
		{"the same API key", reading("a", "path:/a/k") + secretWith("a", key) + reading("b", "path:/b/k") +
			secretWith("b", key), []string{
			`error CLS-E002 SecretStore b/s spec.provider.scaleway.secretKey.secretRef.name: the API key is the same ` +
				`as that ` +
				`of SecretStore a/s of namespace a; each component must have one of its own; counterexample: whoever ` +
				`gets the ` +
				`key of SecretStore b/s reads what SecretStore a/s reads; fix: make an API key for each component, ` +
				`which may ` +
				`read its folder only`,
		}},
		{"a Secret without the key", reading("a", "path:/a/k") +
			strings.Replace(secretWith("a", key), "secret-key", "secretKey", 1), []string{
			`error CLS-E028 SecretStore a/s spec.provider.scaleway.secretKey.secretRef.key: Secret a/keys has no key ` +
				`"secret-key"; it has access-key, secretKey; fix: write the key that holds this half of the API key`,
		}},
		{"a cluster store", clusterStore + "---\n" + reading("a", "path:/a/k") + reading("b", "path:/b/k"), []string{
			`error CLS-E003 ClusterSecretStore c spec: ClusterSecretStore c may be used from namespace a and ` +
				`namespace b; ` +
				`counterexample: an ExternalSecret in namespace a with secretStoreRef {kind: ClusterSecretStore, ` +
				`name: c} reads ` +
				`whatever the API key in Secret a/keys reads; fix: give each component a SecretStore with an API key ` +
				`of its ` +
				`own, or confine this store by conditions`,
		}},
		{"a cluster store for one namespace", clusterStore + "  conditions: [{namespaces: [a]}]\n---\n" +
			reading("a", "path:/a/k") + reading("b", "path:/b/k"), nil},
		{"a cluster store by labels that are not known", clusterStore +
			"  conditions: [{namespaceSelector: {matchLabels: {team: x}}}]\n---\n" + reading("a", "path:/a/k") +
			reading("b", "path:/b/k"), []string{
			`warning CLS-E003 ClusterSecretStore c spec.conditions: whether ClusterSecretStore c may be used from ` +
				`namespace ` +
				`a and namespace b depends on labels of namespaces that are not in the input; fix: give each ` +
				`component a ` +
				`SecretStore with an API key of its own, or confine this store by conditions`,
		}},
		{"a cluster store by labels that are known", clusterStore +
			"  conditions: [{namespaceSelector: {matchLabels: {team: x}}}]\n---\n{apiVersion: v1, kind: Namespace, " +
			"metadata: " +
			"{name: a, labels: {team: x}}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: b}}\n---\n" +
			reading("a", "path:/a/k") + reading("b", "path:/b/k"), nil},
		{"a cluster store that excludes its user", clusterStore + "  conditions: [{namespaceRegexes: ['^b$']}]\n---\n" +
			strings.Replace(external("a", oneKey), "{name: s}", "{name: c, kind: ClusterSecretStore}", 1), []string{
			`error CLS-E015 ExternalSecret a/e spec.secretStoreRef: ClusterSecretStore "c" may not be used from ` +
				`namespace ` +
				`"a": none of its conditions selects it; fix: use a SecretStore of the namespace`,
		}},
		{"a cluster ExternalSecret", clusterExternal +
			"  namespaceSelectors: [{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a, " +
			"b]}]}]\n---\n" + reading("a", "path:/a/k") + reading("b", "path:/b/k") +
			reading("c", "path:/c/k"), []string{
			`error CLS-E004 ClusterExternalSecret ce spec.namespaceSelectors: ClusterExternalSecret ce makes its ` +
				`Secret in ` +
				`namespace a and namespace b; fix: use an ExternalSecret in the namespace that needs the secret`,
		}},
		{"a cluster ExternalSecret for one namespace", clusterExternal + "  namespaces: [a]\n---\n" +
			reading("a", "path:/a/k") + reading("b", "path:/b/k"), nil},
		{"a PushSecret", reading("a", "path:/a/k") + reading("b", "path:/b/k") +
			"apiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: p, namespace: a}\nspec: " +
			"{secretStoreRefs: [{name: s}], selector: {secret: {name: e}}, data: [{match: {secretKey: K, remoteRef: " +
			"{remoteKey: 'path:/x/k'}}}]}\n", []string{
			`warning CLS-E005 PushSecret a/p spec.selector.secret: Secret "e" of namespace a is copied out of the ` +
				`cluster ` +
				`into store "s"; fix: remove it, or accept it with a reason`,
		}},
		{"a PushSecret to another's folder", reading("a", "path:/a/k") + reading("b", "path:/b/k") +
			"apiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: p, namespace: a}\nspec: " +
			"{secretStoreRefs: [{name: s}], selector: {secret: {name: e}}, data: [{match: {secretKey: K, remoteRef: " +
			"{remoteKey: 'path:/b/k'}}}]}\n", []string{
			`error CLS-E005 PushSecret a/p spec.selector.secret: Secret "e" of namespace a is copied out of the ` +
				`cluster into ` +
				`store "s"; counterexample: it arrives in folder /b, which namespace b reads; fix: remove it, or ` +
				`accept it with ` +
				`a reason`,
		}},
		{"a search of the whole project", reading("a", "path:/a/k") + store("b") +
			external("b", "dataFrom: [{find: {name: {regexp: .}}}]"), []string{
			`error CLS-E006 ExternalSecret b/e spec.dataFrom[0].find: the search has no path, so it looks into every ` +
				`folder ` +
				`of the project that the API key may list; counterexample: ExternalSecret a/e reads /a in the same ` +
				`project, so ` +
				`the search finds what is there; fix: set path to the component's folder`,
		}},
		{"a store of another namespace", store("a") + external("a", oneKey) + external("b", oneKey), []string{
			`error CLS-E015 ExternalSecret b/e spec.secretStoreRef: there is no SecretStore "s" in namespace "b"; ` +
				`the one of ` +
				`namespace "a" cannot be used from there; fix: refer to the store of the namespace`,
		}},
		{"a store that nobody uses", store("a") + "{apiVersion: v1, kind: Secret, metadata: {name: x, namespace: a}}\n",
			[]string{
				`warning CLS-E021 SecretStore a/s: no ExternalSecret uses the store, so its API key lies in the ` +
					`cluster for ` +
					`nothing; fix: remove it, and revoke the API key`,
			}},
		{"one Secret of two", reading("a", "path:/a/k") +
			strings.Replace(external("a", oneKey+", target: {name: e}"), "name: e,", "name: e2,", 1), []string{
			`error CLS-E017 ExternalSecret a/e2 spec.target.name: Secret "a/e" is created by ExternalSecret a/e too; ` +
				`counterexample: ExternalSecret a/e and ExternalSecret a/e2 overwrite each other, or one never ` +
				`becomes ready; ` +
				`fix: give each a Secret of its own`,
		}},
		{"one Secret of an ExternalSecret and a manifest", reading("a", "path:/a/k") +
			"{apiVersion: v1, kind: Secret, metadata: {name: e, namespace: a}, stringData: {A: x}}\n", []string{
			`error CLS-E017 ExternalSecret a/e spec.target.name: Secret "a/e" is created by Secret a/e too; ` +
				`counterexample: ` +
				`Secret a/e and ExternalSecret a/e overwrite each other, or one never becomes ready; fix: give each ` +
				`a Secret of ` +
				`its own`,
		}},
		{"another provider", "apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s, namespace: " +
			"a}\nspec: {provider: {vault: {server: x}}}\n---\n" +
			external("a", `data: [{secretKey: K, remoteRef: {key: a/k}}]`), []string{
			`info CLS-E022 SecretStore a/s spec.provider.vault: the provider vault was not checked: whether ` +
				`components share ` +
				`secrets there is not known; fix: accept it with a reason`,
		}},
		{"another namespace's Secrets", reading("b", "path:/b/k") +
			"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s, namespace: a}\nspec: " +
			"{provider: " +
			"{kubernetes: {remoteNamespace: b}}}\n---\n" +
			external("a", `data: [{secretKey: K, remoteRef: {key: e}}]`), []string{
			`error CLS-E027 SecretStore a/s spec.provider.kubernetes.remoteNamespace: the store reads the Secrets of ` +
				`namespace b; counterexample: an ExternalSecret in namespace a copies any Secret of namespace b; ` +
				`fix: remove ` +
				`the store; read from Scaleway`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, append([]string{}, test.want...), lines(judged(t, test.text)))
		})
	}
}

// TestHalvesOfAnAPIKey shows that what is wrong with both is said once.
func TestHalvesOfAnAPIKey(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		want           []string
	}{
		{"both in the manifest", "secretRef: {name: keys, ", "value: ", []string{
			`error CLS-E014 SecretStore a/s spec.provider.scaleway.accessKey.value: the access key is a value in the ` +
				`manifest; it must be in a Secret; fix: revoke the API key, put a new one into a Secret, and refer ` +
				`to it with ` +
				`secretRef: {name, key}`,
		}},
		{"both of another namespace", "{name: keys,", "{namespace: b, name: keys,", []string{
			`error CLS-E024 SecretStore a/s spec.provider.scaleway.accessKey.secretRef.namespace: a SecretStore of ` +
				`namespace ` +
				`"a" must not use Secrets of namespace "b"; the operator refuses it; fix: remove namespace, and put ` +
				`an API key ` +
				`of its own into the store's namespace`,
		}},
		{"a name that looks like a placeholder", "{name: keys,", "{name: x,", []string{}},
		{"two placeholders", "{name: keys,", "{name: <your-secret>,", []string{
			`error CLS-E012 SecretStore a/s spec.provider.scaleway.accessKey.secretRef.name: "<your-secret>" is a ` +
				`placeholder; fix: write the value that is meant`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.ReplaceAll(store("a"), test.old, test.new)
			text = strings.NewReplacer("{value: key: access-key}}", "{value: AK}", "{value: key: secret-key}}",
				"{value: SK}").Replace(text)
			assert.Equal(t, test.want, lines(judged(t, text+external("a", oneKey))))
		})
	}
	keys := "{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: a}, stringData: {access_key: x, " +
		"secret_key: z}}\n"
	assert.Equal(t, []string{
		`error CLS-E028 SecretStore a/s spec.provider.scaleway.accessKey.secretRef.key: Secret a/keys has no key ` +
			`"access-key"; it has access_key, secret_key; fix: write the key that holds this half of the API key`,
	}, lines(judged(t, store("a")+external("a", oneKey)+"---\n"+keys)))
}
