package hosts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// pluginHosts are the programs that run legacy plugins.
var pluginHosts = []host{
	{program: "kustomize", args: []string{"build", "--enable-alpha-plugins"}},
	{program: "kubectl", args: []string{"kustomize", "--enable-alpha-plugins"}},
}

// onPluginHosts runs a test on every host of legacy plugins, with the plugin
// installed for it.
func onPluginHosts(t *testing.T, test func(t *testing.T, h host)) {
	t.Helper()
	plugins := t.TempDir()
	dir := filepath.Join(plugins, "cloison.dev", "v1alpha1", "segregation")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.Symlink(filepath.Join(root, "bin", "cloison"), filepath.Join(dir, "Segregation")))
	for _, h := range pluginHosts {
		h.env = []string{"KUSTOMIZE_PLUGIN_HOME=" + plugins}
		t.Run(h.program, func(t *testing.T) { test(t, h) })
	}
}

// plugged is validated for hosts that run the function as a legacy plugin, with
// more lines for the overlay's kustomization.
func plugged(more string) files {
	return files{
		"base/kustomization.yaml": "resources: [web.yaml]\ngenerators: " +
			"[segregation.yaml]\nvalidators: [validate.yaml]\n",
		"base/segregation.yaml":      shop(),
		"base/validate.yaml":         shop(validateMode),
		"base/web.yaml":              web,
		"overlay/kustomization.yaml": "resources: [../base]\nvalidators: [validate.yaml]\n" + more,
		"overlay/validate.yaml":      shop(validateMode),
	}
}

func TestPluginExpandsAsTheFunctionDoes(t *testing.T) {
	want := kustomize.succeed(t, folder(t, transformed())).stdout
	onPluginHosts(t, func(t *testing.T, h host) {
		got := h.succeed(t, overlay(t, plugged("")))
		require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout))
		require.Equal(t, want, got.stdout)
	})
}

func TestPluginShowsWhatIsRefused(t *testing.T) {
	onPluginHosts(t, func(t *testing.T, h host) {
		tests := []struct {
			name     string
			files    files
			messages []string
		}{
			{name: "every mistake of the spec", files: files{"base/segregation.yaml": threeMistakes()},
				messages: mistakes},
			{
				name: "an object that an overlay deletes",
				files: plugged(`
patches:
  - patch: |
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop-backend}
      $patch: delete
`),
				messages: []string{"error CLS-K006 NetworkPolicy shop-backend/default-deny: "},
			},
			{
				name: "a legacy transformer, which could not add anything",
				files: files{"overlay/kustomization.yaml": "resources: [../base]\ntransformers: [transform.yaml]\n",
					"overlay/transform.yaml": shop()},
				messages: []string{"error CLS-K001: kustomize's legacy transformers cannot add resources; "},
			},
			{
				name:     "an object that is written by hand and generated",
				files:    files{"base/web.yaml": clashing},
				messages: []string{"exists; ", "behavior must be merge or replace"},
			},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				h.refuse(t, test.messages, overlay(t, plugged("").with(test.files)))
			})
		}
	})
}

func TestPluginNeedsAlphaPlugins(t *testing.T) {
	onPluginHosts(t, func(t *testing.T, h host) {
		h.args = h.args[:1]
		h.refuse(t, []string{"external plugins disabled; unable to load external plugin 'Segregation'"},
			overlay(t, plugged("")))
	})
}

func TestKubectlSkipsExecFunctionsWithoutAWord(t *testing.T) {
	onPluginHosts(t, func(t *testing.T, h host) {
		got := h.succeed(t, folder(t, transformed()))
		require.Equal(t, []string{webObject}, objectsOf(t, got.stdout))
		require.Empty(t, got.stderr)
	})
}
