package schema_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// inexpressible are the findings that a JSON Schema cannot make, with the reason.
var inexpressible = map[finding.Code]string{
	finding.SpecUnreadable:         "it is about YAML: syntax and aliases",
	finding.SpecDuplicateField:     "it is about YAML: JSON has no duplicate names",
	finding.SpecDuplicateKey:       "a key may come twice from different lists",
	finding.SpecOverlappingFolders: "two places of the document are compared",
	finding.SpecSharedCredentials:  "two places of the document are compared",
	finding.SpecSharedNamespace:    "two places of the document are compared",
	finding.SpecUnknownComponent:   "a reference into another place of the document",
	finding.SpecNameClash:          "two places of the document are compared",
	finding.SpecDuplicateFlow:      "two places of the document are compared",
	finding.SpecForeignSubject:     "the namespaces of all components are compared",
}

// inexpressibleCases are refused with a code that a schema can express in general, but not there.
var inexpressibleCases = map[string]string{
	"refuses-a-kind-that-there-is-not": "it is another object than the Segregation",
	"refuses-metrics-for-a-component":  "the namespaces of all components are compared",
	"refuses-the-engine-cloison-without-an-image": "only a build that was released without an image " +
		"needs one",
	"refuses-shared-credentials":                              "accessKey and secretKey are compared",
	"refuses-an-image-with-a-password-and-does-not-repeat-it": "the form of an image reference is not in the schema",
	"refuses-an-api-url-with-a-host-that-is-none":             "a URL is taken apart",
	"refuses-an-api-url-with-a-port-that-is-none":             "a URL is taken apart",
	"refuses-an-api-url-with-an-ipv4-address-in-ipv6":         "a URL is taken apart",
	"refuses-an-api-url-with-port-zero":                       "a URL is taken apart",
	"refuses-an-api-url-with-the-metadata-service":            "a URL is taken apart",
}

func TestCasesThatAreAcceptedAreValid(t *testing.T) {
	compiled, count := compile(t), 0
	for _, c := range readCases(t) {
		if len(c.errors) > 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			for _, node := range c.segregations(t) {
				assert.NoError(t, compiled.Validate(toJSON(t, node)))
				count++
			}
		})
	}
	assert.GreaterOrEqual(t, count, 53, "the number of accepted Segregations is part of the test")
}

func TestCasesThatAreRefusedAreInvalidWhereASchemaCanSaySo(t *testing.T) {
	compiled, count := compile(t), 0
	for _, c := range readCases(t) {
		if !c.expressible() {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			invalid := slices.ContainsFunc(c.segregations(t), func(node *yaml.Node) bool {
				return compiled.Validate(toJSON(t, node)) != nil
			})
			if reason, listed := inexpressibleCases[c.name]; listed {
				assert.False(t, invalid, "the schema does refuse this case, which is listed as %q", reason)
				return
			}
			assert.True(t, invalid, "the schema must refuse this case of %v", c.errors)
			count++
		})
	}
	assert.GreaterOrEqual(t, count, 40, "the number of refused cases is part of the test")
}

func TestCasesListedAsInexpressibleExist(t *testing.T) {
	var names []string
	for _, c := range readCases(t) {
		names = append(names, c.name)
	}
	for name := range inexpressibleCases {
		assert.Contains(t, names, name)
	}
}

// TestExamplesAreValid leaves out overlays: their Segregations are patches, which is what makes them overlays.
func TestExamplesAreValid(t *testing.T) {
	compiled, count := compile(t), 0
	err := filepath.WalkDir("../../examples", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".yaml" || strings.Contains(file, "/overlays/") {
			return err
		}
		for _, node := range segregationsOf(t, file) {
			assert.NoError(t, compiled.Validate(toJSON(t, node)), file)
			count++
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 4, count, "the number of Segregations in the examples is part of the test")
}

// testCase is one folder of testdata/cases. errors has the codes of severity error; it is empty for an accepted case.
type testCase struct {
	name   string
	input  []byte
	errors []finding.Code
}

// expressible reports whether the schema has to refuse the case.
func (c testCase) expressible() bool {
	return slices.ContainsFunc(c.errors, func(code finding.Code) bool {
		_, listed := inexpressible[code]
		return strings.HasPrefix(string(code), "CLS-S") && !listed
	})
}

// segregations are those of the input, as it would reach the function.
func (c testCase) segregations(t *testing.T) []*yaml.Node {
	t.Helper()
	list, err := resourcelist.Read(c.input)
	require.NoError(t, err)
	items := list.Items
	if list.FunctionConfig != nil {
		items = append(items, list.FunctionConfig)
	}
	var found []*yaml.Node
	for _, item := range items {
		if item.Kind == "Segregation" {
			node, err := item.Node()
			require.NoError(t, err)
			found = append(found, node)
		}
	}
	return found
}

func readCases(t *testing.T) []testCase {
	t.Helper()
	folders := testkit.Files(t, "../../testdata/cases/*", manifests.CaseCount)
	cases := make([]testCase, len(folders))
	for i, folder := range folders {
		cases[i] = readCase(t, folder)
	}
	return cases
}

var (
	errorLine   = regexp.MustCompile(`(?m)^error (CLS-[A-Z][0-9]{3})\b`)
	errorResult = regexp.MustCompile(`(?m)^ *-? *message: ['"]?(CLS-[A-Z][0-9]{3}): `)
)

// readCase takes the codes from errors.txt or, where the host shows results by itself, from the results.
func readCase(t *testing.T, folder string) testCase {
	t.Helper()
	c := testCase{name: filepath.Base(folder), input: readFile(t, folder, "input.yaml")}
	if _, err := os.Stat(filepath.Join(folder, "errors.txt")); errors.Is(err, fs.ErrNotExist) {
		return c
	}
	matches := errorLine.FindAllSubmatch(readFile(t, folder, "errors.txt"), -1)
	if len(matches) == 0 {
		matches = errorResult.FindAllSubmatch(readFile(t, folder, "expected.yaml"), -1)
	}
	require.NotEmpty(t, matches, "%s is refused, and no code says why", c.name)
	for _, match := range matches {
		c.errors = append(c.errors, finding.Code(match[1]))
	}
	return c
}

func readFile(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return content
}

// segregationsOf reads the Segregations among the documents of a file.
func segregationsOf(t *testing.T, file string) []*yaml.Node {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var found []*yaml.Node
	for decoder := yaml.NewDecoder(bytes.NewReader(content)); ; {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err, file)
		if kind := yaml.NewRNode(document.Content[0]).GetKind(); kind == "Segregation" {
			found = append(found, document.Content[0])
		}
	}
}
