package strict

import (
	"fmt"
	"reflect"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
)

var textType = reflect.TypeFor[string]()

// wrongType reports a value that is none of a type.
func (d *decoder) wrongType(node *yaml.Node, of reflect.Type, path fieldpath.Path, must string) {
	fix := ""
	if d.dialect.Form != nil {
		fix = d.dialect.Form(of, path, node)
	}
	if fix == "" {
		fix = d.form(node, of, path)
	}
	d.wrong(d.dialect.WrongType, path, fmt.Sprintf("must be %s, got %s", must, got(node, of)), fix)
}

// got names what was written. A text is only repeated where it reads as a number or a truth value, or as a name where
// people write one, since it may be a secret that was written where its source must be.
func got(node *yaml.Node, of reflect.Type) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "an object"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Kind == yaml.AliasNode:
		return "a YAML alias"
	case isNothing(node):
		return "nothing"
	}
	kind := yamlTypes[node.ShortTag()]
	switch {
	case kind == "":
		return "a value with the tag " + phrase.Quote(node.Tag)
	case node.ShortTag() != yaml.NodeTagString:
		return "the " + kind + " " + phrase.Shorten(node.Value)
	case phrase.IsLiteral(node.Value), isNamed(of) && phrase.IsName(node.Value):
		return "the " + kind + " " + phrase.Quote(node.Value)
	}
	return "a " + kind
}

// form says how to write a value that is none of a type, by what the type alone tells.
func (d *decoder) form(node *yaml.Node, of reflect.Type, path fieldpath.Path) string {
	isScalar := node.Kind == yaml.ScalarNode
	switch {
	case node.Kind == yaml.AliasNode:
		return "write it out"
	case isNothing(node), isScalar && node.ShortTag() == yaml.NodeTagNull && !d.isFreeText(of):
		return "give it a value or remove it"
	case isScalar && yamlTypes[node.ShortTag()] == "":
		return "remove the tag"
	case d.isFreeText(of) && isScalar && node.ShortTag() == yaml.NodeTagNull:
		return fmt.Sprintf("put it in quotes, %q, or remove it", node.Value)
	case d.isFreeText(of) && isScalar:
		return fmt.Sprintf("put it in quotes: %q", phrase.Shorten(node.Value))
	case of.Kind() == reflect.String && node.Kind == yaml.SequenceNode && len(node.Content) == 1:
		return "write it without brackets or dash"
	case d.isFreeText(of) && node.Kind == yaml.MappingNode && len(node.Content) == 2:
		return "write the text itself, without a name before it"
	case of.Kind() == reflect.Bool && isScalar:
		return truth(node.Value)
	case of.Kind() == reflect.Int && node.ShortTag() == yaml.NodeTagString && phrase.IsLiteral(node.Value):
		return "remove the quotes"
	case of.Kind() == reflect.Slice && isScalar:
		return "write a list: " + path.Last() + ": [" + repeated(node) + "]"
	case of.Kind() == reflect.Slice && node.Kind == yaml.MappingNode && d.areFields(node, of.Elem()):
		return "put a dash before it: it is one item of the list"
	case of.Kind() == reflect.Slice && node.Kind == yaml.MappingNode && isStruct(of.Elem()):
		return "write dashes instead of names: each is an item of the list"
	case of.Kind() == reflect.Struct && node.ShortTag() == yaml.NodeTagString && d.firstText(of) != "":
		return fmt.Sprintf("write {%s: %s}", d.firstText(of), repeated(node))
	case of.Kind() == reflect.Map && node.Kind == yaml.SequenceNode:
		return "write names instead of dashes: " + path.Last() + ": {" + nameOfFirst(node) + ": ...}"
	case of.Kind() == reflect.Map && isScalar:
		return "write names and values: " + path.Last() + ": {NAME: ...}"
	}
	return ""
}

// isFreeText reports whether a type is a text that a value becomes by quotes.
func (d *decoder) isFreeText(of reflect.Type) bool {
	return of.Kind() == reflect.String && !d.dialect.Numeric[of] && d.dialect.Must[of] == ""
}

// nameOfFirst is the name that the first item of a list is or has, where it may be repeated.
func nameOfFirst(list *yaml.Node) string {
	if len(list.Content) == 0 {
		return "NAME"
	}
	name := list.Content[0].Value
	if list.Content[0].Kind == yaml.MappingNode {
		name = nameField(list.Content[0], "name")
	}
	if name == "" || !phrase.IsName(name) {
		return "NAME"
	}
	return name
}

// truth is the truth value that a text stands for in other versions of YAML, and in other tools.
func truth(text string) string {
	switch strings.ToLower(text) {
	case "true", "false":
		return "remove the quotes"
	case "yes", "y", "on", "1":
		return "write true"
	case "no", "n", "off", "0":
		return "write false"
	}
	return ""
}

// firstText is the first field of a struct type, where it is a text: what an object has to say most.
func (d *decoder) firstText(of reflect.Type) string {
	fields := d.fieldsOf(of)
	if len(fields.names) == 0 || of.FieldByIndex(fields.index[fields.names[0]]).Type.Kind() != reflect.String {
		return ""
	}
	return fields.names[0]
}

// repeated is a scalar as it may stand in a list; dots for what may be a secret.
func repeated(node *yaml.Node) string {
	if isLiteral(node) || phrase.IsName(strings.ReplaceAll(node.Value, ",", "")) {
		return node.Value
	}
	return "..."
}

// areFields reports whether all entries of a mapping are fields of a struct type.
func (d *decoder) areFields(node *yaml.Node, of reflect.Type) bool {
	known := d.fieldsOfStruct(of)
	for i := 0; i+1 < len(node.Content); i += 2 {
		if _, is := known.index[node.Content[i].Value]; !is {
			return false
		}
	}
	return len(node.Content) > 0
}

func isStruct(of reflect.Type) bool {
	return of.Kind() == reflect.Struct || of.Kind() == reflect.Pointer && of.Elem().Kind() == reflect.Struct
}

// isNamed reports whether people write a name where a value of a type belongs: the name of what is an object, or one
// item of a list.
func isNamed(of reflect.Type) bool {
	return of.Kind() == reflect.Slice || of.Kind() == reflect.Struct || of.Kind() == reflect.Map
}

func isNothing(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagNull && node.Value == ""
}

// isLiteral reports whether a value can only be meant as a number or as a truth value.
func isLiteral(node *yaml.Node) bool {
	return node.ShortTag() != yaml.NodeTagString || phrase.IsLiteral(node.Value)
}

// yamlTypes names the types that an unquoted scalar may turn into.
var yamlTypes = map[string]string{
	yaml.NodeTagNull:   "null value",
	yaml.NodeTagBool:   "boolean",
	yaml.NodeTagInt:    "number",
	yaml.NodeTagFloat:  "number",
	"!!timestamp":      "date",
	yaml.NodeTagString: "text",
}
