package fn_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// parse reads a ResourceList as plain values. A field that is there twice counts twice.
func parse(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document))
	list, isMap := plain(document.Content[0]).(map[string]any)
	require.True(t, isMap)
	return list
}

func plain(node *yaml.Node) any {
	switch node.Kind {
	case yaml.MappingNode:
		values := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			name := node.Content[i].Value
			for values[name] != nil {
				name += " again"
			}
			values[name] = plain(node.Content[i+1])
		}
		return values
	case yaml.SequenceNode:
		values := make([]any, len(node.Content))
		for i, item := range node.Content {
			values[i] = plain(item)
		}
		return values
	case yaml.AliasNode:
		return "*" + node.Value
	}
	if node.ShortTag() == yaml.NodeTagNull {
		return node.ShortTag()
	}
	return node.ShortTag() + " " + node.Value
}

func isSegregation(item any) bool {
	object, isObject := item.(map[string]any)
	return isObject && object["kind"] == "!!str Segregation"
}

var lineNumber = regexp.MustCompile(`line \d+`)

func withoutLineNumbers(text string) string {
	return lineNumber.ReplaceAllString(text, "line N")
}

// shuffleSegregations puts the fields of every Segregation of a ResourceList, at every depth, in another order. It says
// no where the input is not YAML, or where the order means something because a field is there twice.
func shuffleSegregations(input []byte, random *rand.Rand) ([]byte, bool) {
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(input))
	if decoder.Decode(&document) != nil || len(document.Content) == 0 ||
		!errors.Is(decoder.Decode(&yaml.Node{}), io.EOF) {
		return nil, false
	}
	root := document.Content[0]
	possible := root.Kind == yaml.MappingNode
	visitSegregations(root, func(node *yaml.Node) {
		possible = shuffle(node, random) && possible
	})
	if !possible {
		return nil, false
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	if err := encoder.Encode(root); err != nil {
		return nil, false
	}
	return out.Bytes(), encoder.Close() == nil
}

func visitSegregations(root *yaml.Node, visit func(*yaml.Node)) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		value := root.Content[i+1]
		switch root.Content[i].Value {
		case "items":
			for _, item := range value.Content {
				if kindOf(item) == "Segregation" {
					visit(item)
				}
			}
		case "functionConfig":
			if kindOf(value) == "Segregation" {
				visit(value)
			}
		}
	}
}

func kindOf(node *yaml.Node) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == "kind" {
			return node.Content[i+1].Value
		}
	}
	return ""
}

// shuffle says no where a mapping has a name twice, or where an alias could come before its anchor.
func shuffle(node *yaml.Node, random *rand.Rand) bool {
	if node.Kind == yaml.AliasNode {
		return false
	}
	if node.Kind == yaml.MappingNode {
		names := map[string]bool{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			names[node.Content[i].Value] = true
		}
		if len(names) != len(node.Content)/2 {
			return false
		}
		random.Shuffle(len(node.Content)/2, func(i, j int) {
			node.Content[2*i], node.Content[2*j] = node.Content[2*j], node.Content[2*i]
			node.Content[2*i+1], node.Content[2*j+1] = node.Content[2*j+1], node.Content[2*i+1]
		})
	}
	for _, content := range node.Content {
		if !shuffle(content, random) {
			return false
		}
	}
	return true
}
