package hosts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// newerKptfiles are what kpt 1.0.0-beta.67 has written into the Kptfile of the package to start with: the first after
// a render, the second after one that failed, which holds the findings. The others declare the function in ways that
// kpt 1.0.0-beta.56 does not know. Facts: docs/facts.md, "Kptfiles of newer versions".
func newerKptfiles(t *testing.T) files {
	t.Helper()
	written := read(t, filepath.Join("testdata", "newer-kpt"))
	require.ElementsMatch(t, []string{"failed.yaml", "rendered.yaml"}, written.names())
	of := func(function string) string {
		return replaceOnce(t, written["rendered.yaml"], "mutators:\n    - exec: cloison\n",
			"mutators:\n    - "+function)
	}
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	return files{
		"after a render":             written["rendered.yaml"],
		"after a render that failed": written["failed.yaml"],
		"an image by digest":         of("image: registry.example.com/team/cloison@" + digest + "\n"),
		"an image by tag and digest": of("image: registry.example.com/team/cloison:v1.2.3@" + digest + "\n"),
		"an image by a range of tags": of("image: registry.example.com:5000/team/cloison\n      tag: \">=1.2 <2\"\n" +
			"      name: wall\n"),
	}
}

// TestAKptfileOfANewerKptIsData evaluates the function by itself, which every kpt can, and renders the package without
// kpt.
func TestAKptfileOfANewerKptIsData(t *testing.T) {
	without := folder(t, published(t))
	kptRender.succeed(t, without)
	for name, kptfile := range newerKptfiles(t) {
		t.Run(name, func(t *testing.T) {
			content := published(t).with(files{"Kptfile": kptfile})
			want := read(t, without).with(files{"Kptfile": kptfile})

			evaluated := folder(t, content)
			kptEval.succeed(t, evaluated)
			requireFiles(t, want, read(t, evaluated))
			kptEval.succeed(t, evaluated)
			requireFiles(t, want, read(t, evaluated))

			rendered, render := folder(t, content), host{program: "cloison", args: []string{"render"}}
			require.Equal(t, render.succeed(t, folder(t, published(t))).stdout, render.succeed(t, rendered).stdout)
			requireFiles(t, content, read(t, rendered))
		})
	}
}

// TestKptRenderKnowsWhatANewerKptWrote renders a package that a newer kpt has rendered. kpt 1.0.0-beta.56 refuses it
// before it starts a function, and changes nothing; a newer one writes the state of this render over that of the last.
func TestKptRenderKnowsWhatANewerKptWrote(t *testing.T) {
	want := read(t, rendered(t, published(t)))
	for _, state := range []string{"after a render", "after a render that failed"} {
		t.Run(state, func(t *testing.T) {
			content := published(t).with(files{"Kptfile": newerKptfiles(t)[state]})
			dir := folder(t, content)
			if got := kptRender.run(t, dir); got.exitCode == 0 {
				requireFiles(t, want.with(files{"Kptfile": newerKptfiles(t)["after a render"]}), read(t, dir))
			} else {
				require.Contains(t, got.stderr, "field renderStatus not found")
				requireFiles(t, content, read(t, dir))
			}
		})
	}
}

// TestAKptfileOfANewerKptPassesThroughTheFunction compares every byte of it, which kpt would format.
func TestAKptfileOfANewerKptPassesThroughTheFunction(t *testing.T) {
	segregation, err := os.ReadFile(filepath.Join(root, "kustomization", "kpt", "segregation.yaml"))
	require.NoError(t, err)
	for name, kptfile := range newerKptfiles(t) {
		t.Run(name, func(t *testing.T) {
			item := "- " + indented(kptfile+"# A remark.\nodd:   {spaces: \"\"}\n")
			list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + item + "- " +
				indented(strings.TrimLeft(string(segregation), "\n"))
			got := host{program: "cloison"}.runWithInput(t, list)
			require.Zero(t, got.exitCode, got.stderr)
			require.Contains(t, got.stdout, item)
			require.Contains(t, got.stdout, "name: shop-backend")
		})
	}
}

// indented is a document as an item of a list, but for its first line.
func indented(document string) string {
	return strings.ReplaceAll(strings.TrimSuffix(document, "\n"), "\n", "\n  ") + "\n"
}
