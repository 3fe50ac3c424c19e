package stores_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// store is a SecretStore s of a namespace.
func store(namespace string) string {
	return `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: ` + namespace + `}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: keys, key: access-key}}
      secretKey: {secretRef: {name: keys, key: secret-key}}
---
`
}

// external is an ExternalSecret e of a namespace, with the store s and more fields of its spec.
func external(namespace, spec string) string {
	return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: ` + namespace + `}
spec: {secretStoreRef: {name: s}, ` + spec + `}
---
`
}

// generated makes an entry take what a generator makes.
const generated = `sourceRef: {generatorRef: {kind: UUID, name: u}}`

const oneKey = `data: [{secretKey: K, remoteRef: {key: "path:/a/k"}}]`

// TestStores judges one store, which an ExternalSecret uses.
func TestStores(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		want           []string
	}{
		{name: "correct"},
		{"an auth block", "      accessKey: {secretRef: {name: keys, key: access-key}}\n      secretKey: {secretRef: " +
			"{name: keys, key: secret-key}}", "      auth: {secretRef: {}}", []string{
			`error CLS-E010 SecretStore a/s spec.provider.scaleway.auth: spec.provider.scaleway has no field "auth"; ` +
				`the API ` +
				`server refuses or drops it; it has apiUrl, region, projectId, accessKey, secretKey; fix: write ` +
				`accessKey: ` +
				`{secretRef: {name, key}} and secretKey: {secretRef: {name, key}} instead of auth`,
		}},
		{"a key without secretRef", "{secretRef: {name: keys, key: access-key}}", "{name: keys, key: access-key}",
			[]string{
				`error CLS-E010 SecretStore a/s spec.provider.scaleway.accessKey.key: spec.provider.scaleway.accessKey ` +
					`has no ` +
					`field "key"; the API server refuses or drops it; it has value, secretRef; fix: write secretRef: ` +
					`{name, key} ` +
					`around it`,
				`error CLS-E010 SecretStore a/s spec.provider.scaleway.accessKey.name: ` +
					`spec.provider.scaleway.accessKey ` +
					`has no ` +
					`field "name"; the API server refuses or drops it; it has value, secretRef; fix: write secretRef: ` +
					`{name, key} ` +
					`around it`,
			}},
		{"a field in another case", "projectId:", "projectID:", []string{
			`error CLS-E010 SecretStore a/s spec.provider.scaleway.projectID: spec.provider.scaleway has no field ` +
				`"projectID"; the API server refuses or drops it; it has apiUrl, region, projectId, accessKey, ` +
				`secretKey; fix: ` +
				`write projectId instead of projectID`,
		}},
		{"an old version", "io/v1", "io/v1beta1", []string{
			`error CLS-E009 SecretStore a/s apiVersion: the External Secrets Operator no longer serves ` +
				`external-secrets.io/v1beta1 SecretStore; it must be external-secrets.io/v1; fix: write apiVersion: ` +
				`external-secrets.io/v1; the provider scaleway has region, projectId, and accessKey and secretKey, ` +
				`each with ` +
				`secretRef: {name, key}`,
		}},
		{"no region", "      region: fr-par\n", "", []string{
			`error CLS-E011 SecretStore a/s spec.provider.scaleway.region: spec.provider.scaleway has no region; it is ` +
				`required; fix: write the region, as in fr-par`,
		}},
		{"no secret key", "      secretKey: {secretRef: {name: keys, key: secret-key}}\n", "", []string{
			`error CLS-E011 SecretStore a/s spec.provider.scaleway.secretKey: spec.provider.scaleway has no ` +
				`secretKey; it is ` +
				`required; fix: write secretRef: {name, key}`,
		}},
		{"no name of the Secret", "name: keys, key: secret-key", "key: secret-key", []string{
			`error CLS-E011 SecretStore a/s spec.provider.scaleway.secretKey.secretRef.name: ` +
				`spec.provider.scaleway.secretKey.secretRef has no name; it is required; fix: name the Secret that ` +
				`holds the ` +
				`API key`,
		}},
		{"a zone", "fr-par", "fr-par-1", []string{
			`error CLS-E013 SecretStore a/s spec.provider.scaleway.region: "fr-par-1" is no region; fix: write the ` +
				`region of ` +
				`the zone: fr-par`,
		}},
		{"no project", project, "my-project", []string{
			`error CLS-E013 SecretStore a/s spec.provider.scaleway.projectId: "my-project" is no project id; it must ` +
				`be a UUID`,
		}},
		{"a placeholder", project, "YOUR_PROJECT_ID", []string{
			`error CLS-E012 SecretStore a/s spec.provider.scaleway.projectId: "YOUR_PROJECT_ID" is a placeholder; ` +
				`fix: write ` +
				`the value that is meant`,
		}},
		{"zeros", project, "00000000-0000-0000-0000-000000000000", []string{
			`error CLS-E012 SecretStore a/s spec.provider.scaleway.projectId: "00000000-0000-0000-0000-000000000000" ` +
				`is a ` +
				`placeholder; fix: write the value that is meant`,
		}},
		{"a variable", project, "${PROJECT_ID}", []string{
			`warning CLS-E012 SecretStore a/s spec.provider.scaleway.projectId: "${PROJECT_ID}" holds a variable; ` +
				`what fills ` +
				`it in later was not checked; fix: check what is applied, after the variables are filled in`,
		}},
		{"a placeholder in a comment", project, project + " # YOUR_PROJECT_ID", nil},
		{"a key in the manifest", "{secretRef: {name: keys, key: secret-key}}",
			"{value: 11111111-2222-4333-8444-canary000000}", []string{
				`error CLS-E014 SecretStore a/s spec.provider.scaleway.secretKey.value: the secret key is a value in ` +
					`the ` +
					`manifest; it must be in a Secret; fix: revoke the API key, put a new one into a Secret, and ` +
					`refer to it with ` +
					`secretRef: {name, key}`,
			}},
		{"another namespace", "{name: keys, key: secret-key}", "{name: keys, key: secret-key, namespace: b}", []string{
			`error CLS-E024 SecretStore a/s spec.provider.scaleway.secretKey.secretRef.namespace: a SecretStore of ` +
				`namespace ` +
				`"a" must not use Secrets of namespace "b"; the operator refuses it; fix: remove namespace, and put ` +
				`an API key ` +
				`of its own into the store's namespace`,
		}},
		{"its own namespace", "{name: keys, key: secret-key}", "{name: keys, key: secret-key, namespace: a}", nil},
		{"an API without encryption", "region: fr-par", "region: fr-par\n      apiUrl: http://scw.example", []string{
			`warning CLS-E029 SecretStore a/s spec.provider.scaleway.apiUrl: "http://scw.example" sends the API key ` +
				`and the ` +
				`secrets unencrypted; fix: use https:`,
		}},
		{"two providers", "  provider:\n", "  provider:\n    fake: {data: []}\n", []string{
			`error CLS-E025 SecretStore a/s spec.provider: the store has the providers scaleway and fake; it must ` +
				`have one; ` +
				`fix: keep one`,
		}},
		{"a provider of later operators", "  provider:\n    scaleway:", "  provider:\n    openBao:", []string{
			`info CLS-E022 SecretStore a/s spec.provider.openBao: the provider openBao was not checked: whether ` +
				`components share secrets there is not known; fix: accept it with a reason`,
		}},
		{"no provider", "provider:", "providers:", []string{
			`error CLS-E010 SecretStore a/s spec.providers: spec has no field "providers"; the API server refuses or ` +
				`drops ` +
				`it; it has controller, provider, retrySettings, refreshInterval, conditions; fix: write provider ` +
				`instead of ` +
				`providers`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(store("a"), test.old, test.new, 1) + external("a", oneKey)
			assert.Equal(t, append([]string{}, test.want...), lines(judged(t, text)))
		})
	}
}

// TestExternalSecrets judges one ExternalSecret of a correct store.
func TestExternalSecrets(t *testing.T) {
	for _, test := range []struct {
		name, spec string
		want       []string
	}{
		{name: "correct", spec: oneKey},
		{"a name with a folder", `data: [{secretKey: K, remoteRef: {key: "name:a/k"}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "name:a/k" can never be found: a secret's ` +
				`name ` +
				`has no slash, its folder is a field of its own; fix: write path:/a/k`,
		}},
		{"a name", `data: [{secretKey: K, remoteRef: {key: "name:k"}}]`, []string{
			`warning CLS-E007 ExternalSecret a/e spec.data[0].remoteRef.key: "name:k" means the first secret of that ` +
				`name in ` +
				`any folder of the project; fix: write path:/folder/k`,
		}},
		{"no form", `data: [{secretKey: K, remoteRef: {key: a/k}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "a/k" is no reference to a secret of ` +
				`Scaleway; it ` +
				`must be path:/folder/name; fix: write path:/a/k`,
		}},
		{"a relative path", `data: [{secretKey: K, remoteRef: {key: "path:a/k"}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "path:a/k" is no path; it must start with a ` +
				`slash; fix: write path:/a/k`,
		}},
		{"a folder only", `data: [{secretKey: K, remoteRef: {key: "path:/a/"}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "path:/a/" names no secret: it ends in a ` +
				`slash; ` +
				`fix: write path:/folder/name`,
		}},
		{"characters", `data: [{secretKey: K, remoteRef: {key: "path:/a/k k"}}, {secretKey: L, remoteRef: {key: ` +
			`"path:/a//k"}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "k k" is no name of a secret; it must be ` +
				`letters, ` +
				`digits, dashes, underscores and dots`,
			`error CLS-E008 ExternalSecret a/e spec.data[1].remoteRef.key: "/a/" is no folder; between slashes must be ` +
				`letters, digits, dashes, underscores and dots`,
		}},
		{"an id", `data: [{secretKey: K, remoteRef: {key: "id:` + project + `"}}]`, []string{
			`warning CLS-E026 ExternalSecret a/e spec.data[0].remoteRef.key: a reference by id may mean a secret of ` +
				`any ` +
				`folder; whose it is was not checked; fix: write path:/folder/name`,
		}},
		{"an id that is none", `data: [{secretKey: K, remoteRef: {key: "id:k"}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.data[0].remoteRef.key: "k" is no id; it must be a UUID; fix: write ` +
				`path:/folder/name`,
		}},
		{"a placeholder", `data: [{secretKey: K, remoteRef: {key: "path:/<component>/k"}}]`, []string{
			`error CLS-E012 ExternalSecret a/e spec.data[0].remoteRef.key: "/<component>/k" is a placeholder; fix: ` +
				`write the ` +
				`value that is meant`,
		}},
		{"a todo app", `data: [{secretKey: K, remoteRef: {key: "path:/todo-app/your/k"}}]`, nil},
		{"a search everywhere", `dataFrom: [{find: {name: {regexp: db}}}]`, []string{
			`warning CLS-E006 ExternalSecret a/e spec.dataFrom[0].find: the search has no path, so it looks into every ` +
				`folder of the project that the API key may list; fix: set path to the component's folder`,
		}},
		{"a search of a relative folder", `dataFrom: [{find: {path: a}}]`, []string{
			`error CLS-E008 ExternalSecret a/e spec.dataFrom[0].find.path: "a" is no folder; it must start with a ` +
				`slash; ` +
				`fix: write path: /a`,
		}},
		{"a search with a slash", `dataFrom: [{find: {path: /a/}}]`, []string{
			`warning CLS-E008 ExternalSecret a/e spec.dataFrom[0].find.path: the folder "/a/" ends in a slash; whether ` +
				`Scaleway finds it like that is not documented; fix: write path: /a`,
		}},
		{"a malformed search", `dataFrom: [{find: {path: /a, name: {regexp: "("}}}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.dataFrom[0].find.name.regexp: "(" is no regular expression; fix: ` +
				`write ` +
				`one in the syntax of Go's package regexp`,
		}},
		{"nothing", `target: {}`, []string{`error CLS-E011 ExternalSecret a/e spec: spec is empty; it must have data ` +
			`or ` +
			`dataFrom`}},
		{"no key", `data: [{secretKey: K, remoteRef: {}}]`, []string{
			`error CLS-E011 ExternalSecret a/e spec.data[0].remoteRef.key: spec.data[0].remoteRef has no key; it is ` +
				`required; fix: write path:/folder/name`,
		}},
		{"a key without remoteRef", `data: [{secretKey: K, key: "path:/a/k"}]`, []string{
			`error CLS-E010 ExternalSecret a/e spec.data[0].key: spec.data[0] has no field "key"; the API server ` +
				`refuses or ` +
				`drops it; it has secretKey, remoteRef, sourceRef; fix: write remoteRef: {key: ...} around it`,
		}},
		{"dataFrom of the first version", `dataFrom: [{key: "path:/a/k"}]`, []string{
			`error CLS-E010 ExternalSecret a/e spec.dataFrom[0].key: spec.dataFrom[0] has no field "key"; the API ` +
				`server ` +
				`refuses or drops it; it has extract, find, rewrite, sourceRef; fix: write extract: {key: ...} ` +
				`around it`,
		}},
		{"a malformed key", `data: [{secretKey: "a b", remoteRef: {key: "path:/a/k"}}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.data[0].secretKey: "a b" is no key of a Secret; it must be ` +
				`letters, ` +
				`digits, dashes, underscores and dots`,
		}},
		{"a malformed revision", `data: [{secretKey: K, remoteRef: {key: "path:/a/k", version: v3}}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.data[0].remoteRef.version: "v3" is no revision; it must be a ` +
				`number, ` +
				`latest or latest_enabled`,
		}},
		{"an unknown policy", oneKey + `, target: {creationPolicy: Own}`, []string{
			`error CLS-E025 ExternalSecret a/e spec.target.creationPolicy: "Own" is not allowed; creationPolicy must ` +
				`be ` +
				`Owner, Orphan, Merge, None or CreateOrMerge`,
		}},
		{"a malformed interval", oneKey + `, refreshInterval: 1 hour`, []string{
			`error CLS-E025 ExternalSecret a/e spec.refreshInterval: "1 hour" is no duration; the operator cannot ` +
				`read any ` +
				`object of this kind while this one is there; fix: write a number with a unit: 30s, 15m, 1h`,
		}},
		{"what later operators do with zero bytes",
			`data: [{secretKey: K, remoteRef: {key: "path:/a/k", nullBytePolicy: Fail}}]`, nil},
		{"never", oneKey + `, refreshInterval: "0"`, []string{
			`warning CLS-E023 ExternalSecret a/e spec.refreshInterval: with refreshInterval "0" a rotated secret never ` +
				`arrives; fix: set an interval, as in 1h`,
		}},
		{"once", oneKey + `, refreshPolicy: CreatedOnce, refreshInterval: "0"`, []string{
			`warning CLS-E023 ExternalSecret a/e spec.refreshPolicy: with refreshPolicy CreatedOnce a rotated secret ` +
				`never ` +
				`arrives; fix: use Periodic`,
		}},
		{"deleted", oneKey + `, target: {deletionPolicy: Delete}`, []string{
			`warning CLS-E020 ExternalSecret a/e spec.target.deletionPolicy: with deletionPolicy Delete what Scaleway ` +
				`answers not to have is removed from the cluster, and the ExternalSecret says that all is well; fix: ` +
				`use Retain`,
		}},
		{"policies that exclude one another", oneKey + `, target: {deletionPolicy: Delete, creationPolicy: Merge}`,
			[]string{
				`error CLS-E025 ExternalSecret a/e spec.target.deletionPolicy: deletionPolicy Delete is refused beside ` +
					`creationPolicy Merge; fix: use deletionPolicy: Retain`,
			}},
		{"a key twice", `data: [{secretKey: K, remoteRef: {key: "path:/a/k"}}, {secretKey: K, remoteRef: {key: ` +
			`"path:/a/l"}}]`, []string{
			`error CLS-E016 ExternalSecret a/e spec.data[1].secretKey: key "K" is written by spec.data[0] too; the ` +
				`operator ` +
				`refuses that; fix: keep one of the two`,
		}},
		{"a key found again", oneKey +
			`, dataFrom: [{find: {path: /a, name: {regexp: ^x$}}, rewrite: [{regexp: {source: ^x$, target: K}}]}]`, []string{
			`warning CLS-E016 ExternalSecret a/e spec.dataFrom[0]: key "K" is written by spec.data[0] too, so one of ` +
				`the ` +
				`values is lost; fix: keep one of the two`,
		}},
		{"two at once", `dataFrom: [{find: {path: /a}, extract: {key: "path:/a/k"}}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.dataFrom[0]: spec.dataFrom[0] has extract and find; only one of ` +
				`extract, ` +
				`find, sourceRef.generatorRef may be there; fix: keep one`,
		}},
		{"a generator", oneKey + `, dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]`, []string{
			`info CLS-E022 ExternalSecret a/e spec.dataFrom[0]: what the generator makes was not checked; fix: ` +
				`accept it ` +
				`with a reason`,
		}},
		{"a generator in data", `data: [{secretKey: K, remoteRef: {key: a/k}, ` + generated + `}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.data[0].sourceRef.generatorRef: the operator does not support ` +
				`generators ` +
				`in data; fix: use dataFrom`,
		}},
		{"a generator beside a search", `dataFrom: [{find: {name: {regexp: x}}, ` + generated + `}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.dataFrom[0]: spec.dataFrom[0] has find and ` +
				`sourceRef.generatorRef; only ` +
				`one of extract, find, sourceRef.generatorRef may be there; fix: keep one`,
		}},
		{"a generator beside a JSON secret", `dataFrom: [{extract: {key: k}, ` + generated + `}]`, []string{
			`error CLS-E025 ExternalSecret a/e spec.dataFrom[0]: spec.dataFrom[0] has extract and ` +
				`sourceRef.generatorRef; ` +
				`only one of extract, find, sourceRef.generatorRef may be there; fix: keep one`,
		}},
		{"a generator beside a store", `dataFrom: [{sourceRef: {storeRef: {name: s}, generatorRef: {kind: UUID, ` +
			`name: u}}}]`,
			[]string{
				`error CLS-E025 ExternalSecret a/e spec.dataFrom[0].sourceRef: spec.dataFrom[0].sourceRef has ` +
					`storeRef and ` +
					`generatorRef; only one of storeRef, generatorRef may be there; fix: keep one`,
			}},
		{"a cluster store that is not there",
			`data: [{secretKey: K, remoteRef: {key: "path:/a/k"}}, {secretKey: L, remoteRef: {key: "path:/a/l"}, ` +
				`sourceRef: ` +
				`{storeRef: {kind: ClusterSecretStore, name: c}}}]`, []string{
				`warning CLS-E015 ExternalSecret a/e spec.data[1].sourceRef.storeRef: ClusterSecretStore "c" is not ` +
					`in the ` +
					`input, so where the secrets come from was not checked; fix: check it together with the store`,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, append([]string{}, test.want...), lines(judged(t, store("a")+external("a", test.spec))))
		})
	}
}
