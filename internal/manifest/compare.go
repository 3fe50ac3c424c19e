package manifest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Exact lets node have no field that is not in the value.
func Exact(string) bool { return false }

// Difference finds the first field in which node is not what value says, in the order of the fields' names. mayAdd says
// which fields node may have that value does not. It returns "" where there is none.
func Difference(node *yaml.Node, value any, mayAdd func(path string) bool) string {
	return difference(node, value, mayAdd, "")
}

func difference(node *yaml.Node, value any, mayAdd func(string) bool, path string) string {
	switch value := value.(type) {
	case map[string]any:
		return mapDifference(node, value, mayAdd, path)
	case []any:
		if node.Kind != yaml.SequenceNode || len(node.Content) != len(value) {
			return path
		}
		for i, item := range value {
			if at := difference(node.Content[i], item, mayAdd, path+"["+strconv.Itoa(i)+"]"); at != "" {
				return at
			}
		}
		return ""
	}
	if !sameScalar(node, value) {
		return path
	}
	return ""
}

func mapDifference(node *yaml.Node, value map[string]any, mayAdd func(string) bool, path string) string {
	if node.Kind != yaml.MappingNode {
		return path
	}
	fields := make(map[string]*yaml.Node, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if _, twice := fields[name]; twice {
			return join(path, name) // which of the two counts depends on who reads it
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
		at := join(path, name)
		field, has := fields[name]
		wanted, wants := value[name]
		switch {
		case !wants && mayAdd(at):
		case !has || !wants:
			return at
		default:
			if inner := difference(field, wanted, mayAdd, at); inner != "" {
				return inner
			}
		}
	}
	return ""
}

// join puts names that hold a dot in brackets, as in metadata.labels[app.kubernetes.io/name].
func join(path, name string) string {
	if strings.Contains(name, ".") {
		return path + "[" + name + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
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
