package hosts

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheKustomizationsOfTheRuntimeBuild builds what users apply by hand, with
// kustomize and with kubectl, which has an older one.
func TestTheKustomizationsOfTheRuntimeBuild(t *testing.T) {
	for folder, want := range map[string][]string{
		"crds": {
			"CustomResourceDefinition externalsecrets.external-secrets.io",
			"CustomResourceDefinition secretstores.external-secrets.io",
		},
		"base": {
			"ServiceAccount component/cloison-sync", "Role component/cloison-sync", "RoleBinding component/cloison-sync",
			"Deployment component/cloison-sync", "NetworkPolicy component/cloison-sync",
			"NetworkPolicy component/cloison-sync-dns",
		},
		"monitoring": {"PrometheusRule cloison-sync", "ConfigMap cloison-sync-dashboard"},
	} {
		path := filepath.Join(root, "kustomization", "sync", folder)
		for _, builder := range []host{
			{program: "kustomize", args: []string{"build"}}, {program: "kubectl", args: []string{"kustomize"}},
		} {
			got := builder.succeed(t, path)
			require.ElementsMatch(t, want, objectsOf(t, got.stdout), "%s of %s", builder.program, folder)
			require.Empty(t, got.stderr)
		}
	}
}
