package importer_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/testkit"
)

// FuzzImport holds for any manifests: no panic, YAML comes out, and what Cloison refuses of it has a note that says so.
func FuzzImport(f *testing.F) {
	var all strings.Builder
	for _, file := range slices.Concat(
		testkit.Files(f, "testdata/colis/*.yaml", 14), testkit.Files(f, "testdata/cases/*/*/input.yaml", 34),
	) {
		text := testkit.Read(f, file)
		f.Add([]byte(text))
		all.WriteString(text + "\n---\n")
	}
	f.Add([]byte(all.String()))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := objects.Parse("", text)
		if err != nil {
			return
		}
		set, _ := objects.NewSet(parsed)
		result := importer.Import(set, scope.New(set, nil), importer.Options{})
		if len(result.Segregation) == 0 {
			return
		}
		var document yaml.Node
		if err := yaml.Unmarshal(result.Segregation, &document); err != nil {
			t.Fatalf("%v in\n%s", err, result.Segregation)
		}
		_, refusals := spec.Load(document.Content[0], spec.Origin{}, cluster.Kapsule())
		said := slices.ContainsFunc(result.Notes, func(n draft.Note) bool { return n.Outcome == draft.Missing })
		if finding.HasErrors(refusals) && !said {
			t.Fatalf("refused without a note: %v in\n%s", refusals, result.Segregation)
		}
	})
}

// FuzzInventories holds for any Inventory: Cloison takes what is made of it.
func FuzzInventories(f *testing.F) {
	for _, file := range testkit.Files(f, "testdata/inventories/*/inventory.yaml", 7) {
		f.Add([]byte(testkit.Read(f, file)), "shop")
	}
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		var document yaml.Node
		if !syntax.DNSLabel.Matches(name) || yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 {
			return
		}
		read, refused := inventory.Load(document.Content[0], spec.Origin{})
		if len(refused) > 0 {
			return
		}
		result := importer.FromInventories(name, []*inventory.Inventory{read}, importer.Options{Cluster: cluster.Kapsule()})
		if len(result.Segregation) == 0 {
			return
		}
		var written yaml.Node
		if err := yaml.Unmarshal(result.Segregation, &written); err != nil {
			t.Fatalf("%v in\n%s", err, result.Segregation)
		}
		if _, refusals := spec.Load(written.Content[0], spec.Origin{}, cluster.Kapsule()); finding.HasErrors(refusals) {
			t.Fatalf("refused: %v in\n%s", refusals, result.Segregation)
		}
	})
}
