package manifest

import (
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
	return difference(node, value, mayAdd, nil)
}

// step is one on the way from the object to a value, of a field or an item; nil at the object itself. There is one for
// every value, and a path only for those that differ.
type step struct {
	outer  *step
	field  string
	item   int
	isItem bool
}

func (s *step) path() fieldpath.Path {
	switch {
	case s == nil:
		return fieldpath.Path{}
	case s.isItem:
		return s.outer.path().Index(s.item)
	}
	return s.outer.path().Child(s.field)
}

func difference(
	node *yaml.Node, value any, mayAdd func(fieldpath.Path) bool, at *step,
) (fieldpath.Path, bool) {
	switch value := value.(type) {
	case map[string]any:
		return mapDifference(node, value, mayAdd, at)
	case []any:
		if node.Kind != yaml.SequenceNode || len(node.Content) != len(value) {
			return at.path(), true
		}
		for i, item := range value {
			if path, differs := difference(node.Content[i], item, mayAdd,
				&step{outer: at, item: i, isItem: true}); differs {
				return path, true
			}
		}
		return fieldpath.Path{}, false
	}
	if !sameScalar(node, value) {
		return at.path(), true
	}
	return fieldpath.Path{}, false
}

func mapDifference(
	node *yaml.Node, value map[string]any, mayAdd func(fieldpath.Path) bool, at *step,
) (fieldpath.Path, bool) {
	if node.Kind != yaml.MappingNode {
		return at.path(), true
	}
	fields := make(map[string]*yaml.Node, len(node.Content)/2)
	names := make([]string, 0, max(len(node.Content)/2, len(value)))
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if _, twice := fields[name]; twice {
			return at.path().Child(name), true // which of the two counts depends on who reads it
		}
		fields[name] = node.Content[i+1]
		names = append(names, name)
	}
	for name := range value {
		if fields[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		field, has := fields[name]
		wanted, wants := value[name]
		switch {
		case has && wants:
			if path, differs := difference(field, wanted, mayAdd, &step{outer: at, field: name}); differs {
				return path, true
			}
		case wants || !mayAdd(at.path().Child(name)):
			return at.path().Child(name), true
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
