package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
)

// maxAliasedNodes bounds how many nodes a spec may reach through YAML aliases, so that aliases of aliases cannot make a
// small file large.
const maxAliasedNodes = 100_000

// decoder fills the types of this package from YAML nodes. It is stricter than encoding/json, and unlike it goes on after
// a problem: unknown, duplicate and wrongly-cased fields and wrong types are all reported in one run.
type decoder struct {
	report  *report
	aliased int
	inAlias int
}

func (d *decoder) decode(node *yaml.Node, seg *Segregation) {
	d.value(node, reflect.ValueOf(seg).Elem(), "")
}

// value decodes node, which stands at path, into v.
func (d *decoder) value(node *yaml.Node, v reflect.Value, path string) {
	if _, known := d.report.lines[path]; !known {
		d.report.lines[path] = node.Line
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
	case reflect.String:
		d.text(node, v, path)
	default:
		panic(fmt.Sprintf("spec: no way to decode a %s", v.Type()))
	}
}

func (d *decoder) withinAliasBudget(path string) bool {
	d.aliased++
	if d.aliased == maxAliasedNodes+1 {
		d.wrong(finding.SpecUnreadable, path,
			fmt.Sprintf("YAML aliases must not stand for more than %d values", maxAliasedNodes), "write the values out")
	}
	return !d.stopped()
}

// stopped says that not all of the Segregation was decoded.
func (d *decoder) stopped() bool { return d.aliased > maxAliasedNodes }

// wrong reports a value that could not be read, so that no later step judges the path again.
func (d *decoder) wrong(code finding.Code, path, message, fix string) {
	d.report.problem(code, path, message, fix)
	d.report.undecoded[path] = true
}

func (d *decoder) object(node *yaml.Node, v reflect.Value, path string) {
	fields := fieldsOf(v.Type())
	missing := sync.OnceValue(func() []string { return without(fields.names, node) })
	d.eachEntry(node, path, "an object with fields "+list(fields.names), func(name string, value *yaml.Node) {
		i, known := fields.index[name]
		if !known {
			d.unknownField(name, value, path, fields.names, missing())
			return
		}
		d.value(value, v.Field(i), child(path, name))
	})
}

// without leaves out the names that a mapping has.
func without(names []string, mapping *yaml.Node) []string {
	given := map[string]bool{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		given[mapping.Content[i].Value] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return given[name] })
}

// unknownField reports a name that is not among the known ones. missing are those of them that were not given.
func (d *decoder) unknownField(name string, value *yaml.Node, path string, known, missing []string) {
	at := child(path, name)
	d.report.lines[at] = value.Line
	if name == "<<" {
		d.wrong(finding.SpecUnknownField, at, `YAML merge keys ("<<") are not supported`, "write the fields out")
		return
	}
	message := fmt.Sprintf("unknown field %s; must be one of %s", quote(name), list(known))
	fix := "remove it"
	if given := closest(name, known); given != "" {
		fix = fmt.Sprintf("remove it; %q is there already", given)
	}
	if similar := closest(name, missing); similar != "" {
		d.report.undecoded[child(path, similar)] = true // it was given, under another name
		fix = fmt.Sprintf("write %q", similar)
		if strings.EqualFold(similar, name) {
			message = fmt.Sprintf("unknown field %s; names are case-sensitive", quote(name))
		}
	}
	d.wrong(finding.SpecUnknownField, at, message, fix)
}

func (d *decoder) entries(node *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.eachEntry(node, path, "a map", func(name string, value *yaml.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, child(path, name))
		v.SetMapIndex(reflect.ValueOf(name), element)
	})
}

// eachEntry calls visit for every entry of a mapping whose key is text and comes for the first time.
func (d *decoder) eachEntry(node *yaml.Node, path, must string, visit func(name string, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		d.wrongType(node, path, must)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := key.Value
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			d.unknownField("<<", value, path, nil, nil)
			continue
		}
		if key.Kind != yaml.ScalarNode || key.ShortTag() != yaml.NodeTagString {
			d.wrongName(key, path)
			continue
		}
		at := child(path, name)
		if seen[name] {
			d.report.problem(finding.SpecDuplicateField, at,
				fmt.Sprintf("field %s is given twice (again on line %d); must be given once", quote(name), d.shownLine(key)),
				"keep one of the two")
			continue
		}
		seen[name] = true
		d.report.lines[at] = key.Line
		visit(name, value)
	}
}

// wrongName reports a name that is not text. The other names of the mapping are judged all the same.
func (d *decoder) wrongName(key *yaml.Node, path string) {
	at := child(path, key.Value)
	d.report.lines[at] = key.Line
	d.wrongType(key, at, "a name that is text")
}

func (d *decoder) shownLine(node *yaml.Node) int {
	return max(d.report.origin.FirstLine, 1) + node.Line - 1
}

func (d *decoder) items(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		d.wrongType(node, path, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		d.value(item, v.Index(i), index(path, i))
	}
}

const trueOrFalse = "true or false"

func (d *decoder) boolean(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagBool {
		switch strings.ToLower(node.Value) {
		case "true", "false":
			v.SetBool(strings.EqualFold(node.Value, "true"))
			return
		}
	}
	d.wrongType(node, path, trueOrFalse)
}

// numeric has the types that people naturally write as a plain number.
var numeric = map[reflect.Type]bool{
	reflect.TypeFor[Quantity](): true,
	reflect.TypeFor[Port]():     true,
	reflect.TypeFor[Revision](): true,
}

func (d *decoder) text(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind == yaml.ScalarNode {
		switch tag := node.ShortTag(); {
		case tag == yaml.NodeTagString, numeric[v.Type()] && (tag == yaml.NodeTagInt || tag == yaml.NodeTagFloat):
			v.SetString(node.Value)
			return
		}
	}
	if v.Type() == reflect.TypeFor[Duration]() {
		d.wrongType(node, path, "a span of time such as 30s or 1h30m")
		return
	}
	d.wrongType(node, path, "text")
}

func (d *decoder) wrongType(node *yaml.Node, path, must string) {
	var got, fix string
	switch {
	case node.Kind == yaml.MappingNode:
		got = "an object"
	case node.Kind == yaml.SequenceNode:
		got = "a list"
	case node.Kind == yaml.AliasNode:
		got, fix = "a YAML alias", "write it out"
	case node.ShortTag() == yaml.NodeTagNull && node.Value == "":
		got, fix = "nothing", "give it a value or remove it"
	case yamlTypes[node.ShortTag()] == "":
		got, fix = "a value with the tag "+quote(node.Tag), "remove the tag"
	case strings.HasSuffix(must, "text"):
		got = "the " + yamlTypes[node.ShortTag()] + " " + shorten(node.Value)
		fix = fmt.Sprintf("put it in quotes: %q", shorten(node.Value))
	case must == trueOrFalse:
		got = "the " + yamlTypes[node.ShortTag()] + " " + quote(node.Value)
	default:
		// Not repeated: people write the value of a secret where its source must be.
		got = "a " + yamlTypes[node.ShortTag()]
	}
	d.wrong(finding.SpecWrongType, path, fmt.Sprintf("must be %s, got %s", must, got), fix)
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
