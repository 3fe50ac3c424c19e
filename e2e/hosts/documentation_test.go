package hosts

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

// Somebody who follows a document runs its shell blocks one after another, in one
// shell and a folder of their own that has the repository's examples and kustomizations. Commands of make are for the
// repository; here they are only looked up, and the built programs are on the PATH already.
func TestDocumentedCommandsRun(t *testing.T) {
	var ran []string
	for _, document := range documents(t) {
		blocks := document.in("sh", "bash", "shell")
		if len(blocks) == 0 {
			continue
		}
		ran = append(ran, document.name)
		t.Run(document.name, func(t *testing.T) {
			home := t.TempDir()
			outputs := runBlocks(t, home, document.name, blocks)
			switch document.name {
			case "README.md":
				requireTheObjectsOfTheReadme(t, outputs)
			case "docs/hosts.md":
				requireAPluginBelow(t, home)
			}
		})
	}
	require.Subset(t, ran, []string{"README.md", "docs/hosts.md"}, "the documents that have shell blocks")
}

// marker stands in the output of a script between those of two blocks.
const marker = "---- block ----\n"

// runBlocks runs the blocks with a home folder and returns what each printed to
// stdout.
func runBlocks(t *testing.T, home, document string, blocks []block) []string {
	t.Helper()
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, b := range blocks {
		place := fmt.Sprintf("%s:%d", document, b.line)
		fmt.Fprintf(&script, "printf '%%s' '%s'\nprintf '%%s\\n' '%s' >&2\n%s", marker, place,
			withoutMake(t, place, b.text))
	}
	shell := host{program: "sh", dir: t.TempDir(), env: []string{"HOME=" + home}}
	for _, folder := range []string{"examples", "kustomization", "testdata"} {
		require.NoError(t, os.Symlink(filepath.Join(root, folder), filepath.Join(shell.dir, folder)))
	}
	got := shell.run(t, "-c", script.String())
	require.Zerof(t, got.exitCode, "the exit code of the shell in the last of these blocks:\n%s", got.stderr)
	return strings.Split(got.stdout, marker)[1:]
}

// withoutMake takes the lines out that run make, which must name targets that there
// are.
func withoutMake(t *testing.T, place, script string) string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	var rest strings.Builder
	for line := range strings.Lines(script) {
		command, isMake := strings.CutPrefix(line, "make ")
		if !isMake {
			rest.WriteString(line)
			continue
		}
		target := regexp.QuoteMeta(strings.Fields(command)[0])
		require.Regexpf(t, `(?m)^`+target+`:`, string(makefile), "%s: the target of %q in the Makefile", place,
			strings.TrimSpace(line))
	}
	return rest.String()
}

// requireTheObjectsOfTheReadme holds the one block that runs kustomize to what the
// README promises.
func requireTheObjectsOfTheReadme(t *testing.T, outputs []string) {
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
		for _, b := range document.in("yaml", "yml") {
			parsed++
			t.Run(fmt.Sprintf("%s:%d", document.name, b.line), func(t *testing.T) {
				objects, err := cluster.Decode([]byte(b.text))
				require.NoError(t, err)
				require.NotEmpty(t, objects)
				for _, object := range objects {
					if object.GetKind() == "Segregation" && object.Object["spec"] != nil && object.GetName() != "" {
						requireAccepted(t, b.text)
					}
				}
			})
		}
	}
	require.NotZero(t, parsed, "YAML blocks in the documentation")
}

// requireAccepted gives a document that is a whole Segregation to the function.
func requireAccepted(t *testing.T, segregation string) {
	t.Helper()
	indented := "  " + strings.ReplaceAll(strings.TrimSpace(segregation), "\n", "\n  ")
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n" + indented + "\n"
	got := host{program: "cloison"}.runWithInput(t, list)
	require.Zerof(t, got.exitCode, "the exit code of cloison; its stderr:\n%s", got.stderr)
	require.NotContains(t, got.stderr, "warning ")
	require.Contains(t, got.stdout, "kind: Namespace")
}
