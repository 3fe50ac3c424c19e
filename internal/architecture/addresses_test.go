package architecture

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// addressesFile is the only one that names where the project lives.
const addressesFile = "project.env"

var (
	// ownAddress finds a host with a path that names the project, be it a page, a repository or an image.
	ownAddress = regexp.MustCompile(`(?i)\b((?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?/[^\s"'` + "`" + `)<>,;]*cloison`)
	// ownSite finds pages of the domain that the Go module and the API group are named after.
	ownSite = regexp.MustCompile(`(?i)https?://(?:[a-z0-9-]+\.)*cloison\.dev[^\s"'` + "`" + `)<>,;]*`)
	// ownVersion finds a version of the Go module, which is on no proxy.
	ownVersion = regexp.MustCompile(`\bcloison\.dev/[a-z/.-]+@(?:v\d|latest|[0-9a-f]{7})[^\s"'` + "`" + `)]*`)
)

// schemaIdentifier identifies the JSON Schema; editors are given the file.
const schemaIdentifier = "https://cloison.dev/schemas/v1alpha1/segregation.json"

// isName reports whether a host stands in names only: in those of the Go module, the API group and the labels, and in
// examples.
func isName(host string) bool {
	return host == "cloison.dev" || slices.ContainsFunc([]string{"example.com", "example.org", "example.net"},
		func(example string) bool { return host == example || strings.HasSuffix(host, "."+example) })
}

// TestAddressesAreInOnePlace holds that no text names an address, an image or a module version of the project, which
// could not be fetched as long as there is none in that place.
func TestAddressesAreInOnePlace(t *testing.T) {
	read := 0
	for file, text := range texts(t) {
		if file == addressesFile {
			continue
		}
		read++
		assert.Empty(t, addresses(text), "%s: take the address from %s, or leave it out", file, addressesFile)
	}
	assert.Greater(t, read, 500)
}

func addresses(text string) []string {
	found := ownVersion.FindAllString(text, -1)
	for _, match := range ownAddress.FindAllStringSubmatch(text, -1) {
		if !isName(strings.ToLower(match[1])) {
			found = append(found, match[0])
		}
	}
	for _, page := range ownSite.FindAllString(text, -1) {
		if page != schemaIdentifier {
			found = append(found, page)
		}
	}
	return found
}

func TestAddresses(t *testing.T) {
	// The parts are put together here, so that this file has no address itself.
	const name = "cloison"
	for _, address := range []string{
		"git.forge.org/team/" + name, "ghcr.io/team/" + name + "-sync:v1", "rg.fr-par.scw.cloud/" + name,
		"registry.forge.org:5000/" + name, "https://" + name + ".dev/docs", name + ".dev/" + name + "@latest",
		name + ".dev/" + name + "/cmd/" + name + "@v0.1.0",
	} {
		assert.NotEmpty(t, addresses("see "+address+" for more"), address)
	}
	assert.Empty(t, addresses("cloison.dev/v1alpha1 cloison.dev/cloison/cmd/cloison@$version cloison.dev/segregation "+
		"registry.example.com/cloison-sync:v1 localhost/cloison:dev docs/cloison.md "+schemaIdentifier))
}

// texts are the files of the repository that are text, those of its other modules included, by path. What is built is
// not among them.
func texts(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := os.DirFS("../..")
	require.NoError(t, fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "bin", "dist", "_src"}, entry.Name()) {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || entry.Name() == ".git" {
			return nil
		}
		content, err := fs.ReadFile(root, path)
		if !strings.Contains(string(content), "\x00") {
			found[path] = string(content)
		}
		return err
	}))
	return found
}
