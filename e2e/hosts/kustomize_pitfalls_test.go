package hosts

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// These tests hold what users are warned of: where the documentation names a
// pitfall, the host must still have it.

func TestKustomizeWithoutEnableExecSkipsTheFunctionWithoutAWord(t *testing.T) {
	withoutExec := host{program: "kustomize", args: []string{"build", "--enable-alpha-plugins"}}
	got := withoutExec.succeed(t, folder(t, transformed()))
	require.Equal(t, []string{webObject}, objectsOf(t, got.stdout))
	require.Empty(t, got.stderr)

	warning, err := os.ReadFile(filepath.Join(root, "docs", "kustomize.md"))
	require.NoError(t, err)
	require.Regexp(t, `(?i)without .--enable-exec.,? kustomize\s+skips the function`, string(warning))
}

func TestKustomizeRefusesToStart(t *testing.T) {
	dir := folder(t, transformed())
	withoutPlugins := host{program: "kustomize", args: []string{"build"}}
	withoutPlugins.refuse(t, []string{"external plugins disabled"}, dir)

	withoutCloison := kustomize
	withoutCloison.program = filepath.Join(root, "bin", "kustomize")
	withoutCloison.env = []string{"PATH=" + t.TempDir()}
	withoutCloison.refuse(t, []string{`exec: "cloison": executable file not found in $PATH`}, dir)
}

func TestKustomizeNamespaceTransformerAbove(t *testing.T) {
	collapsed := validated("namespace: sales\n")
	t.Run("is refused by kustomize itself when there are several components", func(t *testing.T) {
		kustomize.refuse(t, []string{"namespace transformation produces ID conflict"}, overlay(t, collapsed))
	})

	single := collapsed.with(files{
		"base/segregation.yaml": frontendOnly(runsCloison),
		"overlay/validate.yaml": frontendOnly(runsCloison, validateMode),
	})
	t.Run("moves a single component, and the validator finds it", func(t *testing.T) {
		kustomize.refuse(t, []string{
			`error CLS-K010 Namespace shop-frontend: the objects of component "frontend" must be in namespace ` +
				`"shop-frontend", and are in sales; `,
		}, overlay(t, single))
	})
	t.Run("moves a single component, and nobody says so without the validator", func(t *testing.T) {
		single["overlay/kustomization.yaml"] = "resources: [../base]\nnamespace: sales\n"
		got := kustomize.succeed(t, overlay(t, single))
		require.Contains(t, objectsOf(t, got.stdout), "Namespace sales")
		require.Contains(t, objectsOf(t, got.stdout), "NetworkPolicy sales/default-deny")
		require.NotContains(t, got.stdout, "namespace: shop-frontend\n")
	})
}

// What kustomize does by itself happens before the function runs, so it changes
// what stands among the resources and nothing of what the function adds.
func TestKustomizeBuiltInTransformersBesideTheFunction(t *testing.T) {
	const asTransformer = "resources: [web.yaml]\ntransformers: [segregation.yaml]\n"
	const asResource = "resources: [web.yaml, segregation.yaml]\ntransformers: [cloison.yaml]\n"
	tests := []struct {
		name, kustomization, web string
	}{
		{name: "namePrefix, with the Segregation as transformer", kustomization: asTransformer + "namePrefix: sales-\n",
			web: "ConfigMap shop-frontend/sales-web"},
		{name: "namespace, with the Segregation as transformer", kustomization: asTransformer + "namespace: sales\n",
			web: "ConfigMap sales/web"},
		{name: "namespace, with the Segregation as resource", kustomization: asResource + "namespace: sales\n",
			web: "ConfigMap sales/web"},
		{name: "commonLabels, with the Segregation as transformer",
			kustomization: asTransformer + "commonLabels: {team: sales}\n", web: webObject},
		{name: "commonLabels, with the Segregation as resource",
			kustomization: asResource + "commonLabels: {team: sales}\n", web: webObject},
		{name: "labels, with the Segregation as resource", kustomization: asResource + "labels: [{pairs: {team: " +
			"sales}, includeSelectors: true}]\n", web: webObject},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := kustomize.succeed(t, folder(t, files{
				"kustomization.yaml": test.kustomization,
				"cloison.yaml":       function("{}"),
				"segregation.yaml":   shop(localConfig, runsCloison),
				"web.yaml":           web,
			}))
			require.ElementsMatch(t, plus(shopObjects, test.web), objectsOf(t, got.stdout))
			require.LessOrEqual(t, len(regexp.MustCompile(`(?m)^ +team: sales$`).FindAllString(got.stdout, -1)), 1,
				"only the hand-written object may have the label")
		})
	}
}

func TestKustomizeNamePrefixRenamesASegregationAmongTheResources(t *testing.T) {
	got := kustomize.succeed(t, folder(t, files{
		"kustomization.yaml": "resources: [web.yaml, segregation.yaml]\ntransformers: " +
			"[cloison.yaml]\nnamePrefix: sales-\n",
		"cloison.yaml":     function("{}"),
		"segregation.yaml": shop(localConfig),
		"web.yaml":         web,
	}))
	objects := objectsOf(t, got.stdout)
	require.Contains(t, objects, "Namespace sales-shop-frontend")
	require.NotContains(t, objects, "Namespace shop-frontend")
	require.Contains(t, objects, "ConfigMap shop-frontend/sales-web", "what is written by hand stays behind")
}

func TestKustomizeTransformerInTheModeValidateDropsEverything(t *testing.T) {
	got := kustomize.succeed(t, overlay(t, validated("").with(files{
		"overlay/kustomization.yaml": "resources: [../base]\ntransformers: [validate.yaml]\n",
	})))
	require.Empty(t, got.stdout)
}
