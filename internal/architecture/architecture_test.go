// Package architecture holds the structure of the project against what it is meant to be: data flows one way.
package architecture

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "cloison.dev/cloison/"

// allowed lists, for every package, the packages of the project that it may import. A package that is not here fails the
// test, so that a new one is placed on purpose.
var allowed = map[string][]string{
	"cmd/cloison":     {"internal/cli"},
	"cmd/cloison-dev": {"internal/devcli"},
	"internal/cli": {
		"fn", "internal/explain", "internal/finding", "internal/importer", "internal/load", "internal/report", "internal/schema", "internal/scope",
		"internal/objects", "internal/version", "validators", "internal/capture", "internal/inventory", "internal/plan", "internal/scaleway", "validators/paths",
		"internal/spec", "internal/wholefile",
	},
	"fn": {
		"generators", "internal/cluster", "internal/finding", "internal/manifest", "internal/objects", "internal/parallel", "internal/plan", "internal/resourcelist",
		"internal/spec", "validators", "internal/inventory", "validators/paths",
	},
	"generators": {"internal/cluster", "internal/eso", "internal/form", "internal/plan", "internal/spec", "internal/wellknown"},

	// Validators never import generators, so that a mistake there cannot prove itself.
	"validators": {
		"internal/finding", "internal/inventory", "internal/objects", "internal/plan", "internal/scope", "internal/secretflow", "internal/spec",
		"validators/network", "validators/packaging", "validators/pods",
		"validators/quota", "validators/rbac", "validators/runtime", "validators/stores",
	},
	"validators/network":   {"internal/finding", "internal/objects", "internal/plan", "internal/scope", "internal/spec"},
	"validators/packaging": {"internal/finding", "internal/objects", "internal/plan", "internal/scope"},
	"validators/paths":     {"internal/finding", "internal/inventory", "internal/phrase", "internal/plan", "internal/spec"},
	"validators/pods": {
		"internal/eso", "internal/finding", "internal/form", "internal/objects", "internal/plan", "internal/scope",
		"internal/secretflow", "internal/spec", "internal/phrase",
	},
	"validators/quota":   {"internal/finding", "internal/objects", "internal/plan", "internal/scope", "internal/secretflow"},
	"validators/rbac":    {"internal/finding", "internal/objects", "internal/plan", "internal/scope", "internal/spec", "internal/secretflow"},
	"validators/runtime": {"internal/finding", "internal/objects", "internal/scope", "internal/spec"},
	"validators/stores":  {"internal/eso", "internal/finding", "internal/form", "internal/objects", "internal/plan", "internal/scope", "internal/secretflow", "internal/spec"},

	"internal/explain":    {"internal/objects", "internal/scope", "internal/secretflow", "validators/network"},
	"internal/importer":   {"internal/eso", "internal/finding", "internal/form", "internal/objects", "internal/scope", "internal/secretflow", "internal/spec", "internal/version"},
	"internal/load":       {"internal/finding", "internal/form", "internal/inventory", "internal/objects", "internal/parallel", "internal/plan", "internal/resourcelist", "internal/spec"},
	"internal/report":     {"internal/finding", "internal/version", "validators"},
	"internal/objects":    {"internal/eso", "internal/finding", "internal/form", "internal/parallel"},
	"internal/scope":      {"internal/objects", "internal/plan"},
	"internal/secretflow": {"internal/eso", "internal/form", "internal/objects"},

	// Reading Scaleway gives a value, the Inventory; judging it is pure.
	"internal/inventory": {"internal/finding", "internal/form", "internal/phrase", "internal/strict"},
	"internal/capture":   {"internal/inventory", "internal/plan"},
	"internal/scaleway":  {"internal/capture", "internal/form", "internal/inventory", "internal/plan", "internal/version"},

	"internal/plan":   {"internal/spec", "internal/version"},
	"internal/spec":   {"internal/finding", "internal/form", "internal/phrase", "internal/strict", "internal/syntax"},
	"internal/strict": {"internal/finding", "internal/phrase"},

	"internal/devcli": {"internal/emulator"},

	"internal/architecture": {},
	"internal/cluster":      {},
	"internal/emulator":     {"internal/emulator/iam"},
	"internal/emulator/iam": {},
	"internal/eso":          {},
	"internal/finding":      {},
	"internal/form":         {},
	"internal/manifest":     {},
	"internal/parallel":     {},
	"internal/resourcelist": {"internal/form", "internal/parallel"},
	"internal/schema":       {},
	"internal/phrase":       {"internal/form"},
	"internal/syntax":       {"internal/form"},
	"internal/version":      {},
	"internal/fieldpath":    {},
	"internal/ternary":      {},
	"internal/verdict":      {"internal/finding", "internal/objects"},
	"internal/wellknown":    {},
	"internal/wholefile":    {},

	// What tests share. No list above has them, so that only tests may import them.
	"internal/testkit": {},
	"internal/testkit/manifests": {
		"internal/finding", "internal/inventory", "internal/objects", "internal/plan", "internal/scope", "internal/spec", "internal/testkit",
		"validators/paths",
	},

	// Programs for developers, never part of the product.
	"bench":                     {"fn", "internal/emulator", "internal/resourcelist"},
	"bench/noop":                {},
	"hack/demo":                 {"generators", "internal/eso"},
	"examples":                  {},
	"internal/schema/generate":  {"internal/spec", "internal/syntax"},
	"internal/finding/generate": {"internal/finding"},
}

// heavy lists dependencies that few packages of the product may import.
var heavy = map[string][]string{
	"cel.dev/cel-go":                      {"internal/emulator/iam"},
	"github.com/scaleway/scaleway-sdk-go": {"internal/scaleway"},
	"github.com/tidwall/gjson":            {"internal/capture"},
	"github.com/invopop/jsonschema":       {"internal/schema/generate"},
	"github.com/spf13/cobra":              {"internal/cli", "internal/devcli"},
	"sigs.k8s.io/kustomize/api":           {"internal/load"},
	"github.com/owenrumney/go-sarif":      {"internal/report"},
	"github.com/jstemmer/go-junit-report": {"internal/report"},
	"go4.org/netipx":                      {"validators/network"},
	"k8s.io/component-helpers":            {"validators/quota"},
	"k8s.io/pod-security-admission":       {"validators/pods"},
}

func TestDataFlowsOneWay(t *testing.T) {
	for name, imports := range packages(t) {
		may, known := allowed[name]
		if !assert.True(t, known, "package %s is not in the list of this test", name) {
			continue
		}
		for _, imported := range imports {
			if within, ours := strings.CutPrefix(imported, module); ours {
				assert.Contains(t, may, within, "%s must not import it", name)
			}
		}
	}
}

func TestHeavyDependenciesHaveFewImporters(t *testing.T) {
	for name, imports := range packages(t) {
		for dependency, importers := range heavy {
			imported := slices.ContainsFunc(imports, func(path string) bool { return strings.HasPrefix(path, dependency) })
			allowed := slices.Contains(importers, name) || name == "bench" // which measures how others would do it
			assert.False(t, imported && !allowed, "%s imports %s, which only %v may", name, dependency, importers)
		}
	}
}

// TestTheFunctionLinksNoToolsForDevelopers holds that no start of the function pays for the emulator: Go initializes all that is
// linked, used or not.
func TestTheFunctionLinksNoToolsForDevelopers(t *testing.T) {
	function, tools := strings.Fields(list(t, "-deps", "./cmd/cloison")), strings.Fields(list(t, "-deps", "./cmd/cloison-dev"))
	for _, tool := range []string{module + "internal/devcli", module + "internal/emulator", "cel.dev/cel-go"} {
		isTool := func(path string) bool { return path == tool || strings.HasPrefix(path, tool+"/") }
		assert.False(t, slices.ContainsFunc(function, isTool), "cmd/cloison must not depend on %s", tool)
		assert.True(t, slices.ContainsFunc(tools, isTool), "cmd/cloison-dev must depend on %s, or this test looks for nothing", tool)
	}
}

// packages lists the packages of the module with what they import outside their tests.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for line := range strings.Lines(list(t, "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...")) {
		fields := strings.Fields(line)
		found[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	require.NotEmpty(t, found)
	return found
}

// list is what go list prints.
func list(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = "../.."
	output, err := cmd.Output()
	require.NoError(t, err)
	return string(output)
}
