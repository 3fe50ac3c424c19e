package roots_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/roots"
)

// write writes files: their paths, and what is in them.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	top := t.TempDir()
	for name, text := range files {
		file := filepath.Join(top, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	return top
}

func nothingLeftOut(string, bool) bool { return false }

func find(t *testing.T, files map[string]string) roots.Found {
	t.Helper()
	top := write(t, files)
	assert.True(t, roots.Is(top, nothingLeftOut))
	tree, err := roots.Read(top, nothingLeftOut)
	require.NoError(t, err)
	return roots.Find(tree)
}

const (
	object    = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	cluster   = "apiVersion: cloison.dev/v1alpha1\nkind: Cluster\nmetadata: {name: c}\n"
)

func kustomization(resources string) string { return "resources: [" + resources + "]\n" }

func TestWhatIsDeployed(t *testing.T) {
	found := find(t, map[string]string{
		"README.md":                            "no manifest",
		"cluster.yaml":                         cluster,
		"base/kustomization.yaml":              kustomization("web.yaml, ../common/ns.yaml"),
		"base/web.yaml":                        object,
		"base/stray.yaml":                      object,
		"common/ns.yaml":                       object,
		"overlays/dev/kustomization.yml":       kustomization("../../base") + "components: [../../components/debug]\npatches: [{path: p.yaml}]\n",
		"overlays/dev/p.yaml":                  object,
		"overlays/prod/Kustomization":          kustomization("../../base/") + "configMapGenerator: [{name: c, files: [x=c.json]}]\n",
		"overlays/prod/c.json":                 "{}",
		"components/debug/kustomization.yaml":  component,
		"components/unused/kustomization.yaml": component,
		"infra/crds/crd.yaml":                  object,
		"infra/rbac.yaml":                      object,
		"charts/web/Chart.yaml":                "name: web\n",
		"charts/web/templates/deployment.yaml": "{{ if }}",
		".github/workflow.yaml":                object,
		"apps/legacy/app.yaml":                 object,
		"apps/new/kustomization.yaml":          kustomization("app.yaml, 'https://example.com/x?ref=v1'"),
		"apps/new/app.yaml":                    object,
		"apps/new/deep/cluster.yaml":           cluster,
	})
	assert.Equal(t, roots.Found{
		Roots: []roots.Root{
			{Path: "apps/legacy", Files: []string{"apps/legacy/app.yaml"}, Instructions: []string{"cluster.yaml"}},
			{Path: "apps/new", Kustomization: true, Instructions: []string{"cluster.yaml"}},
			{Path: "infra", Files: []string{"infra/crds/crd.yaml", "infra/rbac.yaml"}, Instructions: []string{"cluster.yaml"}},
			{Path: "overlays/dev", Kustomization: true, Instructions: []string{"cluster.yaml"}},
			{Path: "overlays/prod", Kustomization: true, Instructions: []string{"cluster.yaml"}},
		},
		LeftOut: []roots.LeftOut{
			{"apps/new/deep/cluster.yaml", "lies in a kustomization that does not name it"},
			{"base", "a part of overlays/dev and overlays/prod"},
			{"base/stray.yaml", "lies in a kustomization that does not name it"},
			{"components/debug", "a Component of overlays/dev"},
			{"components/unused", "a Component that no kustomization names"},
		},
		Charts: []string{"charts/web"},
	}, found)
}

func TestWhatFluxAndArgoCDAreToldToDeployIsDeployed(t *testing.T) {
	found := find(t, map[string]string{
		"clusters/prod/apps.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n" +
			"spec: {path: ./base}\n---\n" +
			"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: b}\n" +
			"spec: {sources: [{path: overlays/dev/extra}]}\n---\n" +
			"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: c}\nspec:\n" +
			"  generators: [{git: {directories: [{path: parts/*}, {path: parts/b, exclude: true}]}}]\n" +
			"  template: {spec: {source: {path: '{{path}}'}}}\n",
		"base/kustomization.yaml":     kustomization("a.yaml"),
		"base/a.yaml":                 object,
		"parts/a/kustomization.yaml":  kustomization(""),
		"all/kustomization.yaml":      kustomization("../base, ../parts/a, ../other"),
		"other/kustomization.yaml":    kustomization(""),
		"overlays/kustomization.yaml": kustomization(""),
		"overlays/dev/extra/a.yaml":   object,
		"overlays/dev/unused/a.yaml":  object,
	})
	var paths []string
	for _, r := range found.Roots {
		paths = append(paths, r.Path)
	}
	assert.Equal(t, []string{"all", "base", "clusters", "overlays", "overlays/dev/extra", "parts/a"}, paths)
	assert.Equal(t, []roots.LeftOut{
		{"other", "a part of all"}, {"overlays/dev/unused/a.yaml", "lies in a kustomization that does not name it"},
	}, found.LeftOut)
}

func TestKustomizationsInACircleAreBuiltSoThatItIsSaid(t *testing.T) {
	found := find(t, map[string]string{
		"a/kustomization.yaml": kustomization("../b"), "b/kustomization.yaml": kustomization("../a"),
		"c/kustomization.yaml": "resources: [",
	})
	assert.Len(t, found.Roots, 3)
	assert.Empty(t, found.LeftOut)
}

func TestLinksToFoldersAreSaid(t *testing.T) {
	top, elsewhere := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(top, "prod")))
	require.NoError(t, os.WriteFile(filepath.Join(top, "a.yaml"), []byte(object), 0o600))
	tree, err := roots.Read(top, func(string, bool) bool { return false })
	require.NoError(t, err)
	assert.Equal(t, []roots.LeftOut{
		{"prod", "a link to a folder, which is checked where it lies; where that is elsewhere, name it"},
	}, roots.Find(tree).LeftOut)
}

func TestInstructionsOfNothing(t *testing.T) {
	found := find(t, map[string]string{"x/cluster.yaml": cluster, "y/kustomization.yaml": kustomization("")})
	assert.Equal(t, []string{"x/cluster.yaml"}, found.Instructions)
	assert.Len(t, found.Roots, 1)
}

func TestWhatIsNoRepository(t *testing.T) {
	assert.False(t, roots.Is(write(t, map[string]string{"kustomization.yaml": "", "a/kustomization.yaml": ""}), nothingLeftOut))
	assert.False(t, roots.Is(write(t, map[string]string{"a/b.yaml": object}), nothingLeftOut))
	assert.False(t, roots.Is(write(t, map[string]string{".a/kustomization.yaml": ""}), nothingLeftOut))
	assert.False(t, roots.Is("nowhere", nothingLeftOut))
	top := write(t, map[string]string{"old/x/kustomization.yaml": "", "new/a.yaml": object})
	old := func(name string, isFolder bool) bool { return isFolder && strings.HasSuffix(name, "old") }
	assert.True(t, roots.Is(top, nothingLeftOut))
	assert.False(t, roots.Is(top, old))
	tree, err := roots.Read(top, old)
	require.NoError(t, err)
	assert.Empty(t, tree.Kustomizations)
}
