package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cloison.dev/cloison/e2e/cluster"
)

// objectsIn returns what is to be applied of a file. Of a stream of objects, which
// a host has written, that is all; of a ResourceList, which is a golden output,
// what Cloison made: some have odd items of others, to show that they pass through.
// Items of others only are a mistake; no items are what validation puts out.
func objectsIn(path string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	objects, err := objectsOf(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return objects, nil
}

func objectsOf(content []byte) ([]*unstructured.Unstructured, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("decode the first document: %w", err)
	}
	if kind := at(&document, "kind"); kind == nil || kind.Value != "ResourceList" {
		objects, err := cluster.Decode(content)
		if err != nil {
			return nil, err
		}
		return cluster.Deployable(objects)
	}
	return generatedItems(content, &document)
}

func generatedItems(content []byte, list *yaml.Node) ([]*unstructured.Unstructured, error) {
	var generated []*unstructured.Unstructured
	texts := itemTexts(content, list)
	for i, text := range texts {
		if !isGenerated(at(list, "items").Content[i]) {
			continue
		}
		objects, err := cluster.Decode([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("items[%d]: %w", i, err)
		}
		generated = append(generated, objects...)
	}
	if len(texts) > 0 && len(generated) == 0 {
		return nil, errors.New("no item is generated")
	}
	return generated, nil
}

// itemTexts returns the items of a ResourceList in block style as they are
// written, for kubectl to read: it takes an unquoted y or on for a boolean, which
// the hosts of functions do not.
func itemTexts(content []byte, list *yaml.Node) []string {
	lines := strings.SplitAfter(string(content), "\n")
	items := at(list, "items").Content
	var texts []string
	for i, item := range items {
		end := endOfItems(list, len(lines))
		if i+1 < len(items) {
			end = items[i+1].Line - 1
		}
		text := strings.Join(lines[item.Line-1:end], "")
		texts = append(texts, strings.Repeat(" ", item.Column-1)+text[item.Column-1:])
	}
	return texts
}

// endOfItems returns the number of the last line of a ResourceList's items.
func endOfItems(list *yaml.Node, lines int) int {
	end := lines
	fields := list.Content[0].Content
	for i := 0; i < len(fields); i += 2 {
		if line := fields[i].Line; line > at(list, "items").Line {
			end = min(end, line-1)
		}
	}
	return end
}

func isGenerated(item *yaml.Node) bool {
	label := at(item, "metadata", "labels", "app.kubernetes.io/managed-by")
	return label != nil && label.Value == "cloison"
}

// at returns the value at the path of keys, nil where there is none.
func at(node *yaml.Node, keys ...string) *yaml.Node {
	if node.Kind == yaml.DocumentNode {
		return at(node.Content[0], keys...)
	}
	if len(keys) == 0 {
		return node
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == keys[0] {
			return at(node.Content[i+1], keys[1:]...)
		}
	}
	return nil
}

// TestObjectsIn shows what of a file is put before the API server.
func TestObjectsIn(t *testing.T) {
	for _, test := range []struct {
		name, content string
		want          []string
		problem       string
	}{
		{name: "all objects of a stream", content: "{kind: A, metadata: {name: " +
			"a}}\n---\n{kind: B, metadata: {name: b}}\n", want: []string{"A a", "B b"}},
		{
			name:    "but those that configure tools",
			content: `{kind: A, metadata: {name: a, annotations: {config.kubernetes.io/local-config: "true"}}}`,
		},
		{
			name: "the generated items of a ResourceList",
			content: "kind: ResourceList\nitems:\n  # odd\n  - {kind: A, key: !!binary x, ? y: " +
				"1}\n\n  - kind: B\n    metadata:\n" +
				"      name: b\n      labels: " + ours + "\n  - kind: C\n    metadata: {name: c, labels: " + ours +
				"}\nresults: []\n",
			want: []string{"B b", "C c"},
		},
		{name: "nothing that was validated", content: "kind: ResourceList\nitems: []\n"},
		{name: "not only what others made", content: "kind: ResourceList\nitems:\n- kind: A\n",
			problem: "no item is generated"},
		{
			name: "as kubectl reads it",
			content: "kind: ResourceList\nitems:\n- kind: A\n  metadata: {name: a, labels: " + ours +
				"}\n  data: {on: 1, \"yes\": 1, yes: 1}\n",
			problem: "items[0]: decode document 1: ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.yaml")
			require.NoError(t, os.WriteFile(path, []byte(test.content), 0o600))
			objects, err := objectsIn(path)
			if test.problem != "" {
				require.ErrorContains(t, err, path+": "+test.problem)
				return
			}
			require.NoError(t, err)
			var got []string
			for _, object := range objects {
				got = append(got, object.GetKind()+" "+object.GetName())
			}
			require.Equal(t, test.want, got)
		})
	}
}
