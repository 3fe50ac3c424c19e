package argocd

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/stretchr/testify/require"
)

// shop is a repository with a Segregation of two components, as a transformer of its kustomization.
func shop() files {
	return files{
		"shop/kustomization.yaml": "transformers: [segregation.yaml]\n",
		"shop/segregation.yaml":   segregation("shop", "exec: {path: cloison}"),
	}
}

// segregation is one of two components, run by a function.
func segregation(name, function string) string {
	return fmt.Sprintf(`apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: %s
  annotations: {config.kubernetes.io/function: %q}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    web: {secrets: {keys: [TOKEN]}}
    db: {}
`, name, function)
}

// with is the files and more, of which those of the same path replace the others.
func (f files) with(more files) files {
	maps.Copy(f, more)
	return f
}

// TestExamplesRender has Argo CD render every example, found by what is in the folder and by the name of the plugin.
func TestExamplesRender(t *testing.T) {
	serve(t)
	for _, example := range exampleFolders(t) {
		t.Run(example, func(t *testing.T) {
			want := rendered(t, filepath.Join(inRoot("examples"), example))
			for way, source := range map[string]v1alpha1.ApplicationSource{
				"discovered": {Path: example}, "named": plugged(example),
			} {
				got, err := manifestsOf(t.Context(), inRoot("examples"), "shop", source)
				require.NoError(t, err, way)
				require.Equal(t, want, untracked(t, got), way)
			}
		})
	}
}

// TestDiscovery shows which folders are taken for the plugin's, when an Application says nothing.
func TestDiscovery(t *testing.T) {
	serve(t)
	clone := cloned(t, files{
		"a/segregation.yml":    segregation("a", ""),
		"b/cloison.yaml":       segregation("b", ""),
		"plain/configmap.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}",
		// In the folder itself, not below: a folder of Applications is none of ours.
		"plain/deep/segregation.yaml": segregation("deep", ""),
	})
	for folder, namespace := range map[string]string{"a": "a-db", "b": "b-db"} {
		objects, err := manifestsOf(t.Context(), clone, "shop", v1alpha1.ApplicationSource{Path: folder})
		require.NoError(t, err)
		require.Equal(t, namespace, objects[0].GetName())
	}
	objects, err := manifestsOf(t.Context(), clone, "shop", v1alpha1.ApplicationSource{Path: "plain"})
	require.NoError(t, err)
	require.Len(t, objects, 1)
	require.Equal(t, "plain", objects[0].GetName())

	// A name is of no use without the file. Without discovery it is all that is needed.
	require.Contains(t, refused(t, clone, plugged("plain")),
		`could not find cmp-server plugin with name "cloison" supporting the given repository`)
}

// TestWithoutDiscovery has the plugin.yaml that the commands of the documentation make, for Applications that name the
// plugin.
func TestWithoutDiscovery(t *testing.T) {
	folder := cloned(t, files{"kustomization/argocd/plugin.yaml": pluginYAML(t)})
	run(t, folder, "sh", "-e", "-c", documented(t, "sh", "sed "))
	config, err := os.ReadFile(filepath.Join(folder, "dist/argocd/plugin.yaml"))
	require.NoError(t, err)
	serveWith(t, string(config))
	clone := cloned(t, files{"shop/walls.yaml": segregation("shop", "")})
	objects, err := manifestsOf(t.Context(), clone, "shop", plugged("shop"))
	require.NoError(t, err)
	require.Equal(t, "shop-db", objects[0].GetName())
	objects, err = manifestsOf(t.Context(), clone, "shop", v1alpha1.ApplicationSource{Path: "shop"})
	require.NoError(t, err)
	require.Len(t, objects, 1, "plain manifests, as the plugin is not asked")
}

// TestParameters sets what an Application may say.
func TestParameters(t *testing.T) {
	serve(t)
	clone := cloned(t, shop().with(files{
		"shop/eu/kustomization.yaml": "transformers: [segregation.yaml]\n",
		"shop/eu/segregation.yaml":   segregation("eu", "exec: {path: cloison}"),
	}))
	objects, err := manifestsOf(t.Context(), clone, "shop", plugged("shop", parameter("path", "eu")))
	require.NoError(t, err)
	require.Equal(t, rendered(t, filepath.Join(clone, "shop/eu")), untracked(t, objects))

	// An info does not fail the Application, but where it says so.
	const unchecked = "info CLS-I001 Segregation shop spec.validation.paths: "
	_, err = manifestsOf(t.Context(), clone, "shop", plugged("shop", parameter("fail-on", "warning")))
	require.NoError(t, err)
	require.Contains(t, refused(t, clone, plugged("shop", parameter("fail-on", "info"))), unchecked)

	list := v1alpha1.ApplicationSourcePluginParameter{
		Name: "path", OptionalArray: &v1alpha1.OptionalArray{Array: []string{"eu"}},
	}
	message := refused(t, clone, plugged("shop", list, parameter("fail-on", "never"), parameter("pth", "eu"),
		parameter("path", "../shop")))
	for _, problem := range []string{
		`spec.source.plugin.parameters[0].string: the parameter "path" must have one; lists and maps are not taken`,
		`spec.source.plugin.parameters[1].string: "never" must be error, warning or info`,
		`spec.source.plugin.parameters[2].name: "pth" must be path or fail-on (did you mean "path"?)`,
		`spec.source.plugin.parameters[3].string: "../shop" must be a path below the folder of the Application`,
	} {
		require.Contains(t, message, problem)
	}
}

// TestFindingsAreShown has mistakes in a Segregation and in what stands beside it.
func TestFindingsAreShown(t *testing.T) {
	serve(t)
	clone := cloned(t, shop().with(files{
		"shop/segregation.yaml": strings.ReplaceAll(segregation("shop", "exec: {path: cloison}"),
			"projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}", "projectID: mine, regoin: fr-par}"),
		"open/kustomization.yaml": "resources: [open.yaml]\ntransformers: [segregation.yaml]\n",
		"open/segregation.yaml":   segregation("shop", "exec: {path: cloison}"),
		"open/open.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop-db}
spec: {podSelector: {}, ingress: [{}], policyTypes: [Ingress]}
`,
	}))
	for folder, findings := range map[string][]string{
		"shop": {"error CLS-S003 Segregation shop spec.scaleway.regoin: unknown field",
			`error CLS-S007 Segregation shop spec.scaleway.projectID: "mine" must be the UUID`},
		"open": {"error CLS-N021 NetworkPolicy shop-db/open spec.ingress[0]: "},
	} {
		message := refused(t, clone, plugged(folder))
		for _, finding := range findings {
			require.Contains(t, message, finding)
		}
	}
}

// TestNothingIsNoSuccess renders what has no objects. Argo CD takes an empty output for a success, and prunes all.
func TestNothingIsNoSuccess(t *testing.T) {
	t.Run("an empty output", func(t *testing.T) {
		serve(t, "command: [/cloison, argocd-plugin]", "command: ['true', /cloison, ignored]")
		objects, err := manifestsOf(t.Context(), cloned(t, shop()), "shop", plugged("shop"))
		require.NoError(t, err)
		require.Empty(t, objects)
	})
	t.Run("an empty folder", func(t *testing.T) {
		serve(t, "discover:", "ignored:")
		clone := cloned(t, files{
			"none/readme.md": "nothing", "empty/kustomization.yaml": "resources: []\n",
			"local/kustomization.yaml": "resources: [a.yaml]\n",
			"local/a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: " +
				`{config.kubernetes.io/local-config: "true"}}}`,
		})
		for _, folder := range []string{"none", "empty", "local"} {
			require.Contains(t, refused(t, clone, plugged(folder)), "there must be a Segregation")
		}
	})
}

// TestNothingOfARepositoryIsExecuted has programs in a repository, one of them called as Cloison, which would have no
// objects. Argo CD takes the right to execute from what it sends.
func TestNothingOfARepositoryIsExecuted(t *testing.T) {
	ran := filepath.Join(t.TempDir(), "ran")
	program := "#!/bin/sh\ntouch " + ran + "\n"
	clone := cloned(t, files{
		"own/kustomization.yaml":   "transformers: [segregation.yaml]\n",
		"own/segregation.yaml":     segregation("shop", "exec: {path: ./cloison}"),
		"own/cloison":              program,
		"other/cloison.yaml":       segregation("shop", "exec: {path: ./other}"),
		"other/kustomization.yaml": "transformers: [cloison.yaml]\n",
		"other/other":              program,
	})
	serve(t)
	objects, err := manifestsOf(t.Context(), clone, "shop", plugged("own"))
	require.NoError(t, err)
	require.NotEmpty(t, objects)
	require.Contains(t, refused(t, clone, plugged("other")), "allow it with --enable-exec")

	serve(t, "[/cloison, argocd-plugin]", "[/cloison, argocd-plugin, --enable-exec]")
	require.Contains(t, refused(t, clone, plugged("other")), "permission denied")
	require.NoFileExists(t, ran)
}

// TestHistoryIsNotSent asks for a file below .git, which is there when nothing is excluded.
func TestHistoryIsNotSent(t *testing.T) {
	serve(t)
	clone := cloned(t, shop().with(files{
		"kustomization.yaml":    "resources: [.git/a/configmap.yaml, shop]\n",
		"cloison.yaml":          "",
		".git/a/configmap.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n",
	}))
	require.Contains(t, refused(t, clone, plugged(".")), ".git/a/configmap.yaml")
	_, err := manifestsOf(t.Context(), clone, "shop", plugged("."), repository.WithCMPTarExcludedGlobs(nil))
	require.NoError(t, err)
}
