package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/rand"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/generators"
)

// serverSide lists, by kind, what the API server adds to what Cloison generates or
// writes in another way. kubectl and ArgoCD know these defaults of the native
// kinds. They know none of a custom resource and compare its lists whole, so a
// default in one would be drift for ever: SecretStore, ExternalSecret, PodMonitor and
// CiliumNetworkPolicy have none.
var serverSide = map[string][]string{
	"Namespace":           {"metadata.labels.kubernetes.io/metadata.name", "spec"},
	"ServiceAccount":      nil,
	"Role":                nil,
	"RoleBinding":         nil,
	"NetworkPolicy":       nil,
	"CiliumNetworkPolicy": nil,
	"ResourceQuota":       nil,
	"LimitRange":          nil,
	"SecretStore":         nil,
	"ExternalSecret":      nil,
	"PodMonitor":          nil,
	"Deployment": slices.Concat(
		[]string{"spec.progressDeadlineSeconds", "spec.revisionHistoryLimit"},
		within("spec.template.spec", "dnsPolicy", "restartPolicy", "schedulerName", "serviceAccount",
			"terminationGracePeriodSeconds"),
		within("spec.template.spec.containers", "imagePullPolicy", "ports.protocol", "terminationMessagePath",
			"terminationMessagePolicy"),
		within("spec.template.spec.containers.livenessProbe", defaultsOfProbes...),
		within("spec.template.spec.containers.readinessProbe", defaultsOfProbes...),
	),
}

var defaultsOfProbes = []string{"failureThreshold", "httpGet.scheme", "periodSeconds", "successThreshold",
	"timeoutSeconds"}

func within(path string, fields ...string) []string {
	var paths []string
	for _, field := range fields {
		paths = append(paths, path+"."+field)
	}
	return paths
}

// TestStoredIsWhatWasApplied holds every generated object of every golden output
// and example against what the API server would store.
func TestStoredIsWhatWasApplied(t *testing.T) {
	cases, err := goldenOutputs(casesDir)
	require.NoError(t, err)
	examples, err := renderedExamples(examplesDir)
	require.NoError(t, err)
	namespace := "defaults-" + rand.String(8) // Nothing is there that could add to an object.
	shared.Apply(t, fmt.Appendf(nil, "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", namespace))

	found := map[string]map[string]bool{}
	for _, path := range append(cases, examples...) {
		for _, object := range generatedObjects(t, path) {
			kind := object.GetKind()
			if found[kind] == nil {
				found[kind] = map[string]bool{}
			}
			for _, difference := range differencesOf(t, object, namespace) {
				if !slices.Contains(serverSide[kind], difference) {
					t.Errorf("%s: %s %s: the server's %s is not what was applied", path, kind,
						object.GetName(), difference)
				}
				found[kind][difference] = true
			}
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(serverSide)), slices.Sorted(maps.Keys(found)),
		"the kinds that are generated")
	for kind, differences := range serverSide {
		require.ElementsMatch(t, differences, slices.Collect(maps.Keys(found[kind])), "the server's part of %s", kind)
	}
}

// TestUnusualSpecs holds what no golden output shows: limits that the API server
// completes, and quantities in a form that it does not keep, which Cloison turns
// into the one that it keeps.
func TestUnusualSpecs(t *testing.T) {
	for _, test := range []struct {
		name, component string
		want            []string
	}{
		{"quantities in a form of their own",
			`quota: {requests.cpu: 1000m, limits.cpu: "0.5", limits.memory: 2048Mi, pods: "1e2"}`, nil},
		{"a limit with a maximum only", `limits: [{type: Container, max: {cpu: "4"}}]`,
			[]string{"spec.limits.default", "spec.limits.defaultRequest"}},
		{"a limit with a default only", `limits: [{type: Container, default: {cpu: 500m}}]`,
			[]string{"spec.limits.defaultRequest"}},
		{"a limit with a minimum only", `limits: [{type: Container, min: {cpu: 5m}}]`,
			[]string{"spec.limits.defaultRequest"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			namespace := "defaults-" + rand.String(8)
			shared.Apply(t, fmt.Appendf(nil, "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", namespace))
			for _, object := range expand(t, "defaults", "components:\n  a:\n    "+test.component) {
				if kind := object.GetKind(); kind == "ResourceQuota" || kind == "LimitRange" {
					require.Equal(t, test.want, differencesOf(t, object, namespace))
				}
			}
		})
	}
}

// generatedObjects returns those of a file's objects that Cloison made.
func generatedObjects(t *testing.T, path string) []*unstructured.Unstructured {
	t.Helper()
	objects, err := objectsIn(path)
	require.NoError(t, err)
	return slices.DeleteFunc(objects, func(object *unstructured.Unstructured) bool {
		kind := object.GroupVersionKind().GroupKind()
		return object.GetLabels()["app.kubernetes.io/managed-by"] != "cloison" ||
			!generators.Generates(kind, object.GetName())
	})
}

// differencesOf returns where the object would be stored in another way than it
// is applied. It is tried in a namespace where nothing is, or, if it is one, under
// a name that nothing has.
func differencesOf(t *testing.T, object *unstructured.Unstructured, namespace string) []string {
	t.Helper()
	applied := object.DeepCopy()
	if applied.GetKind() == "Namespace" {
		applied.SetName(namespace + "-too")
	} else {
		applied.SetNamespace(namespace)
	}
	stored, err := shared.Preview(t.Context(), applied)
	require.NoError(t, err)
	return differences(applied, stored)
}

// differences returns the fields that differ, without the indices of lists. What
// only the API server can know of an object is left out.
func differences(applied, stored *unstructured.Unstructured) []string {
	stored = stored.DeepCopy()
	for _, field := range []string{"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"} {
		unstructured.RemoveNestedField(stored.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(stored.Object, "status")
	fields := map[string]bool{}
	compare("", plain(applied), plain(stored), fields)
	return slices.Sorted(maps.Keys(fields))
}

// compare adds to fields the smallest ones below path that differ.
func compare(path string, a, b any, fields map[string]bool) {
	mapA, isMapA := a.(map[string]any)
	mapB, isMapB := b.(map[string]any)
	listA, isListA := a.([]any)
	listB, isListB := b.([]any)
	switch {
	case isMapA && isMapB:
		for key := range mapA {
			compare(path+"."+key, mapA[key], mapB[key], fields)
		}
		for key := range mapB {
			compare(path+"."+key, mapA[key], mapB[key], fields)
		}
	case isListA && isListB && len(listA) == len(listB):
		for i := range listA {
			compare(path, listA[i], listB[i], fields)
		}
	case !reflect.DeepEqual(a, b):
		fields[strings.TrimPrefix(path, ".")] = true
	}
}

// plain returns an object as JSON has it, so that numbers compare.
func plain(object *unstructured.Unstructured) any {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		panic(err)
	}
	return value
}

// TestDifferences shows what TestStoredIsWhatWasApplied would notice.
func TestDifferences(t *testing.T) {
	for _, test := range []struct {
		name, applied, stored string
		want                  []string
	}{
		{"the same", `{metadata: {name: n}, spec: {a: 1, b: [x]}}`,
			`{spec: {b: [x], a: 1}, metadata: {name: n, uid: u, generation: 1}, status: {}}`, nil},
		{"a default", `{spec: {a: 1}}`, `{spec: {a: 1, b: {c: d}}}`, []string{"spec.b"}},
		{"a default in a list", `{spec: {a: [{b: 1}, {b: 2}]}}`, `{spec: {a: [{b: 1, c: 1}, {b: 2, c: 1}]}}`,
			[]string{"spec.a.c"}},
		{"another value", `{spec: {a: 1000m}}`, `{spec: {a: "1"}}`, []string{"spec.a"}},
		{"another length", `{spec: {a: [x]}}`, `{spec: {a: [x, x]}}`, []string{"spec.a"}},
		{"a field that was dropped", `{spec: {a: 1, b: 1}}`, `{spec: {a: 1}}`, []string{"spec.b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			objects, err := cluster.Decode([]byte(test.applied + "\n---\n" + test.stored))
			require.NoError(t, err)
			for _, object := range objects {
				object.SetKind("Example")
			}
			require.Equal(t, test.want, differences(objects[0], objects[1]))
		})
	}
}
