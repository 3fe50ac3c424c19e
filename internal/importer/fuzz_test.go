package importer_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// FuzzImport holds for any manifests: no panic, YAML comes out, and what Cloison refuses of it has a note that says so.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/colis/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	var all []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		all = append(append(all, text...), "\n---\n"...)
	}
	f.Add(all)
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
		_, refusals := spec.Load(document.Content[0], spec.Origin{})
		said := slices.ContainsFunc(result.Notes, func(n draft.Note) bool { return n.Outcome == draft.Missing })
		if finding.HasErrors(refusals) && !said {
			t.Fatalf("refused without a note: %v in\n%s", refusals, result.Segregation)
		}
	})
}
