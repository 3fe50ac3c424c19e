package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/printable"
)

// head is the comment above an Inventory.
const head = `# What Scaleway Secret Manager holds: names and revisions, no values. Written by "cloison inventory", not by hand.
`

// Encode writes an Inventory as YAML: the fields in the order of the types, everything else in the order of the
// Inventory, which Sort makes. command, on one line, is what writes it again, for the comment above; empty for a comment
// that names none. The bytes depend on nothing else: there is no time in them. Load gives the same Inventory back.
func Encode(inventory *Inventory, command string) ([]byte, error) {
	text, err := json.Marshal(inventory)
	if err != nil {
		return nil, fmt.Errorf("write inventory %q: %w", inventory.Metadata.Name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	node, err := nodeOf(decoder)
	if err != nil {
		return nil, fmt.Errorf("write inventory %q: %w", inventory.Metadata.Name, err)
	}
	body, err := yaml.Marshal(node)
	if err != nil {
		return nil, fmt.Errorf("write inventory %q: %w", inventory.Metadata.Name, err)
	}
	comment := head
	if command != "" {
		comment += "# Write it again with: " + printable.Line(command) + "\n"
	}
	return append([]byte(comment), body...), nil
}

// nodeOf makes YAML of the next JSON value and keeps the order of its fields.
func nodeOf(decoder *json.Decoder) (*yaml.Node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		node := &yaml.Node{Kind: yaml.SequenceNode}
		if token == '{' {
			node.Kind = yaml.MappingNode
		}
		for decoder.More() { // of an object, its names and values by turns
			item, err := nodeOf(decoder)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, item)
		}
		_, err := decoder.Token()
		return node, err
	case string:
		return textNode(token), nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagBool, Value: strconv.FormatBool(token)}, nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: token.String()}, nil
	}
	return &yaml.Node{Kind: yaml.SequenceNode}, nil // a list that is nil but must be there
}

// plainForm is the form of what needs no quotes: names, ids and paths that no reader of YAML takes for anything else,
// apart from the words that old readers (YAML 1.1) take for booleans, and those that the encoder quotes by itself.
var (
	plainForm   = form.New(`^([a-zA-Z/_][-_./a-zA-Z0-9]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	booleanForm = form.New(`^(?i:y|n|yes|no|on|off)$`)
)

func textNode(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text}
	if !plainForm.Matches(text) || booleanForm.Matches(text) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}
