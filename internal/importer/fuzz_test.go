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

// FuzzInventories holds for the folders of any Inventory, a line with its path and the names of its secrets for each:
// Cloison takes what is made of them.
func FuzzInventories(f *testing.F) {
	f.Add("shop", "/production/shop-api database-url redis_url API_TOKEN\n/production/shop-web a-b a_b")
	f.Add("shop", "/ root\n/shop-api a\n/shop-api/db b\n/shop-api-db c\n/shop-shared-db d\n/Old_API.v2 E.F")
	f.Add("0", "/00/-0")
	f.Add("s", "/s-")
	f.Add("s", "/s-a x\n/a x\n/A x\n/a-2 x\n/_ x\n/- x\n/.a x\n/production")
	f.Fuzz(func(t *testing.T, name, folders string) {
		listed := inventory.New("shop")
		for line := range strings.Lines(folders) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			folder := inventory.Folder{
				FolderRef: inventory.FolderRefOf("fr-par", "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90", words[0]),
				Secrets:   []inventory.Secret{},
			}
			for _, secret := range words[1:] {
				folder.Secrets = append(folder.Secrets, inventory.Secret{Name: secret, Revision: 1, Type: "opaque"})
			}
			listed.Spec.Folders = append(listed.Spec.Folders, folder)
		}
		text, err := inventory.Encode(listed, "")
		if err != nil || !syntax.DNSLabel.Matches(name) {
			return
		}
		var document, written yaml.Node
		if yaml.Unmarshal(text, &document) != nil {
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
		if err := yaml.Unmarshal(result.Segregation, &written); err != nil {
			t.Fatalf("%v in\n%s", err, result.Segregation)
		}
		if _, refusals := spec.Load(written.Content[0], spec.Origin{}, cluster.Kapsule()); finding.HasErrors(refusals) {
			t.Fatalf("refused: %v in\n%s", refusals, result.Segregation)
		}
	})
}
