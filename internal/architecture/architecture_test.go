// Package architecture tests the structure of the project: which package imports which, so that data flows one way.
package architecture

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "cloison.dev/cloison/"

// allowed lists, for every package, the packages of the project that it imports outside its tests: no more and no
// fewer.
var allowed = map[string][]string{
	"cmd/cloison":        {"internal/cli"},
	"cmd/cloison-dev":    {"internal/devcli"},
	"cmd/cloison-sync":   {"internal/synccli"},
	"cmd/cloison-layout": {"internal/layout"},
	"internal/cli": {
		"fn", "internal/access", "internal/baseline", "internal/cluster", "internal/difference", "internal/incident",
		"internal/exit", "internal/explain", "internal/finding", "internal/form", "internal/importer",
		"internal/kustomization", "internal/page", "internal/page/shown", "internal/load", "internal/render",
		"internal/render/folder", "internal/report", "internal/revision", "internal/roots", "internal/schema",
		"internal/scope", "internal/objects", "internal/shell", "internal/version", "validators", "internal/capture",
		"internal/inventory", "internal/plan", "internal/scaleway", "internal/spec", "internal/wholefile",
		"internal/parallel", "internal/phrase", "internal/printable", "internal/syntax", "internal/understood",
		"internal/usage", "internal/wellknown", "validators/coverage", "validators/ways", "internal/decoded",
	},
	"fn": {
		"generators", "internal/fieldpath", "internal/finding", "internal/intake",
		"internal/manifest",
		"internal/objects", "internal/parallel", "internal/phrase", "internal/plan", "internal/resourcelist",
		"internal/wellknown", "validators",
	},
	"generators": {
		"internal/cilium", "internal/cluster", "internal/eso", "internal/form", "internal/plan", "internal/spec", "internal/syntax",
		"internal/version", "internal/wall", "internal/wellknown",
	},

	// Validators never import generators, so that a mistake there cannot prove itself.
	"validators": {
		"internal/cluster", "internal/finding", "internal/inventory", "internal/objects", "internal/plan",
		"internal/spec", "validators/network", "validators/packaging", "validators/pods", "validators/quota",
		"validators/rbac", "validators/runtime", "validators/stores", "internal/fieldpath", "internal/verdict",
		"internal/wellknown", "validators/paths", "validators/admission", "validators/coverage", "internal/phrase",
		"validators/ways", "internal/decoded",
	},
	"validators/coverage": {
		"internal/cluster", "internal/finding", "internal/objects", "internal/phrase", "internal/scope",
		"internal/verdict",
	},
	"validators/admission": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/objects", "internal/scope",
		"internal/verdict",
		"internal/wellknown",
	},
	"validators/network": {
		"internal/cilium", "internal/cluster", "internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase",
		"internal/scope", "internal/ternary", "internal/verdict", "internal/wellknown",
		"validators/network/model", "validators/network/policy", "validators/network/published",
		"validators/network/solver",
	},
	"validators/network/published": {
		"internal/fieldpath", "internal/objects", "validators/network/model", "validators/network/policy",
	},
	"validators/network/reach": {
		"internal/objects", "internal/ternary", "validators/network/model", "validators/network/policy",
		"validators/network/solver", "internal/wellknown",
	},
	// The semantics of policies and the solver know nothing of Cloison's findings, plans and components.
	"validators/network/policy": {"internal/fieldpath"},
	"validators/network/solver": {"internal/ternary", "validators/network/policy"},
	"validators/network/model": {
		"internal/cilium", "internal/cluster", "internal/fieldpath", "internal/objects", "internal/plan", "internal/scope",
		"internal/spec",
		"internal/ternary", "internal/wellknown", "validators/network/policy", "validators/network/solver",
	},
	"validators/packaging": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase", "internal/plan",
		"internal/scope", "internal/verdict", "internal/wellknown",
	},
	"validators/paths": {
		"internal/fieldpath", "internal/finding", "internal/inventory", "internal/phrase", "internal/plan",
		"internal/spec", "internal/wellknown",
	},
	"validators/pods": {
		"internal/ternary",
		"internal/cluster", "internal/eso", "internal/fieldpath", "internal/finding", "internal/form", "internal/objects",
		"internal/phrase",
		"internal/plan", "internal/scope", "internal/secretflow", "internal/spec", "internal/ternary", "internal/verdict",
		"internal/wellknown", "validators/pods/plaintext", "validators/pods/sandbox", "validators/pods/storage",
	},
	"validators/pods/storage":   {"internal/fieldpath", "internal/objects", "internal/ternary"},
	"validators/pods/plaintext": {"internal/form", "internal/sops"},
	"validators/pods/sandbox":   {"internal/fieldpath"},
	"validators/quota": {
		"internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase", "internal/scope",
		"internal/secretflow", "internal/verdict", "internal/wellknown", "validators/quota/admission",
	},
	// What the API server does with ResourceQuotas and LimitRanges, without findings and components.
	"validators/quota/admission": {"internal/fieldpath"},
	"validators/rbac": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase", "internal/plan",
		"internal/scope", "internal/secretflow", "internal/spec", "internal/ternary", "internal/verdict",
		"internal/wellknown", "validators/rbac/authorizer", "validators/rbac/contract", "validators/rbac/privilege",
		"validators/rbac/rights",
	},
	"validators/rbac/authorizer": {}, // what the API server answers, of roles and bindings alone
	"validators/rbac/contract":   {"internal/spec", "internal/wellknown", "validators/rbac/authorizer"},
	"validators/rbac/privilege": {
		"internal/finding", "internal/ternary", "internal/wellknown", "validators/rbac/authorizer",
	},
	"validators/rbac/rights": {
		"internal/fieldpath", "internal/finding", "internal/objects", "internal/scope", "validators/rbac/authorizer",
		"validators/rbac/privilege",
	},
	// Findings are joined to ways after all families have judged.
	"validators/ways": {
		"internal/finding", "internal/objects", "internal/scope", "internal/secretflow", "validators/rbac/rights",
		"internal/decoded",
	},
	"validators/runtime": {
		"internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase", "internal/plan",
		"internal/scope", "internal/spec", "internal/verdict", "internal/version", "internal/wall",
		"internal/wellknown",
	},
	"validators/stores": {
		"internal/cluster", "internal/eso", "internal/fieldpath", "internal/finding", "internal/objects", "internal/phrase",
		"internal/plan", "internal/scope", "internal/secretflow", "internal/spec", "internal/syntax",
		"internal/ternary", "internal/verdict", "internal/wellknown", "validators/stores/api",
		"validators/stores/explaining",
	},
	// What the API server, the operator and Scaleway accept of one object.
	"validators/stores/api": {
		"internal/eso", "internal/fieldpath", "internal/finding", "internal/form", "internal/objects",
		"internal/phrase", "internal/secretflow", "internal/syntax", "internal/verdict", "validators/stores/explaining",
	},
	"validators/stores/explaining": {"internal/fieldpath", "internal/finding", "internal/objects", "internal/verdict"},

	"internal/incident": {
		"internal/access", "internal/eso", "internal/finding", "internal/objects", "internal/shell",
		"validators/network/reach", "validators/rbac/rights", "validators/ways",
	},
	"internal/difference": {
		"internal/access", "internal/finding", "internal/objects", "internal/phrase", "internal/secretflow",
		"internal/eso", "internal/fieldpath", "internal/wellknown", "validators/network/model", "validators/network/policy",
		"validators/network/reach", "validators/pods/storage", "validators/rbac/rights", "validators/ways",
	},
	"internal/revision": {"internal/form", "internal/phrase"},
	"internal/decoded": {
		"internal/cluster", "internal/finding", "internal/objects", "internal/plan", "internal/scope", "internal/secretflow",
	},
	"internal/access": {
		"internal/cilium", "internal/eso", "internal/fieldpath", "internal/objects", "internal/phrase",
		"internal/scope", "internal/secretflow", "internal/spec", "internal/ternary", "validators/network/model",
		"validators/network/policy", "validators/network/published", "validators/network/reach", "validators/rbac/rights",
		"internal/decoded",
	},
	"internal/explain": {
		"internal/access", "internal/objects", "internal/phrase", "internal/printable", "internal/secretflow",
	},
	// The readers of manifests know each other no more than they must, and meet in the draft.
	"internal/importer": {
		"internal/cilium", "internal/cluster", "internal/eso", "internal/fieldpath", "internal/importer/access",
		"internal/importer/components", "internal/importer/document", "internal/importer/draft",
		"internal/importer/flows", "internal/importer/folders", "internal/importer/namespaces",
		"internal/importer/secretgroups", "internal/inventory", "internal/objects", "internal/scope", "internal/spec",
		"internal/specyaml", "internal/wellknown",
	},
	"internal/importer/folders": {
		"internal/fieldpath", "internal/finding", "internal/form", "internal/importer/draft", "internal/inventory",
		"internal/phrase", "internal/spec", "internal/syntax",
	},
	"internal/importer/access": {
		"internal/fieldpath", "internal/importer/draft", "internal/objects", "internal/spec", "internal/wellknown",
	},
	"internal/importer/components": {
		"internal/eso", "internal/fieldpath", "internal/importer/draft", "internal/objects", "internal/scope",
		"internal/wellknown",
	},
	"internal/importer/document": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/importer/draft", "internal/spec",
		"internal/specyaml",
	},
	"internal/importer/draft": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/form", "internal/objects",
		"internal/phrase", "internal/printable", "internal/spec", "internal/wellknown",
	},
	"internal/importer/externalsecrets": {
		"internal/eso", "internal/fieldpath", "internal/importer/draft", "internal/objects", "internal/phrase",
		"internal/spec", "internal/syntax", "internal/wellknown",
	},
	"internal/importer/flows": {
		"internal/cilium", "internal/cluster", "internal/fieldpath", "internal/importer/draft", "internal/objects", "internal/phrase",
		"internal/spec", "internal/wellknown",
	},
	"internal/importer/namespaces": {
		"internal/fieldpath", "internal/importer/draft", "internal/objects", "internal/spec", "internal/syntax",
		"internal/wellknown",
	},
	"internal/importer/secretgroups": {
		"internal/fieldpath", "internal/importer/draft", "internal/importer/externalsecrets", "internal/objects",
		"internal/phrase", "internal/secretflow", "internal/spec", "internal/syntax", "internal/version",
		"internal/wellknown",
	},
	"internal/load": {
		"internal/cluster", "internal/finding", "internal/form", "internal/intake", "internal/inventory",
		"internal/kustomization", "internal/objects", "internal/parallel", "internal/plan", "internal/resourcelist",
		"internal/sops", "internal/spec", "internal/wellknown", "internal/wholefile",
	},
	"internal/kustomization": {
		"internal/finding", "internal/form", "internal/intake", "internal/objects", "internal/sops",
		"internal/wellknown",
	},
	"internal/render": {
		"fn", "internal/finding", "internal/intake", "internal/kubeyaml", "internal/kustomization", "internal/load",
		"internal/manifest", "internal/objects", "internal/resourcelist", "internal/wellknown", "internal/wholefile",
	},
	"internal/render/folder": {
		"internal/form", "internal/render", "internal/wellknown", "internal/wholefile",
	},
	"internal/intake": {
		"internal/cluster", "internal/fieldpath", "internal/finding", "internal/inventory", "internal/kubeyaml",
		"internal/objects", "internal/phrase", "internal/plan", "internal/resourcelist", "internal/spec",
		"internal/strict", "internal/wellknown",
	},
	// The page knows nothing of manifests: what it shows is handed to it.
	"internal/page": {"internal/phrase", "internal/printable"},
	"internal/page/shown": {
		"internal/access", "internal/finding", "internal/page", "internal/phrase", "validators/rbac/rights",
	},
	"internal/layout": {},
	"internal/report": {
		"internal/access", "internal/difference", "internal/finding", "internal/incident", "internal/objects", "internal/phrase",
		"internal/printable",
	},
	"internal/roots":    {"internal/kustomization", "internal/objects", "internal/phrase", "internal/wellknown"},
	"internal/baseline": {"internal/finding", "internal/form", "internal/objects", "internal/phrase", "internal/wellknown"},
	"internal/objects": {
		"internal/eso", "internal/fieldpath", "internal/finding", "internal/form", "internal/kubeyaml",
		"internal/parallel", "internal/sops", "internal/wellknown",
	},
	"internal/kubeyaml":   {"internal/fieldpath", "internal/form"},
	"internal/sops":       {"internal/form"},
	"internal/scope":      {"internal/objects", "internal/plan"},
	"internal/secretflow": {"internal/eso", "internal/fieldpath", "internal/objects", "internal/ternary"},

	// Reading Scaleway gives a value, the Inventory; judging it is pure.
	"internal/inventory": {
		"internal/fieldpath", "internal/finding", "internal/form", "internal/phrase", "internal/printable",
		"internal/strict", "internal/syntax",
	},
	"internal/capture": {"internal/inventory", "internal/parallel", "internal/plan", "internal/syntax"},
	"internal/scaleway": {
		"internal/capture", "internal/form", "internal/inventory", "internal/plan", "internal/syntax",
		"internal/version", "internal/wholefile",
	},

	"internal/cilium":     {"internal/fieldpath", "internal/form"},
	"internal/plan":       {"internal/cluster", "internal/fieldpath", "internal/spec"},
	"internal/specyaml":   {"internal/fieldpath", "internal/spec"},
	"internal/understood": {"internal/fieldpath", "internal/printable", "internal/spec", "internal/specyaml"},
	"internal/spec": {
		"internal/cluster", "internal/eso", "internal/fieldpath", "internal/finding", "internal/phrase",
		"internal/strict", "internal/syntax", "internal/version", "internal/wellknown",
	},
	"internal/strict": {"internal/fieldpath", "internal/finding", "internal/phrase"},

	// The sync runtime: what is decided is pure; reading is beside it. It shares the model of the External Secrets API
	// with the proof, and knows nothing of findings, plans and validators.
	"internal/synccli": {
		"internal/exit",
		"internal/objects", "internal/phrase", "internal/printable", "internal/sync/controller", "internal/sync/once",
		"internal/sync/probe", "internal/syntax", "internal/usage", "internal/version", "internal/wall",
		"internal/wholefile",
	},
	"internal/sync/controller": {
		"internal/eso", "internal/phrase", "internal/scaleway", "internal/sync/content", "internal/sync/decide",
		"internal/sync/fetch", "internal/sync/probe", "internal/sync/restart", "internal/sync/served", "internal/wall",
		"internal/wellknown",
	},
	"internal/sync/probe": {"internal/eso", "internal/phrase", "internal/scaleway", "internal/wall"},
	"internal/sync/once": {
		"internal/eso", "internal/objects", "internal/scaleway", "internal/sync/content", "internal/sync/decide",
		"internal/sync/fetch", "internal/sync/served", "internal/wellknown",
	},
	"internal/sync/decide": {
		"internal/eso", "internal/phrase", "internal/sync/content", "internal/sync/restart", "internal/wellknown",
	},
	"internal/sync/restart": {"internal/wellknown"},
	"internal/sync/fetch":   {"internal/eso", "internal/phrase", "internal/scaleway", "internal/sync/content"},
	"internal/sync/served": {
		"internal/eso", "internal/fieldpath", "internal/phrase", "internal/syntax", "internal/sync/template",
		"internal/wellknown",
	},
	"internal/sync/content": {
		"internal/eso", "internal/fieldpath", "internal/phrase", "internal/syntax", "internal/sync/template",
	},
	"internal/sync/template": {"internal/form", "internal/phrase"},

	"internal/devcli": {
		"internal/emulator", "internal/emulator/api", "internal/emulator/fault", "internal/emulator/iam",
		"internal/emulator/seed", "internal/exit", "internal/usage", "internal/wholefile",
	},

	// The emulator: models, their calls over HTTP, and what wires them. It shares nothing with the product that it
	// tests but the writing of files.
	"internal/emulator": {
		"internal/emulator/api", "internal/emulator/fault", "internal/emulator/iam", "internal/emulator/iamapi",
		"internal/emulator/id",
		"internal/emulator/secret", "internal/emulator/secretapi", "internal/emulator/seed", "internal/emulator/state",
	},
	"internal/emulator/api":    {"internal/emulator/iam", "internal/emulator/id"},
	"internal/emulator/fault":  {"internal/emulator/api", "internal/emulator/id"},
	"internal/emulator/iam":    {"internal/emulator/id"},
	"internal/emulator/iamapi": {"internal/emulator/api", "internal/emulator/iam", "internal/emulator/id"},
	"internal/emulator/id":     {},
	"internal/emulator/secret": {"internal/emulator/id"},
	"internal/emulator/secretapi": {
		"internal/emulator/api", "internal/emulator/iam", "internal/emulator/id", "internal/emulator/secret",
	},
	"internal/emulator/seed":  {"internal/emulator/iam", "internal/emulator/id", "internal/emulator/secret"},
	"internal/emulator/state": {"internal/emulator/iam", "internal/emulator/secret", "internal/wholefile"},
	"internal/emulator/emutest": {
		"internal/emulator", "internal/emulator/fault", "internal/emulator/iam", "internal/emulator/secret",
	},

	"internal/cluster": {
		"internal/fieldpath", "internal/finding", "internal/form", "internal/phrase", "internal/strict", "internal/syntax",
		"internal/wellknown",
	},
	"internal/eso":          {"internal/form", "internal/ternary", "internal/wellknown"},
	"internal/finding":      {"internal/fieldpath", "internal/phrase", "internal/printable"},
	"internal/form":         {},
	"internal/manifest":     {"internal/fieldpath"},
	"internal/parallel":     {},
	"internal/resourcelist": {"internal/fieldpath", "internal/form", "internal/kubeyaml", "internal/parallel", "internal/wellknown"},
	"internal/schema":       {},
	"internal/phrase":       {"internal/form"},
	"internal/syntax":       {"internal/form", "internal/phrase"},
	"internal/wall":         {"internal/syntax"},
	"internal/usage":        {"internal/phrase", "internal/syntax"},
	"internal/version":      {},
	"internal/exit":         {},
	"internal/fieldpath":    {},
	"internal/ternary":      {},
	"internal/verdict":      {"internal/fieldpath", "internal/finding", "internal/objects"},
	"internal/wellknown":    {},
	"internal/wholefile":    {},

	// What tests share, see forTests.
	"internal/testkit":          {},
	"internal/testkit/oddfiles": {},
	"internal/testkit/manifests": {
		"internal/cluster", "internal/finding", "internal/inventory", "internal/objects", "internal/plan",
		"internal/scope", "internal/spec", "internal/testkit", "internal/verdict", "internal/wellknown",
		"validators/paths",
	},

	// What users apply, and the tests of it.
	"kustomization": {},

	// Programs for developers, never part of the product.
	"bench":      {"internal/emulator"},
	"bench/noop": {},
	"hack/demo": {
		"internal/access", "internal/explain", "internal/load", "internal/objects", "internal/wellknown",
		"internal/decoded",
	},
	"hack/kptcatalog": {"internal/form"},
	"internal/schema/generate": {
		"internal/finding", "internal/eso", "internal/phrase", "internal/spec", "internal/syntax", "internal/wellknown",
	},
	"internal/finding/generate": {"internal/finding"},
	"kustomization/generate": {
		"generators", "internal/cluster", "internal/plan", "internal/spec", "internal/wellknown",
	},
	"internal/printable": {},
	"internal/shell":     {},
}

// heavy lists the dependencies that few packages may import, with all that do.
var heavy = map[string][]string{
	"cel.dev/cel-go": {"internal/emulator/iam"},
	"github.com/GoogleContainerTools/kpt-functions-sdk": {"bench/noop", "fn"},
	"github.com/goccy/go-graphviz":                      {"internal/layout"},
	"github.com/invopop/jsonschema":                     {"internal/schema/generate"},
	"github.com/jstemmer/go-junit-report":               {"internal/report"},
	"github.com/scaleway/scaleway-sdk-go":               {"bench", "internal/emulator/emutest", "internal/scaleway"},
	"github.com/spf13/cobra":                            {"internal/cli", "internal/devcli", "internal/synccli", "internal/usage"},
	"github.com/spf13/pflag":                            {"internal/usage"},
	"github.com/stretchr/testify": {"internal/emulator/emutest", "internal/testkit",
		"internal/testkit/manifests"},
	"github.com/tidwall/gjson":            {"internal/capture", "internal/sync/content", "internal/sync/served"},
	"github.com/go-logr/logr":             {"internal/sync/controller"},
	"github.com/prometheus/client_golang": {"internal/sync/controller"},
	"k8s.io/apiextensions-apiserver":      {"internal/schema/generate"},
	"k8s.io/klog":                         {"internal/sync/controller"},
	"k8s.io/client-go":                    {"internal/sync/controller"},
	"sigs.k8s.io/controller-runtime":      {"internal/sync/controller"},
	"github.com/Masterminds/sprig/v3":     {"internal/sync/template"},
	"github.com/go-jose/go-jose/v4":       {"internal/sync/template"},
	"github.com/huandu/xstrings":          {"internal/sync/template"},
	"software.sslmate.com/src/go-pkcs12":  {"internal/sync/template"},
	"go4.org/netipx":                      {"validators/network/policy"},
	"golang.org/x/term":                   {"internal/cli", "internal/devcli"},
	"k8s.io/component-helpers":            {"validators/quota/admission", "validators/rbac/contract"},
	"k8s.io/pod-security-admission":       {"validators/pods", "validators/pods/sandbox"},
	"sigs.k8s.io/kustomize/api":           {"internal/kustomization", "internal/render"},
}

// light lists the other dependencies, which every package may import.
var light = []string{
	"k8s.io/api", "k8s.io/apimachinery", "k8s.io/utils", "sigs.k8s.io/json", "sigs.k8s.io/kustomize/kyaml", "sigs.k8s.io/yaml",
}

// forTests are the packages that only tests may import, those inside of them included.
var forTests = []string{"internal/testkit"}

const thisFile = "internal/architecture/architecture_test.go"

func TestEveryPackageImportsWhatIsListed(t *testing.T) {
	found := packages(t)
	for name, imports := range found {
		if listed, known := allowed[name]; !known {
			t.Errorf("package %s is new: give it a line in allowed, in %s, with what it imports", name, thisFile)
		} else {
			compare(t, "the line of "+name+" in allowed", listed, ours(imports))
		}
	}
	for name := range allowed {
		assert.Contains(t, found, name, "there is no package %s: remove its line from allowed, in %s", name, thisFile)
	}
}

// compare compares a list of this file with what was found.
func compare(t *testing.T, list string, listed, found []string) {
	t.Helper()
	for _, name := range found {
		assert.True(t, slices.Contains(listed, name),
			"%s lacks %q: if this import is meant, add it in %s", list, name, thisFile)
	}
	for _, name := range listed {
		assert.True(t, slices.Contains(found, name),
			"%s has %q, which is imported no more: remove it in %s", list, name, thisFile)
	}
}

func TestPackagesForTestsAreImportedByTestsOnly(t *testing.T) {
	for name, imports := range packages(t) {
		for _, imported := range ours(imports) {
			assert.True(t, !isForTests(imported) || isForTests(name), "%s must import %s in its tests only",
				name, imported)
		}
	}
}

func isForTests(name string) bool { return indexOf(forTests, name) >= 0 }

func TestHeavyDependenciesHaveFewImporters(t *testing.T) {
	for dependency, listed := range heavy {
		var importers []string
		for name, imports := range packages(t) {
			if slices.ContainsFunc(imports, func(path string) bool { return isWithin(path, dependency) }) {
				importers = append(importers, name)
			}
		}
		compare(t, "the line of "+dependency+" in heavy", listed, importers)
	}
}

func TestEveryDependencyIsListed(t *testing.T) {
	listed := slices.Concat(light, slices.Collect(maps.Keys(heavy)))
	used := map[string]bool{}
	for name, imports := range packages(t) {
		for _, path := range imports {
			host, _, _ := strings.Cut(path, "/")
			if !strings.Contains(host, ".") || strings.HasPrefix(path, module) {
				continue // of Go itself, or of the project
			}
			i := indexOf(listed, path)
			if assert.GreaterOrEqual(t, i, 0, "%s imports %s: add it to heavy or to light, in %s", name,
				path, thisFile) {
				used[listed[i]] = true
			}
		}
	}
	for _, dependency := range listed {
		assert.True(t, used[dependency], "nobody imports %s: remove it from heavy or light, in %s",
			dependency, thisFile)
	}
}

// TestTheFunctionLinksNoToolsForDevelopers holds that no start of the function pays for the emulator: Go initializes
// all that is linked, used or not.
func TestTheFunctionLinksNoToolsForDevelopers(t *testing.T) {
	function, tools := linked(t, "cmd/cloison"), linked(t, "cmd/cloison-dev")
	for _, tool := range []string{module + "internal/devcli", module + "internal/emulator", "cel.dev/cel-go"} {
		isTool := func(path string) bool { return isWithin(path, tool) }
		assert.False(t, slices.ContainsFunc(function, isTool), "cmd/cloison must not depend on %s", tool)
		assert.True(t, slices.ContainsFunc(tools, isTool),
			"cmd/cloison-dev must depend on %s, or this test looks for nothing", tool)
	}
}

// linked are the packages that a program imports, directly or by way of others of the project.
func linked(t *testing.T, program string) []string {
	t.Helper()
	found := packages(t)
	all := slices.Clone(found[program])
	for i := 0; i < len(all); i++ {
		for _, imported := range found[strings.TrimPrefix(all[i], module)] {
			if !slices.Contains(all, imported) {
				all = append(all, imported)
			}
		}
	}
	return all
}

// isWithin reports whether a package is a dependency, or inside of it.
func isWithin(path, dependency string) bool {
	return path == dependency || strings.HasPrefix(path, dependency+"/")
}

// indexOf finds the one of several dependencies that a package is within; -1 where there is none.
func indexOf(dependencies []string, path string) int {
	return slices.IndexFunc(dependencies, func(dependency string) bool { return isWithin(path, dependency) })
}

// ours are the packages of the project among imports, without the name of the module.
func ours(imports []string) []string {
	var found []string
	for _, path := range imports {
		if within, isOurs := strings.CutPrefix(path, module); isOurs {
			found = append(found, within)
		}
	}
	return found
}

// packages has the packages of the module, with what each imports outside its tests. Files are read here, and not by
// the go command, so that the cache of test results knows of them.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	eachFile(t, isOfTheModule, func(path, name string) {
		if !strings.HasSuffix(path, "_test.go") {
			folder := filepath.Dir(name)
			found[folder] = append(found[folder], importsOf(t, path)...)
		}
	})
	for name, imports := range found {
		found[name] = slices.Compact(slices.Sorted(slices.Values(imports)))
	}
	require.NotEmpty(t, found)
	return found
}

const root = "../.."

// eachFile visits the Go files of the folders that are entered, by their paths and their names in the repository. It
// enters no folder that the go command does not: testdata, and those that begin with a dot or an underscore, such as
// the sources of others that e2e builds.
func eachFile(t *testing.T, enter func(folder string) bool, visit func(path, name string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		base := filepath.Base(path)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root &&
			(base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || !enter(path)):
			return filepath.SkipDir
		case filepath.Ext(path) == ".go":
			name, err := filepath.Rel(root, path)
			visit(path, name)
			return err
		}
		return nil
	}))
}

// isOfTheModule reports whether a folder has packages of this module, and not of one of its own.
func isOfTheModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err != nil
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	imports := make([]string, len(parsed.Imports))
	for i, spec := range parsed.Imports {
		imports[i], err = strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
	}
	return imports
}
