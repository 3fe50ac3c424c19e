package flux

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/oci"
	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// segregation is one of components, in YAML.
func segregation(components string) string {
	return `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components:
` + components
}

// booleans has names and values that YAML 1.1 takes for booleans and numbers.
func booleans(t *testing.T) string {
	t.Helper()
	return write(t, map[string]string{
		"segregation.yaml": segregation(`
    "y": {namespace: "y", labels: {team: "off"}, secrets: {keys: [A], target: "on"}}
    "no": {namespace: "no", secrets: {keys: ["Y"]}, egress: [{to: {component: "y"}, ports: [22]}]}
    "1e3": {namespace: "1e3", annotations: {owner: "0o7", since: "2026-11-30"}}
`),
		"config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"null\", namespace: \"y\"}\n" +
			"data: {\"yes\": \"no\", \"12\": \"0x1F\", time: \"12:30:45\", text: \"~\"}\n",
	})
}

// sources are folders to render, by name: the examples, and names that readers of YAML get wrong.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"booleans": booleans(t)}
	for _, pattern := range []string{"examples/*/kustomization.yaml", "examples/*/overlays/*/kustomization.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		for _, file := range found {
			name, err := filepath.Rel(root, filepath.Dir(file))
			require.NoError(t, err)
			all[filepath.ToSlash(name)] = filepath.Dir(file)
		}
	}
	return all
}

func TestFluxAppliesTheArtifactAsItWasRendered(t *testing.T) {
	host := newRegistry(t)
	for name, source := range sources(t) {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			run(t, 0, "cloison", "render", source, "-o", folder)
			reference := host + "/" + name + ":v1"
			printed, _ := run(t, 0, "cloison-push", folder, "oci://"+reference,
				"--source", "https://git.example.com/team", "--revision", "main@sha1:abc",
				"--created", "2026-11-30T02:30:00Z")

			pulled, about := pull(t, reference)
			require.Equal(t, printed, strings.Replace(about.Digest, "@", ":v1@", 1)+"\n")
			require.Equal(t, "https://git.example.com/team", about.Source)
			require.Equal(t, "main@sha1:abc", about.Revision)
			require.Equal(t, "2026-11-30T02:30:00Z", about.Created)
			require.Equal(t, read(t, folder), read(t, pulled))
			run(t, 0, "cloison", "render", source, "-o", pulled, "--check")

			want, _ := run(t, 0, "cloison", "render", source)
			got, err := build(t, fetch(t, pulled), "", nil)
			require.NoError(t, err)
			requireObjects(t, objects(t, want), objects(t, got))
		})
	}
}

func TestFluxAppliesTheFolderInGitAsItWasRendered(t *testing.T) {
	repository := write(t, map[string]string{".git/config": "", "other/file.yaml": "no: manifest"})
	for name, source := range sources(t) {
		t.Run(name, func(t *testing.T) {
			run(t, 0, "cloison", "render", source, "-o", filepath.Join(repository, "rendered", name))
			want, _ := run(t, 0, "cloison", "render", source)
			got, err := build(t, fetch(t, repository), "rendered/"+name, nil)
			require.NoError(t, err)
			requireObjects(t, objects(t, want), objects(t, got))
		})
	}
}

// TestTheArtifactIsAsFluxPushesIt compares the manifest with what Flux's client makes of the same folder.
func TestTheArtifactIsAsFluxPushesIt(t *testing.T) {
	host, folder := newRegistry(t), t.TempDir()
	run(t, 0, "cloison", "render", booleans(t), "-o", folder)
	about := oci.Metadata{Created: "1970-01-01T00:00:00Z", Source: "https://git.example.com/team", Revision: "main"}
	flux := oci.NewClient(oci.DefaultOptions())
	_, err := flux.Push(t.Context(), host+"/flux:v1", folder, oci.WithPushMetadata(about))
	require.NoError(t, err)
	run(t, 0, "cloison-push", folder, host+"/cloison:v1", "--source", about.Source, "--revision", about.Revision)

	images := map[string]any{}
	for _, name := range []string{"flux", "cloison"} {
		image, err := crane.Pull(host + "/" + name + ":v1")
		require.NoError(t, err)
		manifest, err := image.Manifest()
		require.NoError(t, err)
		require.Len(t, manifest.Layers, 1)
		images[name] = []any{manifest.SchemaVersion, manifest.MediaType, manifest.Config.MediaType,
			manifest.Layers[0].MediaType, manifest.Annotations}
	}
	assert.Equal(t, images["flux"], images["cloison"])
	theirs, _ := pull(t, host+"/flux:v1")
	ours, _ := pull(t, host+"/cloison:v1")
	assert.Equal(t, read(t, theirs), read(t, ours))
}

func TestARenderThatFailsIsNotPushed(t *testing.T) {
	host, folder := newRegistry(t), filepath.Join(t.TempDir(), "rendered")
	source := write(t, map[string]string{"segregation.yaml": segregation("    shop: {quota: {pods: many}}\n")})
	run(t, 1, "cloison", "render", source, "-o", folder)
	_, said := run(t, 1, "cloison-push", folder, host+"/shop:v1", "--source", "https://git.example.com/team",
		"--revision", "main")
	assert.Contains(t, said, "must be a folder that \"cloison render -o\" has written")
	_, err := crane.Digest(host + "/shop:v1")
	assert.ErrorContains(t, err, "NAME_UNKNOWN", "the registry has nothing of that name")
}

// TestFluxRefusesToRunCloison is why it is given what was rendered: without the function there is no wall.
func TestFluxRefusesToRunCloison(t *testing.T) {
	source := t.TempDir()
	require.NoError(t, os.CopyFS(source, os.DirFS(filepath.Join(root, "examples", "trackdechets"))))
	_, err := build(t, source, "overlays/production", nil)
	assert.ErrorContains(t, err, "external plugins disabled")
}

// TestTargetNamespaceIsNotForWhatIsRendered shows what the documentation warns of.
func TestTargetNamespaceIsNotForWhatIsRendered(t *testing.T) {
	spec := map[string]any{"targetNamespace": "elsewhere"}
	moved := func(components string) (string, error) {
		folder, source := t.TempDir(), write(t, map[string]string{"segregation.yaml": segregation(components)})
		run(t, 0, "cloison", "render", source, "-o", folder)
		return build(t, folder, "", spec)
	}
	_, err := moved("    frontend: {secrets: {keys: [A]}}\n    backend: {secrets: {keys: [A]}}\n")
	require.ErrorContains(t, err, "namespace transformation produces ID conflict")
	one, err := moved("    frontend: {secrets: {keys: [A]}}\n")
	require.NoError(t, err)
	assert.Contains(t, objects(t, one), "v1 Namespace /elsewhere")
}
