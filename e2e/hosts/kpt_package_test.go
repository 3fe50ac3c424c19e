package hosts

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// published is the package that users start with.
func published(t *testing.T) files {
	t.Helper()
	return read(t, filepath.Join(root, "kustomization", "kpt"))
}

func TestThePackageOfKptIsRendered(t *testing.T) {
	dir := folder(t, published(t))
	kptRender.succeed(t, dir)
	once := read(t, dir)
	require.ElementsMatch(t, []string{"Kptfile", "README.md", "segregation.yaml", "shop/backend.yaml",
		"shop/frontend.yaml"}, once.names())
	kptRender.succeed(t, dir)
	requireFiles(t, once, read(t, dir))

	edit(t, dir, "shop/backend.yaml", "pod-security.kubernetes.io/enforce: baseline",
		"pod-security.kubernetes.io/enforce: privileged")
	write(t, dir, files{"Kptfile": strings.Replace(once["Kptfile"], "  mutators:\n    - exec: cloison\n", "", 1)})
	kptRender.refuse(t, []string{"CLS-K007"}, dir)
}

// TestThePackageOfKptIsRenderedWithoutKpt holds cloison render against kpt.
func TestThePackageOfKptIsRenderedWithoutKpt(t *testing.T) {
	dir := folder(t, published(t))
	without := host{program: "cloison", args: []string{"render"}}.succeed(t, dir)
	kptRender.succeed(t, dir)
	rendered := read(t, dir)
	require.ElementsMatch(t, slices.Concat(objectsOf(t, rendered["shop/backend.yaml"]),
		objectsOf(t, rendered["shop/frontend.yaml"])), objectsOf(t, without.stdout))
}

func TestThePackageOfKptRunsFromAnImage(t *testing.T) {
	buildImage(t)
	defer docker.run(t, "rmi", image)
	want := read(t, rendered(t, published(t)))
	inImage := func(content files) files {
		return content.with(files{"Kptfile": strings.ReplaceAll(content["Kptfile"], "exec: cloison", "image: "+image)})
	}
	never := []string{"--image-pull-policy", "Never"}

	t.Run("rendered", func(t *testing.T) {
		dir := folder(t, inImage(published(t)))
		render := host{program: "kpt", args: append([]string{"fn", "render"}, never...)}
		render.succeed(t, dir)
		requireFiles(t, inImage(want), read(t, dir))
		render.succeed(t, dir)
		requireFiles(t, inImage(want), read(t, dir))
	})
	t.Run("evaluated", func(t *testing.T) {
		eval := host{program: "kpt", args: append([]string{"fn", "eval", "--image", image}, never...)}
		dir := folder(t, published(t))
		eval.succeed(t, dir)
		requireFiles(t, want, read(t, dir))
		eval.succeed(t, dir, "--fn-config", filepath.Join(dir, "segregation.yaml"))
		eval.succeed(t, dir, "--type", "validator", "--", "mode=validate")
		requireFiles(t, want, read(t, dir))

		edit(t, dir, "segregation.yaml", "region: fr-par", "regoin: fr-par")
		eval.refuse(t, []string{"CLS-S003"}, dir)
	})
	t.Run("documented", func(t *testing.T) {
		help := host{program: "kpt", args: []string{"fn", "doc"}}.succeed(t, "--image", image)
		require.Equal(t, host{program: "cloison"}.succeed(t, "--help").stdout+"\n", help.stdout)
	})
}

// TestTheHelpIsWhatKptShowsOfAFunction runs the program as "kpt fn doc" runs an image: newer ones send it a list.
func TestTheHelpIsWhatKptShowsOfAFunction(t *testing.T) {
	const nothing = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n"
	for _, input := range []string{"", nothing} {
		help := host{program: "cloison"}.runWithInput(t, input, "--help")
		require.Zero(t, help.exitCode)
		require.Empty(t, help.stderr)
		require.NotContains(t, help.stdout, "ResourceList\nitems")
		for _, said := range []string{"KRM", "kpt fn render", "mutators:", "configMap: {mode: validate}"} {
			require.Contains(t, help.stdout, said)
		}
	}
}
