package kubeyaml

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Meta identifies an object.
type Meta struct {
	APIVersion, Kind string
	// Namespace is empty where none is written.
	Namespace, Name     string
	Labels, Annotations map[string]string
	// IsList reports a field items: kubectl applies what is in it, whatever the kind says, and not the object itself.
	IsList bool
	// Encrypted reports that SOPS has encrypted the object: it has the field that SOPS adds, with a checksum or a date.
	// Facts: docs/facts.md, "Files that SOPS and git-crypt encrypt".
	Encrypted bool
}

// Identify reads the Meta of an object. It is empty where node is no mapping.
func (d Dialect) Identify(node *yaml.Node) (Meta, error) {
	var found Meta
	var metadata *yaml.Node
	err := d.visit(node, func(name string, value *yaml.Node) {
		switch name {
		case "apiVersion":
			found.APIVersion = d.typeText(value)
		case "kind":
			found.Kind = d.typeText(value)
		case "items":
			found.IsList = true
		case "metadata":
			metadata = value
		case "sops":
			found.Encrypted = Text(d.Value(value, "mac")) != "" || Text(d.Value(value, "lastmodified")) != ""
		}
	})
	if err != nil {
		return Meta{}, err
	}
	var labels, annotations *yaml.Node
	err = d.visit(metadata, func(name string, value *yaml.Node) {
		switch name {
		case "namespace":
			found.Namespace = ownText(value)
		case "name":
			found.Name = ownText(value)
		case "labels":
			labels = value
		case "annotations":
			annotations = value
		}
	})
	if err != nil {
		return Meta{}, err
	}
	if found.Labels, err = d.texts(labels); err != nil {
		return Meta{}, err
	}
	found.Annotations, err = d.texts(annotations)
	return found, err
}

// ownText is a copy of the text, so that the memory of the input can be freed.
func ownText(node *yaml.Node) string { return strings.Clone(Text(node)) }

// typeText is the text of an apiVersion or kind; empty for a number or boolean, which kubectl does not accept there.
func (d Dialect) typeText(node *yaml.Node) string {
	value := Target(node)
	if d == Kubectl && value != nil && value.Kind == yaml.ScalarNode && value.Style&yaml.TaggedStyle == 0 {
		_, isBoolean := oldBoolean(value)
		switch value.ShortTag() {
		case yaml.NodeTagInt, yaml.NodeTagFloat, yaml.NodeTagBool:
			return ""
		}
		if isBoolean {
			return ""
		}
	}
	return ownText(node)
}

// texts reads a map of texts; nil where the node is no mapping.
func (d Dialect) texts(node *yaml.Node) (map[string]string, error) {
	node = Target(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	found := make(map[string]string, len(node.Content)/2)
	err := d.visit(node, func(name string, value *yaml.Node) { found[name] = ownText(value) })
	return found, err
}

// visit calls do for every field of a mapping; where a name is given twice, for the last one last.
func (d Dialect) visit(node *yaml.Node, do func(name string, value *yaml.Node)) error {
	node = Target(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; isPlain(key) {
			continue
		}
		fields, err := d.Fields(node)
		for _, f := range fields {
			do(f.Name, f.Value)
		}
		return err
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		name := key.Value
		if value, is := oldBoolean(key); is && d == Kubectl {
			name = booleanText(value)
		}
		do(name, node.Content[i+1])
	}
	return nil
}

// Value is the value of a field, an alias followed; nil where there is none.
func (d Dialect) Value(node *yaml.Node, name string) *yaml.Node {
	var found *yaml.Node
	err := d.visit(node, func(each string, value *yaml.Node) {
		if each == name {
			found = value
		}
	})
	if err != nil {
		return nil
	}
	return Target(found)
}
