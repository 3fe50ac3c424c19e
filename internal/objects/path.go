package objects

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// lineOf is the line of the node at path, or of the last one on the way to it. For a field it is the line of its name.
func lineOf(node *yaml.Node, path string) int {
	line := node.Line
	for _, step := range steps(path) {
		var at int
		if node, at = enter(node, step); node == nil {
			break
		}
		line = at
	}
	return line
}

// enter finds a field of a mapping or an item of a list, with the line where it starts; nil where there is none.
func enter(node *yaml.Node, step string) (*yaml.Node, int) {
	node = target(node)
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1], node.Content[i].Line
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line
		}
	}
	return nil, 0
}

// steps cuts a path into names and indexes: spec.ports[0].x and metadata.labels[a.b/c] have three steps each.
func steps(path string) []string {
	var steps []string
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			name, rest, _ := strings.Cut(path[1:], "]")
			steps, path = append(steps, name), rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			steps, path = append(steps, path[:end]), path[end:]
		}
	}
	return steps
}

// Field appends a name to a path, in brackets where it holds a dot or a slash.
func Field(path, name string) string {
	switch {
	case strings.ContainsAny(name, "./["):
		return path + "[" + name + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

// Index appends the number of an item to a path.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
