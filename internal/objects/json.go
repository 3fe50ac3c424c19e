package objects

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	// maxAliasedNodes bounds what aliases may stand for in one object.
	maxAliasedNodes = 100_000
	// maxAliasDepth bounds aliases inside of what aliases stand for: an anchor may hold an alias of itself.
	maxAliasDepth = 100
)

var errAliasBomb = errors.New("YAML aliases stand for too many values")

// encoder writes YAML nodes as JSON.
type encoder struct {
	// yaml11 takes unquoted y, yes, no, on and the like for booleans, as kubectl does; kustomize and kpt do not.
	yaml11  bool
	out     []byte
	aliased int
	depth   int
}

func (e *encoder) node(node *yaml.Node) error {
	if e.depth > 0 {
		if e.aliased++; e.aliased > maxAliasedNodes || e.depth > maxAliasDepth {
			return errAliasBomb
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
	return e.scalar(node)
}

func (e *encoder) mapping(node *yaml.Node) error {
	e.out = append(e.out, '{')
	for i := 0; i+1 < len(node.Content); i += 2 {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		key := target(node.Content[i])
		if key.ShortTag() == "!!merge" {
			return errMergeKey
		}
		if key.Kind != yaml.ScalarNode {
			return errors.New("the name of a field must be text")
		}
		e.text(key.Value)
		e.out = append(e.out, ':')
		if err := e.node(node.Content[i+1]); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

// oldBoolean knows unquoted texts that readers of YAML 1.1, such as kubectl, take for booleans.
func oldBoolean(text string) (value, is bool) {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

func (e *encoder) scalar(node *yaml.Node) error {
	quoted := yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	switch node.ShortTag() {
	case yaml.NodeTagNull:
		e.out = append(e.out, "null"...)
	case yaml.NodeTagBool:
		e.out = strconv.AppendBool(e.out, strings.EqualFold(node.Value, "true"))
	case yaml.NodeTagInt:
		var number int64
		if err := node.Decode(&number); err != nil {
			var large uint64
			if err := node.Decode(&large); err != nil {
				e.text(node.Value)
				return nil //nolint:nilerr // a number too large for any field: the type of the field refuses the text
			}
			e.out = strconv.AppendUint(e.out, large, 10)
			return nil
		}
		e.out = strconv.AppendInt(e.out, number, 10)
	case yaml.NodeTagFloat:
		var number float64
		if err := node.Decode(&number); err != nil {
			e.text(node.Value)
			return nil //nolint:nilerr // as above
		}
		text, err := json.Marshal(number)
		if err != nil { // .inf and .nan have no JSON
			e.text(node.Value)
			return nil //nolint:nilerr // as above
		}
		e.out = append(e.out, text...)
	default:
		if value, is := oldBoolean(node.Value); is && e.yaml11 && node.Style&quoted == 0 {
			e.out = strconv.AppendBool(e.out, value)
			return nil
		}
		e.text(node.Value)
	}
	return nil
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

// toJSON writes a node as JSON. A field that is written twice is there twice.
func toJSON(node *yaml.Node, yaml11 bool) ([]byte, error) {
	e := &encoder{yaml11: yaml11}
	if err := e.node(node); err != nil {
		return nil, err
	}
	return e.out, nil
}
