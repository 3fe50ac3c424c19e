package objects

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/kubeyaml"
)

// lineOf is the line of the node at path, or of the last one on the way to it. For a field it is the line of its name.
func lineOf(node *yaml.Node, path fieldpath.Path) int {
	line := node.Line
	for _, step := range path.Steps() {
		var at int
		if node, at = enter(node, step); node == nil {
			break
		}
		line = at
	}
	return line
}

// enter finds a field of a mapping or an item of a list, with the line where it starts; nil where there is none. Of
// fields that are given twice it is the last, with the line of the first.
func enter(node *yaml.Node, step string) (*yaml.Node, int) {
	node = kubeyaml.Target(node)
	switch node.Kind {
	case yaml.MappingNode:
		return enterMapping(node, step)
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line
		}
	}
	return nil, 0
}

func enterMapping(node *yaml.Node, step string) (*yaml.Node, int) {
	fields, err := kubeyaml.Hosts.Fields(node)
	if err != nil {
		return nil, 0
	}
	for _, f := range fields {
		if f.Name != step {
			continue
		}
		for i := 0; i+1 < len(node.Content); i += 2 { // the first of several is where a reader starts to look
			if key := node.Content[i]; kubeyaml.Text(key) == step {
				return f.Value, key.Line
			}
		}
		return f.Value, f.Key.Line // from a merge key
	}
	return nil, 0
}

// locate finds the field of a path in which names with dots are not told from nested fields, as decoders write it:
// spec.selector.app.kubernetes.io/name. Where the object has no such field it is the path as it is read.
func (o *Object) locate(dotted string) fieldpath.Path {
	if node, err := o.Source.Node(); err == nil && node != nil {
		if path, found := descend(node, dotted, fieldpath.Path{}); found {
			return path
		}
	}
	return fieldpath.Parse(dotted)
}

func descend(node *yaml.Node, rest string, at fieldpath.Path) (fieldpath.Path, bool) {
	rest = strings.TrimPrefix(rest, ".")
	if rest == "" {
		return at, true
	}
	node = kubeyaml.Target(node)
	switch node.Kind {
	case yaml.MappingNode:
		fields, err := kubeyaml.Hosts.Fields(node)
		if err != nil {
			return at, false
		}
		for _, f := range fields {
			after, starts := strings.CutPrefix(rest, f.Name)
			if !starts || f.Name == "" || after != "" && after[0] != '.' && after[0] != '[' {
				continue
			}
			if path, found := descend(f.Value, after, at.Child(f.Name)); found {
				return path, true
			}
		}
	case yaml.SequenceNode:
		index, after, closed := strings.Cut(strings.TrimPrefix(rest, "["), "]")
		if i, err := strconv.Atoi(index); closed && err == nil && i >= 0 && i < len(node.Content) {
			return descend(node.Content[i], after, at.Index(i))
		}
	}
	return at, false
}
