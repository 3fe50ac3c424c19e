package resourcelist

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/wellknown"
)

// wrapping is what surrounds the text of an item.
type wrapping int

const (
	// bare is the YAML of the object alone.
	bare wrapping = iota
	// inList has the dash and the indentation of an item of a list.
	inList
	// inMap has the key in front.
	inMap
)

// Item is one resource, or one result.
type Item struct {
	Meta
	// Line is where the text starts in the input, counted from 1; 0 where the input was written in another form.
	Line int

	text   []byte
	indent string
	// json is the text as hosts read it, kept from when it was parsed for its Meta; nil where it was not.
	json  []byte
	twice []fieldpath.Path
	// empty is true where there is nothing but the key.
	empty   bool
	wrapped wrapping
}

// Meta is what identifies a resource.
type Meta = kubeyaml.Meta

// NewItem makes an item of the YAML of one object.
func NewItem(meta Meta, object []byte) *Item {
	return &Item{Meta: meta, text: endLine(object)}
}

// WithYAML is the item with another text. Its Meta stays.
func (i *Item) WithYAML(object []byte) *Item {
	changed := *i
	changed.text, changed.wrapped, changed.Line = endLine(object), bare, 0
	changed.json, changed.twice = nil, nil
	return &changed
}

// Node parses the item. The node's lines count from the item's first line.
func (i *Item) Node() (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(i.text, &document); err != nil {
		return nil, SyntaxError(err)
	}
	if len(document.Content) != 1 {
		return nil, errors.New("nothing there")
	}
	if hasOtherLineEnd(i.text) && isFollowed(i.text) {
		return nil, errOtherForm
	}
	node := document.Content[0]
	switch i.wrapped {
	case inList:
		if node.Kind != yaml.SequenceNode || len(node.Content) != 1 {
			return nil, errOtherForm
		}
		return node.Content[0], nil
	case inMap:
		if node.Kind != yaml.MappingNode || len(node.Content) != 2 {
			return nil, errOtherForm
		}
		return node.Content[1], nil
	}
	return node, nil
}

// JSON is the object as hosts read it. twice has the fields that are given more than once: only the last one is in the JSON.
func (i *Item) JSON() (text []byte, twice []fieldpath.Path, err error) {
	if i.json != nil {
		return i.json, i.twice, nil
	}
	node, err := i.Node()
	if err != nil {
		return nil, nil, err
	}
	return kubeyaml.Hosts.JSON(node)
}

// hasOtherLineEnd reports whether a text has what ends a line in YAML and is no line feed. The next line may be less
// indented, and end the object.
func hasOtherLineEnd(text []byte) bool {
	if bytes.IndexByte(text, '\r') >= 0 {
		return true
	}
	for _, end := range []string{"\u0085", "\u2028", "\u2029"} {
		// Its first byte is rare, and found many times faster than all of it.
		if bytes.IndexByte(text, end[0]) >= 0 && bytes.Contains(text, []byte(end)) {
			return true
		}
	}
	return false
}

// isFollowed reports whether a text goes on after its first document.
func isFollowed(text []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	return decoder.Decode(&document) == nil && !errors.Is(decoder.Decode(&document), io.EOF)
}

var errNoObject = errors.New("must be an object with apiVersion and kind")

func (i *Item) readMeta() error {
	node, err := i.Node()
	if err != nil {
		return err
	}
	if i.wrapped == inMap && node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagNull {
		i.empty = true
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return errNoObject
	}
	if i.Meta, err = kubeyaml.Hosts.Identify(node); err != nil {
		return i.at(err)
	}
	if strings.HasPrefix(i.APIVersion, wellknown.Group+"/") { // whose own readers say better what is wrong
		return nil
	}
	if err := kubeyaml.Hosts.Check(node); err != nil {
		return i.at(err)
	}
	if i.IsList { // its items are read one by one
		return nil
	}
	if text, twice, err := kubeyaml.Hosts.JSON(node); err == nil {
		i.json, i.twice = text, twice
	}
	return nil
}

// at is a refusal of the item with the line of the input.
func (i *Item) at(err error) error {
	if refused, is := errors.AsType[*kubeyaml.Refusal](err); is {
		if i.Line == 0 {
			return errors.New(refused.Reason)
		}
		return &kubeyaml.Refusal{Line: i.Line + refused.Line - 1, Reason: refused.Reason}
	}
	return err
}

// write writes the item as one of a list with the given indentation.
func (i *Item) write(out *bytes.Buffer, indent string) {
	if i.wrapped == inList && i.indent == indent {
		out.Write(i.text)
		return
	}
	out.WriteString(indent + "- ")
	prefix := ""
	for line := range bytes.Lines(i.YAML()) {
		if len(line) > 1 {
			out.WriteString(prefix)
		}
		out.Write(line)
		prefix = indent + "  "
	}
}

// YAML is the text of the object alone.
func (i *Item) YAML() []byte {
	if i.wrapped != inList {
		return i.text
	}
	cut := len(i.indent) + len("- ")
	var out bytes.Buffer
	for line := range bytes.Lines(i.text) {
		width := len(line) - len(bytes.TrimLeft(line, " "))
		if isDash(line, []byte(i.indent)) {
			width = cut
		}
		out.Write(line[min(cut, width):])
	}
	return out.Bytes()
}

// quoted is what the parser repeats of the content, which may be a secret: a password that starts with an asterisk is
// taken for an alias.
var quoted = form.New("(?s) ?['\"`].*['\"`]")

// SyntaxError keeps the line and kind of a YAML syntax error and drops what the parser quotes of the content.
func SyntaxError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	switch {
	case strings.HasPrefix(text, "unknown anchor"):
		text = "an alias (*) stands for an anchor (&) that is not there; put text that starts with * in quotes"
	case strings.Contains(text, "found character that cannot start any token"),
		strings.Contains(text, "did not find expected"), strings.Contains(text, "could not find expected"):
		// These messages quote punctuation only, and are kept.
	default:
		text = quoted().ReplaceAllString(text, "")
	}
	return errors.New(text)
}
