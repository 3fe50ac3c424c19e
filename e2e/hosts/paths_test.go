package hosts

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// The overlay whose paths the seed of the example holds.
const production = "overlays/production"

// scaleway is an emulator that holds what the example's seed says.
type scaleway struct {
	*emulator.Server
	seed emulator.Seed
	// env is what makes Cloison ask it.
	env []string
}

func newScaleway(t *testing.T) *scaleway {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples/trackdechets/scaleway.yaml"))
	require.NoError(t, err)
	seed, err := emulator.ReadSeed(text)
	require.NoError(t, err)
	s := &scaleway{Server: emulator.New(emulator.Config{}), seed: seed}
	require.NoError(t, s.Load(seed))
	served := httptest.NewServer(s)
	t.Cleanup(served.Close)
	s.env = []string{"SCW_API_URL=" + served.URL, "SCW_ACCESS_KEY=" + seed.Keys[0].AccessKey,
		"SCW_SECRET_KEY=" + seed.Keys[0].SecretKey}
	return s
}

// requireSilent holds that no value of a secret and no API key stands in an output.
func (s *scaleway) requireSilent(t *testing.T, got result) {
	t.Helper()
	hidden := []string{s.seed.Keys[0].SecretKey}
	for _, secret := range s.seed.Secrets {
		for _, value := range secret.Values {
			if strings.Contains(value, "made-up") { // the others, such as a region, stand in manifests too
				hidden = append(hidden, value)
			}
		}
	}
	for _, value := range hidden {
		require.Zero(t, strings.Count(got.stdout, value), "a value or key stands in the output")
		require.Zero(t, strings.Count(got.stderr, value), "a value or key stands in the messages")
	}
}

// live is a copy of the example whose production overlay has its paths checked live.
func live(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples/trackdechets"))))
	name := production + "/segregation.yaml"
	patch, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	write(t, dir, files{name: string(patch) + "  validation: {paths: Live}\n"})
	return dir
}

func (s *scaleway) build(t *testing.T, dir string) result {
	t.Helper()
	host := kustomize
	host.env = s.env
	got := host.run(t, filepath.Join(dir, production))
	s.requireSilent(t, got)
	return got
}

// TestTheInventoryOfTheExampleIsWhatScalewayHolds writes it again, as the example's README says.
func TestTheInventoryOfTheExampleIsWhatScalewayHolds(t *testing.T) {
	overlay := filepath.Join(root, "examples/trackdechets", production)
	cloison := host{program: "cloison",
		args: []string{"dev", "scaleway", "--seed", filepath.Join(root, "examples/trackdechets/scaleway.yaml"), "--"}}
	got := cloison.succeed(t, "cloison", "inventory", "-f", overlay, "--revisions")
	committed, err := os.ReadFile(filepath.Join(overlay, "inventory.yaml"))
	require.NoError(t, err)
	_, want, _ := strings.Cut(string(committed), "\napiVersion:") // above it stands the command, with another folder
	_, written, _ := strings.Cut(got.stdout, "\napiVersion:")
	require.NotEmpty(t, want)
	require.Equal(t, want, written)
}

func TestKustomizeChecksThePathsLive(t *testing.T) {
	scaleway := newScaleway(t)
	got := scaleway.build(t, live(t))
	require.Zerof(t, got.exitCode, "stderr:\n%s", got.stderr)
	expected, err := os.ReadFile(filepath.Join(root, "examples/trackdechets", production, "expected.yaml"))
	require.NoError(t, err)
	require.Equal(t, string(expected), got.stdout, "checking must change nothing")
	require.Contains(t, got.stderr, "info CLS-I018 ", "the optional key of the frontend")
	require.NotContains(t, got.stderr, "error")
	require.GreaterOrEqual(t, scaleway.Stats().Calls[emulator.ListSecrets], 3, "a list for each of the three folders")
	require.Zero(t, scaleway.Stats().Calls[emulator.AccessSecretVersion],
		"no property is named, so no value may be read")
}

func TestKustomizeFailsForAWrongPath(t *testing.T) {
	scaleway := newScaleway(t)
	dir := live(t)
	edit(t, dir, "base/segregation.yaml", "{secret: elasticsearch-url}", "{secret: elastic-search-url}")
	got := scaleway.build(t, dir)
	require.Equal(t, 1, got.exitCode)
	require.Empty(t, got.stdout)
	require.Contains(t, got.stderr, "error CLS-I002 Segregation trackdechets "+
		"spec.components.backend.secrets.map.ELASTIC_SEARCH_URL: ")
	require.Contains(t, got.stderr, `"elasticsearch-url"`, "the name that is meant")
}

func TestKustomizeFailsWhereScalewayCannotBeAsked(t *testing.T) {
	tests := []struct {
		name  string
		env   []string
		error string
	}{
		{"no credentials", []string{"SCW_ACCESS_KEY=", "SCW_SECRET_KEY="}, "error CLS-I011 Segregation trackdechets"},
		{"a key that nobody made", []string{"SCW_SECRET_KEY=00000000-0000-4000-8000-000000000000"},
			"error CLS-I011 Segregation trackdechets"},
		{"nothing listens", []string{"SCW_API_URL=http://127.0.0.1:1"}, "error CLS-I010 Segregation trackdechets"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scaleway := newScaleway(t)
			scaleway.env = append(scaleway.env, test.env...)
			got := scaleway.build(t, live(t))
			require.Equal(t, 1, got.exitCode)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, test.error)
		})
	}
}

// TestContainerChecksThePathsLive needs the network on both sides: in the declaration, and on the command line.
func TestContainerChecksThePathsLive(t *testing.T) {
	buildImage(t)
	defer docker.run(t, "rmi", image)
	scaleway := newScaleway(t)
	dir := live(t)
	const program, container = "exec: {path: cloison}", "container: {image: " + image + ", network: true, envs: " +
		"[SCW_API_URL, SCW_ACCESS_KEY, SCW_SECRET_KEY]}"
	for _, function := range []string{"expand", "validate"} {
		edit(t, dir, "cloison/"+function+"/function.yaml", program, container)
	}
	containers := host{program: "kustomize", args: []string{"build", "--enable-alpha-plugins", "--network"},
		env: scaleway.env}
	got := containers.succeed(t, filepath.Join(dir, production))
	scaleway.requireSilent(t, got)
	require.Positive(t, scaleway.Stats().Calls[emulator.ListSecrets])

	for _, function := range []string{"expand", "validate"} {
		edit(t, dir, "cloison/"+function+"/function.yaml", "network: true, ", "")
	}
	containers.args = []string{"build", "--enable-alpha-plugins"}
	alone := containers.run(t, filepath.Join(dir, production))
	require.Equal(t, 1, alone.exitCode)
	require.Contains(t, alone.stderr, "error CLS-I010 Segregation trackdechets",
		"a container has no network of its own")
}

func TestKptChecksThePathsLive(t *testing.T) {
	scaleway := newScaleway(t)
	spec := replaceOnce(t, shop(localConfig), `paths: "Off"`, "paths: Live")
	dir := folder(t, kptPackage().with(files{"segregation.yaml": spec}))
	render := kptRender
	render.env = scaleway.env
	got := render.run(t, dir)
	scaleway.requireSilent(t, got)
	require.Equal(t, 1, got.exitCode, "the project of the shop is not that of the key")
	require.Equal(t, 1, strings.Count(got.stdout+got.stderr, "CLS-I012"), "stderr:\n%s", got.stderr)
}
