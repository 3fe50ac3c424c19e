package hosts

import (
	"os"
	"os/exec"
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
	want := folder(t, published(t))
	kptRender.succeed(t, want)

	dir := folder(t, published(t))
	kptfile := strings.ReplaceAll(published(t)["Kptfile"], "exec: cloison", "image: "+image)
	write(t, dir, files{"Kptfile": kptfile})
	host{program: "kpt", args: []string{"fn", "render", "--image-pull-policy", "Never"}}.succeed(t, dir)
	requireFiles(t, read(t, want).with(files{"Kptfile": kptfile}), read(t, dir))

	help := host{program: "kpt", args: []string{"fn", "doc"}}.succeed(t, "--image", image)
	require.Contains(t, help.stdout, "Cloison splits an application into components")
}

// TestAKptfileOfANewerKptIsData sends what newer versions write into a Kptfile: the function hands it on as it came.
func TestAKptfileOfANewerKptIsData(t *testing.T) {
	const kptfile = `- apiVersion: kpt.dev/v1
  kind: Kptfile
  metadata:
    name: shop
    annotations:
      config.kubernetes.io/local-config: "true"
      internal.config.kubernetes.io/path: Kptfile
  pipeline:
    mutators:
    - image: registry.example.com/cloison@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      tag: v1
  status:
    conditions:
    - type: Rendered
      status: "True"
      reason: RenderSuccess
    renderStatus:
      mutationSteps:
      - image: registry.example.com/cloison
        exitCode: 0
`
	segregation, err := os.ReadFile(filepath.Join(root, "kustomization", "kpt", "segregation.yaml"))
	require.NoError(t, err)
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + kptfile + "- " +
		strings.TrimSpace(strings.ReplaceAll(withoutComments(string(segregation)), "\n", "\n  ")) + "\n"
	cloison := exec.Command(filepath.Join(root, "bin", "cloison"))
	cloison.Stdin = strings.NewReader(list)
	output, err := cloison.Output()
	require.NoError(t, err)
	require.Contains(t, string(output), kptfile)
	require.Contains(t, string(output), "name: shop-backend")
}

// withoutComments drops the lines of comments at the top.
func withoutComments(text string) string {
	for strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}
