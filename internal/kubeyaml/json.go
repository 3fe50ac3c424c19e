package kubeyaml

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
)

const (
	// maxAliasedNodes bounds the nodes that one object may reach through aliases.
	maxAliasedNodes = 100_000
	// maxAliasDepth bounds nested aliases: an anchor may hold an alias of itself.
	maxAliasDepth = 100
)

// ErrAliasBomb is the error for aliases that reach too many nodes.
var ErrAliasBomb = errors.New("YAML aliases stand for too many values")

// JSON writes a node as JSON. twice has the paths of fields that are given more than once, of which the JSON has the
// last.
func (d Dialect) JSON(node *yaml.Node) (text []byte, twice []fieldpath.Path, err error) {
	e := &encoder{dialect: d}
	if err := e.node(node); err != nil {
		return nil, nil, err
	}
	for _, key := range e.twice {
		if path, found := pathOf(node, key, fieldpath.Path{}); found {
			twice = append(twice, path)
		}
	}
	return e.out, twice, nil
}

// pathOf is the path of the field in node that has a key.
func pathOf(node, key *yaml.Node, at fieldpath.Path) (path fieldpath.Path, found bool) {
	for i, content := range node.Content {
		inner := at
		switch {
		case node.Kind == yaml.SequenceNode:
			inner = at.Index(i)
		case i%2 == 1:
			inner = at.Child(Text(node.Content[i-1]))
		case content == key:
			return at.Child(Text(key)), true
		}
		if path, found := pathOf(content, key, inner); found {
			return path, true
		}
	}
	return fieldpath.Path{}, false
}

// encoder writes YAML nodes as JSON.
type encoder struct {
	dialect Dialect
	out     []byte
	aliased int
	depth   int
	// twice has the keys that were left out.
	twice []*yaml.Node
}

func (e *encoder) node(node *yaml.Node) error {
	if e.depth > 0 {
		if e.aliased++; e.aliased > maxAliasedNodes || e.depth > maxAliasDepth {
			return ErrAliasBomb
		}
	}
	switch node.Kind {
	case yaml.AliasNode:
		e.depth++
		err := e.node(node.Alias)
		e.depth--
		return err
	case yaml.MappingNode:
		return e.mapping(node)
	case yaml.SequenceNode:
		return e.sequence(node)
	}
	if node.Style&yaml.TaggedStyle != 0 {
		text, err := e.dialect.tagged(node)
		e.text(text)
		return err
	}
	e.scalar(node)
	return nil
}

func (e *encoder) sequence(node *yaml.Node) error {
	e.out = append(e.out, '[')
	for i, item := range node.Content {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		if err := e.node(item); err != nil {
			return err
		}
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *encoder) mapping(node *yaml.Node) error {
	if e.needsResolving(node) {
		return e.resolved(node)
	}
	e.out = append(e.out, '{')
	for i := 0; i+1 < len(node.Content); i += 2 {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.text(node.Content[i].Value)
		e.out = append(e.out, ':')
		if err := e.node(node.Content[i+1]); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

// needsResolving reports whether a mapping has a key that is no plain text, or a name twice, so that its fields are not
// as written.
func (e *encoder) needsResolving(node *yaml.Node) bool {
	const few = 16
	var seen map[string]bool
	if len(node.Content) > 2*few {
		seen = make(map[string]bool, len(node.Content)/2)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if !isPlain(key) {
			return true
		}
		if _, is := oldBoolean(key); is {
			return true
		}
		if seen != nil {
			if seen[key.Value] {
				return true
			}
			seen[key.Value] = true
			continue
		}
		for j := 0; j < i; j += 2 {
			if node.Content[j].Value == key.Value {
				return true
			}
		}
	}
	return false
}

// resolved writes a mapping with merge keys, repeated names or keys that are no plain text.
func (e *encoder) resolved(node *yaml.Node) error {
	fields, err := e.dialect.Fields(node)
	if err != nil {
		return err
	}
	kept := make(map[*yaml.Node]bool, len(fields))
	for _, f := range fields {
		kept[f.Key] = true
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; !isMerge(key) && !kept[key] {
			e.twice = append(e.twice, key)
		}
	}
	e.out = append(e.out, '{')
	for i, f := range fields {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.text(f.Name)
		e.out = append(e.out, ':')
		if err := e.node(f.Value); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

// oldBoolean reads unquoted texts that readers of YAML 1.1, such as kubectl, take for booleans.
func oldBoolean(node *yaml.Node) (value, is bool) {
	if len(node.Value) > len("yes") {
		return false, false
	}
	quoted := yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	if node.Style&quoted != 0 {
		return false, false
	}
	switch node.Value {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

func booleanText(value bool) string { return strconv.FormatBool(value) }

func isFinite(node *yaml.Node) bool {
	var number float64
	err := node.Decode(&number)
	return err == nil && !math.IsInf(number, 0) && !math.IsNaN(number)
}

// scalar writes a value without a tag of its own. A number that is too large for any field is written as text, which
// the type of the field refuses.
func (e *encoder) scalar(node *yaml.Node) {
	switch node.ShortTag() {
	case yaml.NodeTagNull:
		e.out = append(e.out, "null"...)
	case yaml.NodeTagBool:
		e.out = strconv.AppendBool(e.out, strings.EqualFold(node.Value, "true"))
	case yaml.NodeTagInt:
		e.integer(node)
	case yaml.NodeTagFloat:
		var number float64
		if err := node.Decode(&number); err != nil {
			e.text(node.Value)
			return
		}
		text, err := json.Marshal(number)
		if err != nil { // .inf and .nan have no JSON
			e.text(node.Value)
			return
		}
		e.out = append(e.out, text...)
	default:
		if value, is := oldBoolean(node); is && e.dialect == Kubectl {
			e.out = strconv.AppendBool(e.out, value)
			return
		}
		e.text(node.Value)
	}
}

func (e *encoder) integer(node *yaml.Node) {
	var number int64
	if node.Decode(&number) == nil {
		e.out = strconv.AppendInt(e.out, number, 10)
		return
	}
	var large uint64
	if node.Decode(&large) == nil {
		e.out = strconv.AppendUint(e.out, large, 10)
		return
	}
	e.text(node.Value)
}

// text writes a JSON string. Most texts need no escapes.
func (e *encoder) text(text string) {
	plain := true
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		e.out = append(e.out, '"')
		e.out = append(e.out, text...)
		e.out = append(e.out, '"')
		return
	}
	encoded, err := json.Marshal(text)
	if err != nil {
		encoded = []byte(`""`) // a string can always be written
	}
	e.out = append(e.out, encoded...)
}
