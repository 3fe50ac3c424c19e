package manifest

import (
	"maps"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
)

// Exact lets node have no field that is not in the value.
func Exact(fieldpath.Path) bool { return false }

// Difference finds the first field in which node is not what value says, in the order of the fields' names. mayAdd
// reports which fields node may have that value does not. It reports whether there is a difference.
func Difference(node *yaml.Node, value any, mayAdd func(fieldpath.Path) bool) (fieldpath.Path, bool) {
	return difference(node, value, mayAdd, fieldpath.Path{})
}

func difference(
	node *yaml.Node, value any, mayAdd func(fieldpath.Path) bool, path fieldpath.Path,
) (fieldpath.Path, bool) {
	switch value := value.(type) {
	case map[string]any:
		return mapDifference(node, value, mayAdd, path)
	case []any:
		if node.Kind != yaml.SequenceNode || len(node.Content) != len(value) {
			return path, true
		}
		for i, item := range value {
			if at, differs := difference(node.Content[i], item, mayAdd, path.Index(i)); differs {
				return at, true
			}
		}
		return fieldpath.Path{}, false
	}
	if !sameScalar(node, value) {
		return path, true
	}
	return fieldpath.Path{}, false
}

func mapDifference(
	node *yaml.Node, value map[string]any, mayAdd func(fieldpath.Path) bool, path fieldpath.Path,
) (fieldpath.Path, bool) {
	if node.Kind != yaml.MappingNode {
		return path, true
	}
	fields := make(map[string]*yaml.Node, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if _, twice := fields[name]; twice {
			return path.Child(name), true // which of the two counts depends on who reads it
		}
		fields[name] = node.Content[i+1]
	}
	names := map[string]bool{}
	for name := range fields {
		names[name] = true
	}
	for name := range value {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		at := path.Child(name)
		field, has := fields[name]
		wanted, wants := value[name]
		switch {
		case !wants && mayAdd(at):
		case !has || !wants:
			return at, true
		default:
			if inner, differs := difference(field, wanted, mayAdd, at); differs {
				return inner, true
			}
		}
	}
	return fieldpath.Path{}, false
}

// sameScalar compares by type too: "8080" is not 8080.
func sameScalar(node *yaml.Node, value any) bool {
	if node.Kind != yaml.ScalarNode {
		return false
	}
	switch value := value.(type) {
	case string:
		// "<<" is text unless it is the name of a field; YAML 1.1 writers do not quote it.
		return (node.ShortTag() == yaml.NodeTagString || node.ShortTag() == "!!merge") && node.Value == value
	case bool:
		return node.ShortTag() == yaml.NodeTagBool && node.Value == strconv.FormatBool(value)
	case int64:
		return node.ShortTag() == yaml.NodeTagInt && node.Value == strconv.FormatInt(value, 10)
	case float64:
		number, err := strconv.ParseFloat(node.Value, 64)
		return err == nil && number == value && node.ShortTag() != yaml.NodeTagString
	case nil:
		return node.ShortTag() == yaml.NodeTagNull
	}
	return false
}
