package e2e

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// fullObjects have every field whose content the checks look into.
const fullObjects = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s, namespace: agreement}
spec:
  controller: x
  refreshInterval: 60
  retrySettings: {maxRetries: 3, retryInterval: 10s}
  provider:
    scaleway:
      apiUrl: https://api.scaleway.com
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      accessKey: {secretRef: {name: keys, key: access-key, namespace: agreement}}
      secretKey: {secretRef: {name: keys, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: c}
spec:
  conditions:
  - namespaceSelector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: In, values: [v]}]}
    namespaces: [a]
    namespaceRegexes: [b]
  provider:
    scaleway:
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      accessKey: {secretRef: {name: keys, key: access-key, namespace: agreement}}
      secretKey: {secretRef: {name: keys, key: secret-key, namespace: agreement}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: agreement}
spec:
  refreshInterval: 1h
  refreshPolicy: Periodic
  secretStoreRef: {name: s, kind: SecretStore}
  target:
    name: t
    creationPolicy: Owner
    deletionPolicy: Retain
    immutable: false
    template:
      type: Opaque
      engineVersion: v2
      mergePolicy: Replace
      metadata: {labels: {a: b}, annotations: {a: b}, finalizers: [a/b]}
      data: {k: v}
      templateFrom:
      - {target: Data, configMap: {name: c, items: [{key: k, templateAs: Values}]}}
      - {target: Data, secret: {name: c, items: [{key: k, templateAs: KeysAndValues}]}}
      - {literal: x}
  data:
  - secretKey: K
    remoteRef: {key: path:/f/k, property: p, version: "1", conversionStrategy: Default, decodingStrategy: None, metadataPolicy: None}
    sourceRef: {storeRef: {name: s, kind: SecretStore}}
  dataFrom:
  - extract: {key: path:/f/k, property: p, version: "1", conversionStrategy: Default, decodingStrategy: None, metadataPolicy: None}
    sourceRef: {storeRef: {name: s, kind: SecretStore}}
    rewrite: [{regexp: {source: a, target: b}}, {transform: {template: x}}, {merge: {into: a, priority: [b], priorityPolicy: Strict, conflictPolicy: Error, strategy: Extract}}]
  - find: {path: /f, name: {regexp: a}, tags: {a: b}, conversionStrategy: Default, decodingStrategy: None}
  - sourceRef: {generatorRef: {apiVersion: generators.external-secrets.io/v1alpha1, kind: Password, name: p}}
---
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: ce}
spec:
  externalSecretName: e
  externalSecretMetadata: {labels: {a: b}, annotations: {a: b}}
  namespaceSelector: {matchLabels: {a: b}}
  namespaceSelectors: [{matchExpressions: [{key: k, operator: Exists}]}]
  namespaces: [a]
  refreshTime: 1h
  externalSecretSpec:
    secretStoreRef: {name: s, kind: ClusterSecretStore}
    data: [{secretKey: K, remoteRef: {key: path:/f/k}}]
---
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: p, namespace: agreement}
spec:
  refreshInterval: 1h
  updatePolicy: Replace
  deletionPolicy: None
  secretStoreRefs: [{name: s, kind: SecretStore}, {kind: SecretStore, labelSelector: {matchLabels: {a: b}}}]
  selector: {secret: {name: t}}
  data:
  - {match: {secretKey: K, remoteRef: {remoteKey: path:/f/k, property: p}}, metadata: {any: thing}, conversionStrategy: None}
  template: {engineVersion: v2, data: {k: v}}
---
apiVersion: external-secrets.io/v1alpha1
kind: ClusterPushSecret
metadata: {name: cp}
spec:
  pushSecretName: p
  pushSecretMetadata: {labels: {a: b}}
  namespaceSelectors: [{matchLabels: {a: b}}]
  refreshTime: 1h
  pushSecretSpec:
    secretStoreRefs: [{name: s}]
    selector: {secret: {selector: {matchLabels: {a: b}}}}
`

type mutant struct {
	name   string
	object *unstructured.Unstructured
}

// mutantsOf adds an unknown field to every map of the spec, removes every field, and replaces every value by one of
// another form and by one of another type.
func mutantsOf(object *unstructured.Unstructured) []mutant {
	var mutants []mutant
	change := func(name string, path []any, f func(parent any, key any)) {
		changed := object.DeepCopy()
		var parent any = changed.Object
		for _, step := range path[:len(path)-1] {
			parent = child(parent, step)
		}
		f(parent, path[len(path)-1])
		mutants = append(mutants, mutant{name: name + fmt.Sprint(path), object: changed})
	}
	var walk func(value any, path []any)
	walk = func(value any, path []any) {
		change("removes ", path, remove)
		switch value := value.(type) {
		case map[string]any:
			change("adds a field to ", append(slices.Clone(path), "unknownField"), set(true))
			for _, name := range slices.Sorted(maps.Keys(value)) {
				walk(value[name], append(slices.Clone(path), name))
			}
		case []any:
			for i, item := range value {
				walk(item, append(slices.Clone(path), i))
			}
		case string:
			change("malforms ", path, set("No such value!"))
			change("numbers ", path, set(int64(7)))
		default:
			change("makes text of ", path, set("text"))
		}
	}
	walk(object.Object["spec"], []any{"spec"})
	// Without any spec the API server stores the object, of which nothing can become.
	return slices.DeleteFunc(mutants, func(m mutant) bool { return m.name == "removes [spec]" })
}

func child(parent, step any) any {
	if list, is := parent.([]any); is {
		return list[step.(int)]
	}
	return parent.(map[string]any)[step.(string)]
}

// remove takes a field away; an item of a list becomes empty.
func remove(parent, key any) {
	if list, is := parent.([]any); is {
		if _, isMap := list[key.(int)].(map[string]any); isMap {
			list[key.(int)] = map[string]any{}
		}
		return
	}
	delete(parent.(map[string]any), key.(string))
}

func set(value any) func(parent, key any) {
	return func(parent, key any) {
		if list, is := parent.([]any); is {
			list[key.(int)] = value
		} else {
			parent.(map[string]any)[key.(string)] = value
		}
	}
}
