package argocd

import (
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
)

// TestPruning takes components out of a Segregation. Argo CD removes the Namespace of one, and keeps that of the other,
// which is annotated as the documentation says.
func TestPruning(t *testing.T) {
	const kept = `{annotations: {argocd.argoproj.io/sync-options: "Prune=false"}}`
	shared.sync(t, rendered(t, cloned(t, pruned("{web: {}, gone: {}, kept: "+kept+"}"))))

	ours := func(r *cache.Resource) bool {
		return r.Resource != nil && r.Resource.GetLabels()["cloison.dev/segregation"] == "pruned"
	}
	fewer := rendered(t, cloned(t, pruned("{web: {}}")))
	results, err := shared.engine.Sync(t.Context(), fewer, ours, "revision", "default", sync.WithPrune(true),
		sync.WithLogr(logr.Discard()))
	require.NoError(t, err)
	namespaces := map[string]common.ResultCode{}
	for _, result := range results {
		if result.ResourceKey.Kind == "Namespace" {
			namespaces[result.ResourceKey.Name] = result.Status
		}
	}
	require.Equal(t, map[string]common.ResultCode{
		"pruned-web": common.ResultCodeSynced, "pruned-gone": common.ResultCodePruned,
		"pruned-kept": common.ResultCodePruneSkipped,
	}, namespaces)
}

// pruned is a Segregation with components.
func pruned(components string) files {
	return files{"segregation.yaml": `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: pruned}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components: ` + components + "\n"}
}
