// Package kubeyaml reads YAML as kubectl does, or refuses it: repeated names, merge keys, aliases, tags and lists of
// objects mean the same here and for kubectl. Facts: docs/facts.md, "YAML of kubectl".
package kubeyaml

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Dialect is how a program reads YAML.
type Dialect int

const (
	// Kubectl takes unquoted y, yes, no, on and the like for booleans, as YAML 1.1 does.
	Kubectl Dialect = iota
	// Hosts takes them for text, as kustomize and kpt do, which quote them in their output.
	Hosts
)

// Refusal is the error for YAML that is not read. It never quotes values.
type Refusal struct {
	// Line counts from 1, in the text that was parsed.
	Line   int
	Reason string
}

func (r *Refusal) Error() string { return fmt.Sprintf("line %d: %s", r.Line, r.Reason) }

func refuse(node *yaml.Node, reason string) error { return &Refusal{Line: node.Line, Reason: reason} }

const (
	tagMerge  = "!!merge"
	tagBinary = "!!binary"
)

// Field is one field of a mapping.
type Field struct {
	Name string
	// Key and Value are the nodes as they are written: each may be an alias.
	Key, Value *yaml.Node
}

// Fields are the fields of a mapping or of an alias of one: of those with the same name the last, and those that merge
// keys add. Other nodes have none.
func (d Dialect) Fields(node *yaml.Node) ([]Field, error) {
	r := resolver{dialect: d}
	return r.fields(node)
}

const (
	// maxMergedFields bounds the fields that merge keys add to one mapping.
	maxMergedFields = 10_000
	// maxMergeDepth bounds nested merge keys: an anchor may hold an alias of itself.
	maxMergeDepth = 50
)

// resolver reads one mapping and the mappings that it merges.
type resolver struct {
	dialect       Dialect
	merged, depth int
}

func (r *resolver) fields(node *yaml.Node) ([]Field, error) {
	node = Target(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	fields := make([]Field, 0, len(node.Content)/2)
	at := make(map[string]int, len(node.Content)/2)
	set := func(f Field) error {
		i, has := at[f.Name]
		switch {
		case !has:
			at[f.Name] = len(fields)
			fields = append(fields, f)
		case r.dialect.isText(fields[i].Key) != r.dialect.isText(f.Key):
			return refuse(f.Key, "the name of a field is given twice, as text and as a number or boolean, "+
				"of which readers take different ones; keep one of the two")
		default:
			fields[i] = f
		}
		return nil
	}
	merges := 0
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if isMerge(key) {
			if merges++; merges > 1 {
				return nil, refuse(key,
					`a mapping has two YAML merge keys ("<<"), of which readers take different ones; `+
						`write the fields out`)
			}
			merged, err := r.merge(value)
			if err != nil {
				return nil, err
			}
			for _, f := range merged {
				if _, has := at[f.Name]; has {
					return nil, refuse(key,
						`a YAML merge key ("<<") stands for fields that are given above it, `+
							`of which readers take different ones; write the fields out`)
				}
				if err := set(f); err != nil {
					return nil, err
				}
			}
			continue
		}
		name, err := r.dialect.name(key)
		if err != nil {
			return nil, err
		}
		if err := set(Field{Name: name, Key: key, Value: value}); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// merge returns the fields that a merge key adds: those of one mapping, or of several, of which the first with a name
// counts.
func (r *resolver) merge(value *yaml.Node) ([]Field, error) {
	if r.depth++; r.depth > maxMergeDepth {
		return nil, refuse(value, "YAML merge keys stand for too many fields")
	}
	defer func() { r.depth-- }()
	sources := []*yaml.Node{value}
	if list := Target(value); list.Kind == yaml.SequenceNode {
		sources = list.Content
	}
	var all []Field
	seen := map[string]bool{}
	for _, source := range sources {
		if Target(source).Kind != yaml.MappingNode {
			return nil, refuse(source, `a YAML merge key ("<<") must stand for a mapping, or for a list of mappings`)
		}
		fields, err := r.fields(source)
		if err != nil {
			return nil, err
		}
		if r.merged += len(fields); r.merged > maxMergedFields {
			return nil, refuse(value, "YAML merge keys stand for too many fields")
		}
		for _, f := range fields {
			if !seen[f.Name] {
				seen[f.Name] = true
				all = append(all, f)
			}
		}
	}
	return all, nil
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == tagMerge }

// isPlain reports whether a key is a text without tag and alias.
func isPlain(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Style&yaml.TaggedStyle == 0 &&
		(key.Tag == yaml.NodeTagString || key.Tag == "")
}

// isText reports whether a key is text, and no number or boolean.
func (d Dialect) isText(key *yaml.Node) bool {
	if _, isBoolean := oldBoolean(Target(key)); isBoolean && d == Kubectl {
		return false
	}
	if isPlain(key) {
		return true
	}
	tag := Target(key).ShortTag()
	return tag != yaml.NodeTagInt && tag != yaml.NodeTagBool
}

// name is the text of a key.
func (d Dialect) name(key *yaml.Node) (string, error) {
	key = Target(key)
	if key.Kind != yaml.ScalarNode {
		return "", refuse(key, "the name of a field must be text")
	}
	if key.Style&yaml.TaggedStyle != 0 {
		return d.tagged(key)
	}
	switch key.ShortTag() {
	case yaml.NodeTagNull, yaml.NodeTagFloat:
		return "", refuse(key, "the name of a field must be text; put it in quotes")
	case yaml.NodeTagInt, yaml.NodeTagBool:
		if key.ShortTag() == yaml.NodeTagInt && key.Decode(new(int64)) != nil {
			return "", refuse(key, "the name of a field is a number that is too large; put it in quotes")
		}
		e := encoder{dialect: d}
		e.scalar(key)
		return string(e.out), nil
	}
	if value, is := oldBoolean(key); is && d == Kubectl {
		return strconv.FormatBool(value), nil
	}
	return key.Value, nil
}

// tagged is the text of a scalar with a tag of its own.
func (d Dialect) tagged(node *yaml.Node) (string, error) {
	switch node.Tag {
	case yaml.NodeTagString:
		return node.Value, nil
	case tagBinary:
		data, err := base64.StdEncoding.DecodeString(node.Value)
		switch {
		case err != nil && d == Hosts:
			return node.Value, nil // they pass it on, and kubectl refuses it
		case err != nil:
			return "", refuse(node, "a value with the YAML tag !!binary must be base64")
		}
		return string([]rune(string(data))), nil // each byte that is no UTF-8 is U+FFFD
	}
	return "", errTaggedValue(node)
}

func errTaggedValue(node *yaml.Node) error {
	return refuse(node,
		"a value has a YAML tag (!), of which readers make different things; write the value without it")
}

// Target follows an alias.
func Target(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// Text is the text of a scalar; empty for null and for anything else.
func Text(node *yaml.Node) string {
	node = Target(node)
	if node == nil || node.Kind != yaml.ScalarNode || node.ShortTag() == yaml.NodeTagNull {
		return ""
	}
	if node.Style&yaml.TaggedStyle != 0 {
		if text, err := Hosts.tagged(node); err == nil {
			return text
		}
	}
	return node.Value
}
