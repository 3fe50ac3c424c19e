package argocd

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// comparison is a way of Argo CD to compare.
type comparison struct {
	name    string
	options []diff.Option
}

// comparisons are the ways for what was applied server-side, or as "kubectl apply" does otherwise.
func (to *target) comparisons(t *testing.T, serverSide bool) []comparison {
	t.Helper()
	_, parser, err := to.kubectl.LoadOpenAPISchema(to.config)
	require.NoError(t, err)
	applier, cleanup, err := to.kubectl.ManageServerSideDiffDryRuns(to.config)
	require.NoError(t, err)
	t.Cleanup(cleanup)
	known := []diff.Option{diff.WithGVKParser(parser), diff.WithManager(manager)}
	all := []comparison{
		{"default", nil},
		{"ServerSideDiff", append(known, diff.WithServerSideDiff(true),
			diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)))},
	}
	if serverSide {
		all = append(all, comparison{"ServerSideApply", append(known, diff.WithStructuredMergeDiff(true))})
	}
	return all
}

// drift compares what is applied with what is there, in every way. Each difference is a line: the way, the object, the
// field and its values.
func (to *target) drift(t *testing.T, objects []*unstructured.Unstructured, serverSide bool) []string {
	t.Helper()
	var all []string
	comparisons := to.comparisons(t, serverSide)
	for _, object := range objects {
		live := to.get(t, object)
		for _, by := range comparisons {
			result, err := diff.Diff(object.DeepCopy(), live.DeepCopy(), by.options...)
			require.NoErrorf(t, err, "%s: %s %s", by.name, object.GetKind(), object.GetName())
			if result.Modified {
				all = append(all, fmt.Sprintf("%s: %s %s/%s: %s", by.name, object.GetKind(), object.GetNamespace(),
					object.GetName(), strings.Join(differences(t, result), ", ")))
			}
		}
	}
	return all
}

// differences are the fields in which a result differs, each with the value that would be and the one that is.
func differences(t *testing.T, result *diff.DiffResult) (fields []string) {
	t.Helper()
	var predicted, live any
	require.NoError(t, json.Unmarshal(result.PredictedLive, &predicted))
	require.NoError(t, json.Unmarshal(result.NormalizedLive, &live))
	var compare func(path string, a, b any)
	compare = func(path string, a, b any) {
		mapA, isMapA := a.(map[string]any)
		mapB, isMapB := b.(map[string]any)
		if !isMapA || !isMapB {
			if !assert.ObjectsAreEqual(a, b) {
				fields = append(fields, fmt.Sprintf("%s: %v, is %v", path, a, b))
			}
			return
		}
		for key := range mapA {
			compare(path+"."+key, mapA[key], mapB[key])
		}
		for key := range mapB {
			if _, both := mapA[key]; !both {
				compare(path+"."+key, nil, mapB[key])
			}
		}
	}
	compare("", predicted, live)
	return fields
}

// TestAppliedTwiceNothingDiffers syncs what the plugin renders of every example, and what is applied beside it, with
// Argo CD's own sync. A second one changes no object, and no way of comparing finds a difference.
func TestAppliedTwiceNothingDiffers(t *testing.T) {
	serve(t)
	applied := map[string][]*unstructured.Unstructured{}
	for _, example := range exampleFolders(t) {
		objects, err := manifestsOf(t.Context(), inRoot("examples"), "shop", plugged(example))
		require.NoError(t, err)
		applied[example] = objects
	}
	applied["kustomization/sync/base"] = byHand(t)
	to := shared
	for name, objects := range applied {
		for _, serverSide := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", server-side", false: ", client-side"}[serverSide], func(t *testing.T) {
				to.sync(t, objects, sync.WithServerSideApply(serverSide))
				before := to.versions(t, objects)
				to.sync(t, objects, sync.WithServerSideApply(serverSide))
				require.Equal(t, before, to.versions(t, objects))
				require.Empty(t, to.drift(t, objects, serverSide))
				to.remove(t, objects)
			})
		}
	}
}

// versions change with every change of an object.
func (to *target) versions(t *testing.T, objects []*unstructured.Unstructured) map[kube.ResourceKey]string {
	t.Helper()
	versions := map[kube.ResourceKey]string{}
	for _, object := range objects {
		versions[kube.GetResourceKey(object)] = to.get(t, object).GetResourceVersion()
	}
	return versions
}

// byHand is the base for people who write manifests by hand, with the namespace that it is for.
func byHand(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	text := run(t, root, "kustomize", "build", filepath.Join("kustomization", "sync", "base"))
	objects, err := kube.SplitYAML([]byte(text + `---
apiVersion: v1
kind: Namespace
metadata: {name: component, labels: {pod-security.kubernetes.io/enforce: restricted}}
`))
	require.NoError(t, err)
	return objects
}

// TestDriftIsFound changes what is there, which every way of comparing finds.
func TestDriftIsFound(t *testing.T) {
	to, objects := shared, byHand(t)
	to.sync(t, objects, sync.WithServerSideApply(true))
	changed := one(t, copies(objects), "Role", "cloison-sync")
	rules, _, err := unstructured.NestedSlice(changed.Object, "rules")
	require.NoError(t, err)
	require.NoError(t, unstructured.SetNestedSlice(changed.Object, rules[1:], "rules"))
	for _, by := range to.comparisons(t, true) {
		result, err := diff.Diff(changed, to.get(t, changed), by.options...)
		require.NoError(t, err)
		require.True(t, result.Modified, by.name)
	}
	to.remove(t, objects)
}
