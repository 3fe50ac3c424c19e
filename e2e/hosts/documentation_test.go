package hosts

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

// onACluster are the documents whose commands ask the API server of a cluster.
var onACluster = []string{"docs/requirements.md", "docs/tutorial.md"}

// Somebody who follows a document runs its blocks of commands one after another, in one shell and a folder of their own
// that has the repository's examples and kustomizations and the files of a release, and sees what the document shows.
// Commands of make are for the repository; here they are only looked up, and the built programs are on the PATH already.
func TestDocumentedCommandsRun(t *testing.T) {
	cluster := startDocumentedCluster(t)
	var ran []string
	for _, document := range documents(t) {
		steps := document.steps(t)
		if len(steps) == 0 || document.name == "docs/flux.md" { // e2e/flux runs those, with a registry
			continue
		}
		ran = append(ran, document.name)
		t.Run(document.name, func(t *testing.T) {
			home := t.TempDir()
			env := []string{"HOME=" + home, "KUBECONFIG=" + os.DevNull} // no cluster of this machine
			if slices.Contains(onACluster, document.name) {
				env = append(env, cluster...)
			}
			outputs := runSteps(t, env, document.name, steps)
			switch document.name {
			case "docs/kustomize.md":
				requireTheObjectsOfTheShop(t, outputs)
			case "docs/kubectl.md":
				requireAPluginBelow(t, home)
			case "docs/install.md":
				requireTheReleaseInstalled(t, outputs)
			}
		})
	}
	require.Subset(t, ran,
		append([]string{"README.md", "docs/kustomize.md", "docs/kubectl.md", "docs/install.md"}, onACluster...),
		"the documents that have blocks of commands")
}

// goWithoutHome is an environment in which the go command needs nothing of the home folder: it keeps its cache of what
// is built, whose entries are those of "make build", and takes the modules that this machine has for a proxy.
func goWithoutHome(t *testing.T) []string {
	t.Helper()
	said := host{program: "go", args: []string{"env", "GOCACHE", "GOMODCACHE", "GOPROXY"}}.run(t)
	require.Zero(t, said.exitCode, said.stderr)
	values := strings.Split(strings.TrimSpace(said.stdout), "\n")
	require.Len(t, values, 3)
	return []string{
		"GOCACHE=" + values[0], "GOPROXY=file://" + filepath.ToSlash(values[1]) + "/cache/download," + values[2],
		"GOFLAGS=-modcacherw -trimpath -tags=kustomize_disable_go_plugin_support", "CGO_ENABLED=0", "GOPATH=", "GOMODCACHE=",
	}
}

// requireTheReleaseInstalled looks at what the programs say that came out of an archive, and those that go installed
// from a module proxy made of files.
func requireTheReleaseInstalled(t *testing.T, outputs []string) {
	t.Helper()
	lists, err := filepath.Glob(filepath.Join(root, "dist", "release", "cloison_*_images.txt"))
	require.NoError(t, err)
	require.Len(t, lists, 1)
	version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(lists[0]), "cloison_"), "_images.txt")
	said := strings.Join(outputs[1:], "")
	require.Equal(t, 2, strings.Count(said, "cloison "+version+" ("), said)
	require.Equal(t, 1, strings.Count(said, "cloison-sync "+version+" ("), said)
}

// requireTheObjectsOfTheShop holds the one block that prints what kustomize built to what it promises.
func requireTheObjectsOfTheShop(t *testing.T, outputs []string) {
	t.Helper()
	kinds := map[string]int{}
	built := slices.DeleteFunc(outputs,
		func(output string) bool { return !strings.Contains(output, "kind: NetworkPolicy") })
	require.Len(t, built, 1, "the blocks that print what kustomize built")
	for _, object := range objectsOf(t, built[0]) {
		kind, _, _ := strings.Cut(object, " ")
		kinds[kind]++
	}
	require.Equal(t, map[string]int{
		"Namespace": 2, "ServiceAccount": 2, "SecretStore": 2, "ExternalSecret": 2,
		"NetworkPolicy": 10, // For each component three by default and one per peer and direction.
	}, kinds)
}

// requireAPluginBelow runs the plugin that the documented commands installed.
func requireAPluginBelow(t *testing.T, home string) {
	t.Helper()
	legacy := host{program: "kustomize", args: []string{"build", "--enable-alpha-plugins"},
		env: []string{"HOME=" + home}}
	got := legacy.succeed(t, overlay(t, plugged("")))
	require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout))
}

func TestDocumentedYAMLIsWhatCloisonTakes(t *testing.T) {
	parsed := 0
	for _, document := range documents(t) {
		described := "" // the Cluster of the page, if it has one
		for _, b := range document.in("yaml", "yml") {
			if strings.Contains(b.text, "\nkind: Cluster\n") && strings.HasPrefix(b.text, "apiVersion: cloison.dev") {
				described = b.text
			}
		}
		for _, b := range document.in("yaml", "yml") {
			parsed++
			t.Run(fmt.Sprintf("%s:%d", document.name, b.line), func(t *testing.T) {
				objects, err := cluster.Decode([]byte(b.text))
				require.NoError(t, err)
				require.NotEmpty(t, objects)
				for _, object := range objects {
					isPatch := strings.Contains(b.text, ", a patch\n")
					if object.GetKind() == "Segregation" && !isPatch && object.Object["spec"] != nil && object.GetName() != "" {
						requireAccepted(t, b.text, described)
					}
				}
			})
		}
	}
	require.NotZero(t, parsed, "YAML blocks in the documentation")
}

// requireAccepted gives a document that is a whole Segregation to the function, with a Cluster where there is one.
func requireAccepted(t *testing.T, segregation, cluster string) {
	t.Helper()
	indented := func(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n" }
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  " + indented(segregation)
	if cluster != "" {
		list += "items:\n- " + indented(cluster)
	}
	got := host{program: "cloison"}.runWithInput(t, list)
	require.Zerof(t, got.exitCode, "the exit code of cloison; its stderr:\n%s", got.stderr)
	require.NotContains(t, got.stderr, "warning ")
	require.Contains(t, got.stdout, "kind: Namespace")
}
