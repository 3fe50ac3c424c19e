package objects

import (
	"encoding/json"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
)

// PutInto puts an object that names no namespace into one, as kubectl does with --namespace. What is written in the file
// stays: its lines are those of before.
func (o *Object) PutInto(namespace string) {
	o.Namespace = namespace
	o.Source = namespaced{object: &Object{Source: o.Source}, namespace: namespace}
	o.plain, o.node = nil, nil
}

// namespaced is a Source in which the object names a namespace.
type namespaced struct {
	// object has the Source of before.
	object    *Object
	namespace string
}

// Node is the text with the namespace. Nodes that do not change are those of before.
func (n namespaced) Node() (*yaml.Node, error) {
	node, err := n.object.Source.Node()
	if err != nil || node == nil || node.Kind != yaml.MappingNode {
		return node, err
	}
	changed := *node
	changed.Content = append([]*yaml.Node{}, node.Content...)
	for i := 0; i+1 < len(changed.Content); i += 2 {
		if key, value := changed.Content[i], changed.Content[i+1]; key.Value == "metadata" && value.Kind == yaml.MappingNode {
			metadata := *value
			metadata.Content = append([]*yaml.Node{}, value.Content...)
			metadata.Content = append(metadata.Content, scalar("namespace", value.Line), scalar(n.namespace, value.Line))
			changed.Content[i+1] = &metadata
		}
	}
	return &changed, nil
}

func scalar(text string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text, Line: line, Column: 1}
}

// JSON is that of before with the namespace. One whose metadata is none stays as it is, and is refused elsewhere.
func (n namespaced) JSON() (text []byte, twice []fieldpath.Path, err error) {
	if text, twice, err = n.object.json(); err != nil {
		return nil, nil, err
	}
	var fields, metadata map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil || json.Unmarshal(fields["metadata"], &metadata) != nil {
		return text, twice, nil
	}
	if metadata == nil {
		metadata = map[string]json.RawMessage{}
	}
	var changed []byte
	if metadata["namespace"], err = json.Marshal(n.namespace); err == nil {
		if fields["metadata"], err = json.Marshal(metadata); err == nil {
			changed, err = json.Marshal(fields)
		}
	}
	return changed, twice, err
}
