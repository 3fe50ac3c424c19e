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
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
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
