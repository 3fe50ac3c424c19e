package flux

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// applier applies as kustomize-controller does, to a real API server with the operator's custom resources.
func applier(t *testing.T) *ssa.ResourceManager {
	t.Helper()
	server := &envtest.Environment{
		BinaryAssetsDirectory: filepath.Join(root, "e2e", "bin"),
		CRDDirectoryPaths:     []string{filepath.Join(root, "e2e", "bin", "crds")},
		ErrorIfCRDPathMissing: true,
	}
	config, err := server.Start()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	to, err := client.New(config, client.Options{})
	require.NoError(t, err)
	poller := polling.NewStatusPoller(to, to.RESTMapper(), polling.Options{})
	return ssa.NewResourceManager(to, poller, ssa.Owner{
		Field: "kustomize-controller", Group: kustomizev1.GroupVersion.Group,
	})
}

// built is what kustomize-controller makes of a source, with the labels that it adds.
func built(t *testing.T, manager *ssa.ResourceManager, source string) []*unstructured.Unstructured {
	t.Helper()
	folder := t.TempDir()
	run(t, 0, "cloison", "render", source, "-o", folder)
	manifests, err := build(t, fetch(t, folder), "", nil)
	require.NoError(t, err)
	found, err := ssautil.ReadObjects(strings.NewReader(manifests))
	require.NoError(t, err)
	require.NoError(t, normalize.UnstructuredList(found))
	manager.SetOwnerLabels(found, "shop", "flux-system")
	return found
}

// applied are the subjects of what was done, by what was done.
func applied(t *testing.T, manager *ssa.ResourceManager, objects []*unstructured.Unstructured) map[ssa.Action][]string {
	t.Helper()
	changes, err := manager.ApplyAllStaged(t.Context(), objects, ssa.DefaultApplyOptions())
	require.NoError(t, err)
	return changes.ToGroupedMap()
}

// TestFluxOnAnAPIServer uses one API server for all, which takes seconds to start.
func TestFluxOnAnAPIServer(t *testing.T) {
	manager := applier(t)
	t.Run("applies in one step and finds no drift", func(t *testing.T) { requireNoDrift(t, manager) })
	t.Run("keeps a namespace that says so", func(t *testing.T) { requireKept(t, manager) })
}

// requireNoDrift applies examples to a cluster that has nothing of them, Namespaces and all: a second run, which Flux
// does at each interval, has nothing to do.
func requireNoDrift(t *testing.T, manager *ssa.ResourceManager) {
	t.Helper()
	for _, source := range []string{
		booleans(t), filepath.Join(root, "examples", "secret-groups"),
		filepath.Join(root, "examples", "trackdechets", "overlays", "production"),
		filepath.Join(root, "examples", "product", "overlays", "staging"),
	} {
		objects := built(t, manager, source)
		first := applied(t, manager, objects)
		require.Len(t, first[ssa.CreatedAction], len(objects), "%v", first)
		again := applied(t, manager, built(t, manager, source))
		require.Len(t, again[ssa.UnchangedAction], len(objects), "%v", again)
	}
}

// requireKept prunes as kustomize-controller does.
func requireKept(t *testing.T, manager *ssa.ResourceManager) {
	t.Helper()
	source := write(t, map[string]string{"segregation.yaml": segregation(`
    kept: {protect: true}
    gone: {}
`)})
	objects := built(t, manager, source)
	applied(t, manager, objects)
	const prune = "kustomize.toolkit.fluxcd.io/prune"
	changes, err := manager.DeleteAll(t.Context(), objects, ssa.DeleteOptions{
		PropagationPolicy: metav1.DeletePropagationBackground,
		Inclusions:        manager.GetOwnerLabels("shop", "flux-system"),
		Exclusions:        map[string]string{prune: kustomizev1.DisabledValue},
	})
	require.NoError(t, err)
	done := changes.ToGroupedMap()
	assert.Equal(t, []string{"Namespace/shop-kept"}, done[ssa.SkippedAction])
	assert.Contains(t, done[ssa.DeletedAction], "Namespace/shop-gone")
	assert.Contains(t, done[ssa.DeletedAction], "NetworkPolicy/shop-kept/default-deny", "which the page warns of")
}
