package strict

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
)

// maxAliasedNodes bounds how many nodes a document may reach through YAML aliases, so that aliases of aliases cannot
// make a small file large.
const maxAliasedNodes = 100_000

// Dialect has what differs between the kinds that are decoded.
type Dialect struct {
	// The codes of the findings.
	Unreadable, UnknownField, DuplicateField, WrongType finding.Code
	// Numeric has the text types that may also be written as a number.
	Numeric map[reflect.Type]bool
	// Must describes what a text of a type must be, for messages. Default: "text".
	Must map[reflect.Type]string
	// Wrapped has types of texts that may also be written as an object with one field, which the text begins with then:
	// {clusterRole: view} is "clusterRole view".
	Wrapped map[reflect.Type]string
	// Named has the types of lists that may also be written as a map from a name to an item: its items are in the order
	// of their names.
	Named map[reflect.Type]bool
	// Field guesses what a field that a struct type does not have was meant to be. May be nil.
	Field func(of reflect.Type, name string, value *yaml.Node) Guess
	// Form says how to write a value that is none of a type, at a path; empty where it does not know. May be nil.
	Form func(of reflect.Type, path fieldpath.Path, value *yaml.Node) string
}

// Guess is what was meant by a field that there is not.
type Guess struct {
	// Meant is the field of the same object that was meant; empty where there is none. It counts as given.
	Meant string
	// Fix says how to write it. Default: to write Meant, or to remove what is there where Meant is there too.
	Fix string
}

// Decode fills what into points to from a YAML node: structs by their json tags, maps, lists, pointers, texts, booleans
// and whole numbers. Unlike encoding/json it reports unknown, duplicate and wrongly-cased fields and wrong types all in
// one run. It returns false where it stopped before the end; then missing fields must not be judged.
func Decode(node *yaml.Node, into any, document *Document, dialect Dialect) bool {
	d := &decoder{document: document, dialect: dialect, fields: map[reflect.Type]structFields{},
		root: reflect.TypeOf(into).Elem()}
	d.value(node, reflect.ValueOf(into).Elem(), fieldpath.Path{})
	return !d.stopped()
}

// decoder decodes one document.
type decoder struct {
	document *Document
	dialect  Dialect
	// root is the type of the whole document.
	root reflect.Type
	// fields caches the fields of struct types.
	fields  map[reflect.Type]structFields
	aliased int
	inAlias int
}

// value decodes node, the value at path, into v.
func (d *decoder) value(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if _, known := d.document.lines[path]; !known {
		d.document.lines[path] = node.Line
	}
	if node.Kind == yaml.AliasNode {
		if d.inAlias++; d.inAlias == 1 || d.withinAliasBudget(path) {
			d.value(node.Alias, v, path)
		}
		d.inAlias--
		return
	}
	if d.inAlias > 0 && !d.withinAliasBudget(path) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(node, v.Elem(), path)
	case reflect.Struct:
		d.object(node, v, path)
	case reflect.Map:
		d.entries(node, v, path)
	case reflect.Slice:
		d.items(node, v, path)
	case reflect.Bool:
		d.boolean(node, v, path)
	case reflect.Int:
		d.wholeNumber(node, v, path)
	case reflect.String:
		d.text(node, v, path)
	default:
		panic(fmt.Sprintf("strict: no way to decode a %s", v.Type()))
	}
}

func (d *decoder) withinAliasBudget(path fieldpath.Path) bool {
	d.aliased++
	if d.aliased == maxAliasedNodes+1 {
		d.wrong(d.dialect.Unreadable, path,
			fmt.Sprintf("YAML aliases must not stand for more than %d values", maxAliasedNodes), "write the values out")
	}
	return !d.stopped()
}

// stopped reports whether decoding stopped before the end of the document.
func (d *decoder) stopped() bool { return d.aliased > maxAliasedNodes }

// wrong reports a value that could not be read, and marks the path as undecoded.
func (d *decoder) wrong(code finding.Code, path fieldpath.Path, message, fix string) {
	d.document.Problem(code, path, message, fix)
	d.document.undecoded[path] = true
}

func (d *decoder) object(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	fields := d.fieldsOf(v.Type())
	if node.Kind != yaml.MappingNode {
		d.wrongType(node, v.Type(), path, "an object with fields "+phrase.List(fields.names))
		return
	}
	missing := sync.OnceValue(func() []string { return without(fields.names, node) })
	d.eachEntry(node, path, func(name string, value *yaml.Node) {
		at, known := fields.index[name]
		if !known {
			d.unknownField(unknown{name, value, node}, v.Type(), path, missing())
			return
		}
		d.value(value, v.FieldByIndex(at), path.Child(name))
	})
}

func (d *decoder) fieldsOf(t reflect.Type) structFields {
	fields, met := d.fields[t]
	if !met {
		fields = fieldsOf(t)
		d.fields[t] = fields
	}
	return fields
}

// without returns the names that a mapping lacks.
func without(names []string, mapping *yaml.Node) []string {
	given := map[string]bool{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		given[mapping.Content[i].Value] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return given[name] })
}

func (d *decoder) mergeKey(value *yaml.Node, path fieldpath.Path) {
	at := path.Child("<<")
	d.document.lines[at] = value.Line
	d.wrong(d.dialect.UnknownField, at, `YAML merge keys ("<<") are not supported`, "write the fields out")
}

func (d *decoder) entries(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	v.Set(reflect.MakeMap(v.Type()))
	if node.Kind != yaml.MappingNode {
		d.wrongType(node, v.Type(), path, "a map")
		return
	}
	d.eachEntry(node, path, func(name string, value *yaml.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, path.Child(name))
		v.SetMapIndex(reflect.ValueOf(name), element)
	})
}

// eachEntry calls visit for every entry of a mapping whose key is text and no duplicate.
func (d *decoder) eachEntry(node *yaml.Node, path fieldpath.Path, visit func(name string, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := key.Value
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			d.mergeKey(value, path)
			continue
		}
		if key.Kind != yaml.ScalarNode || key.ShortTag() != yaml.NodeTagString {
			d.wrongName(key, path)
			continue
		}
		at := path.Child(name)
		if seen[name] {
			d.document.Problem(d.dialect.DuplicateField, at,
				fmt.Sprintf("field %s is given twice (again on line %d); must be given once", phrase.Quote(name),
					d.shownLine(key)),
				"keep one of the two")
			continue
		}
		seen[name] = true
		d.document.lines[at] = key.Line
		visit(name, value)
	}
}

// wrongName reports a name that is not text.
func (d *decoder) wrongName(key *yaml.Node, path fieldpath.Path) {
	at := path.Child(key.Value)
	d.document.lines[at] = key.Line
	d.wrongType(key, textType, at, "a name that is text")
}

func (d *decoder) shownLine(node *yaml.Node) int {
	return max(d.document.origin.FirstLine, 1) + node.Line - 1
}

func (d *decoder) items(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if d.dialect.Named[v.Type()] {
		switch node.Kind {
		case yaml.MappingNode:
			d.namedItems(node, v, path)
			return
		case yaml.SequenceNode:
		default:
			d.wrongType(node, v.Type(), path, "a list, or a map from names to items")
			return
		}
	}
	if node.Kind != yaml.SequenceNode {
		d.wrongType(node, v.Type(), path, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		d.value(item, v.Index(i), path.Index(i))
	}
}

// namedItems fills a list from a map, by name. The document knows the items by their names.
func (d *decoder) namedItems(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if d.isItem(node, v.Type().Elem()) {
		d.wrong(d.dialect.WrongType, path, "must be a list, or a map from names to items, got one item",
			"put a dash before it, or a name above it")
		return
	}
	values := map[string]*yaml.Node{}
	d.eachEntry(node, path, func(name string, value *yaml.Node) { values[name] = value })
	names := slices.Sorted(maps.Keys(values))
	v.Set(reflect.MakeSlice(v.Type(), len(names), len(names)))
	for i, name := range names {
		d.value(values[name], v.Index(i), path.Child(name))
		d.document.Move(path.Index(i), path.Child(name))
	}
	d.document.names[path] = names
}

// isItem reports whether a map has a field of the items where it should have their names.
func (d *decoder) isItem(node *yaml.Node, item reflect.Type) bool {
	fields := fieldsOf(item)
	for i := 0; i+1 < len(node.Content); i += 2 {
		if _, is := fields.index[node.Content[i].Value]; is && node.Content[i+1].Kind != yaml.MappingNode {
			return true
		}
	}
	return false
}

const trueOrFalse = "true or false"

func (d *decoder) boolean(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagBool {
		switch strings.ToLower(node.Value) {
		case "true", "false":
			v.SetBool(strings.EqualFold(node.Value, "true"))
			return
		}
	}
	d.wrongType(node, v.Type(), path, trueOrFalse)
}

const aWholeNumber = "a whole number"

func (d *decoder) wholeNumber(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagInt {
		if n, err := strconv.Atoi(node.Value); err == nil {
			v.SetInt(int64(n))
			return
		}
	}
	d.wrongType(node, v.Type(), path, aWholeNumber)
}

func (d *decoder) text(node *yaml.Node, v reflect.Value, path fieldpath.Path) {
	if field := d.dialect.Wrapped[v.Type()]; field != "" && node.Kind == yaml.MappingNode {
		d.wrapped(node, v, path, field)
		return
	}
	if node.Kind == yaml.ScalarNode {
		switch tag := node.ShortTag(); {
		case tag == yaml.NodeTagString, d.dialect.Numeric[v.Type()] &&
			(tag == yaml.NodeTagInt || tag == yaml.NodeTagFloat):
			v.SetString(node.Value)
			return
		}
	}
	must := d.dialect.Must[v.Type()]
	if must == "" {
		must = "text"
	}
	d.wrongType(node, v.Type(), path, must)
}

// wrapped reads a text that is the one field of an object.
func (d *decoder) wrapped(node *yaml.Node, v reflect.Value, path fieldpath.Path, field string) {
	d.eachEntry(node, path, func(name string, value *yaml.Node) {
		if name != field {
			at := path.Child(name)
			d.document.lines[at] = value.Line
			d.wrong(d.dialect.UnknownField, at, fmt.Sprintf("unknown field %s; must be %s", phrase.Quote(name), field),
				phrase.Write(field))
			d.document.undecoded[path] = true // it was given, under another name
			return
		}
		var text string
		d.value(value, reflect.ValueOf(&text).Elem(), path.Child(name))
		v.SetString(field + " " + text)
	})
}
