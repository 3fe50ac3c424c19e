package resourcelist

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/testkit"
)

// seeds are all inputs of the golden cases and what else has gone wrong once.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	const cases = 181
	files := testkit.Files(t, "../../testdata/cases/*/input.yaml", cases)
	var all [][]byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		const large = 20_000 // slows the fuzzer down
		if len(content) < large {
			all = append(all, content)
		}
	}
	for _, body := range odd {
		all = append(all, []byte(head+body))
	}
	return all
}

// FuzzRead compares the fast way of reading with the slow one, which parses everything: where the fast one succeeds,
// both must see the same.
func FuzzRead(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fast, err := split(data)
		if err == nil {
			err = fast.readItems()
		}
		if err == nil {
			checkFast(t, data, fast)
		}
		list, err := Read(data)
		if err != nil {
			require.Nil(t, list)
			return
		}
		again, err := Read(write(t, list))
		require.NoError(t, err, "what was written must be readable")
		requireSame(t, list, again)
		list.Items = append(list.Items, NewItem(Meta{Kind: "Added"}, []byte("kind: Added")))
		list.Results = append(list.Results, NewItem(Meta{}, []byte("message: added")))
		again, err = Read(write(t, list))
		require.NoError(t, err, "what was added must be readable")
		requireSame(t, list, again)
	})
}

// checkFast compares a list that was read by lines with the same input read as YAML.
func checkFast(t *testing.T, data []byte, fast *List) {
	t.Helper()
	normal, err := normalize(data)
	require.NoError(t, err, "the fast way took what is no ResourceList")
	slow, err := split(normal)
	require.NoError(t, err)
	require.NoError(t, slow.readItems())
	requireSame(t, slow, fast)
	written := write(t, fast)
	requireSameNodes(t, data, written)
	if !fast.hasEmptyList() {
		require.Equal(t, string(data), string(written), "what is not changed must come out byte for byte")
	}
	for i, item := range fast.Items {
		requireSameItem(t, i, item)
	}
}

// requireSameItem compares the text of the item alone, and in a list of another indentation, with the item.
func requireSameItem(t *testing.T, i int, item *Item) {
	t.Helper()
	node, err := item.Node()
	require.NoError(t, err)
	want := describe(node)
	alone, err := NewItem(item.Meta, item.YAML()).Node()
	require.NoError(t, err, "items[%d]", i)
	require.Equal(t, want, describe(alone), "items[%d] alone", i)
	var out bytes.Buffer
	item.write(&out, item.indent+"    ")
	moved, err := (&Item{text: out.Bytes(), wrapped: inList}).Node()
	require.NoError(t, err, "items[%d] moved: %q", i, out.String())
	require.Equal(t, want, describe(moved), "items[%d] moved", i)
}

func (l *List) hasEmptyList() bool {
	return len(l.Items) == 0 || l.has("results") && len(l.Results) == 0
}

func write(t *testing.T, list *List) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, list.Write(&out))
	return out.Bytes()
}

func requireSame(t *testing.T, want, got *List) {
	t.Helper()
	require.Len(t, got.Items, len(want.Items))
	require.Len(t, got.Results, len(want.Results))
	require.Equal(t, want.FunctionConfig == nil, got.FunctionConfig == nil)
	if want.FunctionConfig != nil {
		require.Equal(t, want.FunctionConfig.Meta, got.FunctionConfig.Meta)
	}
	for i := range want.Items {
		require.Equal(t, want.Items[i].Meta, got.Items[i].Meta, "items[%d]", i)
	}
}

// requireSameNodes compares everything but style, comments and lists that are left empty.
func requireSameNodes(t *testing.T, want, got []byte) {
	t.Helper()
	require.Equal(t, sectionsOf(t, want), sectionsOf(t, got))
}

func sectionsOf(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	root := document.Content[0]
	sections := map[string]string{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		name, value := root.Content[i].Value, root.Content[i+1]
		isList := name == "items" || name == "results"
		if isList && len(value.Content) == 0 {
			continue
		}
		sections[name] = describe(value)
	}
	return sections
}

func describe(node *yaml.Node) string {
	text := fmt.Sprintf("%d %s %s %q [", node.Kind, node.ShortTag(), node.Anchor, node.Value)
	if node.Kind == yaml.AliasNode {
		return text + "]"
	}
	for _, content := range node.Content {
		text += describe(content) + ","
	}
	return text + "]"
}
