package objects

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
)

// Parse reads a stream of YAML or JSON documents. Lists of objects, as kubectl prints them, are taken apart. The error says
// which documents cannot be read, joined as by errors.Join, and never quotes their content; what could be read is returned
// beside it.
func Parse(file string, data []byte) ([]*Object, error) {
	var found []*Object
	var problems []error
	for _, document := range documents(data) {
		objects, err := document.read(file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", place(file, document.line), err))
		}
		found = append(found, objects...)
	}
	return found, errors.Join(problems...)
}

// problem says why the object is none; nil where it is one.
func (o *Object) problem(node *yaml.Node) error {
	metadata, _ := enter(node, "metadata")
	switch merged, _ := enter(node, "<<"); {
	case o.APIVersion != "" && o.Kind != "":
		return nil
	case merged != nil:
		return errMergeKey // what it merges may have the apiVersion and kind
	case o.APIVersion == "" && o.Kind == "" || metadata == nil:
		return ErrNoObject
	case o.Kind == "":
		return errNoKind
	}
	return errNoVersion
}

func place(file string, line int) string {
	if file == "" {
		return fmt.Sprintf("the document at line %d", line)
	}
	return fmt.Sprintf("%s, the document at line %d", file, line)
}

// document is the text of one YAML document.
type document struct {
	text []byte
	line int
}

// documents cuts a stream at the lines that part documents, as kubectl does.
func documents(data []byte) []document {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var found []document
	start, first, end, line := 0, 1, 0, 0
	for text := range bytes.Lines(data) {
		line++
		if rest, parts := bytes.CutPrefix(text, []byte("---")); parts && (len(rest) == 0 || bytes.ContainsAny(rest[:1], " \t\r\n")) {
			found = append(found, document{text: data[start:end], line: first})
			start, first = end+len("---"), line
		}
		end += len(text)
	}
	return append(found, document{text: data[start:], line: first})
}

// Node parses the document. What follows it without a line that parts the two, as a second JSON object does, is an error: it
// would be lost.
func (d document) Node() (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(d.text))
	var root, more yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, d.syntaxError(err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, fmt.Errorf("line %d: not YAML: a second document must start with a line \"---\"", d.line+more.Line-1)
	} else if !errors.Is(err, io.EOF) {
		return nil, d.syntaxError(err)
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	return root.Content[0], nil
}

// syntaxLine finds the line in what the parser says.
var syntaxLine = form.New(`^line (\d+): `)

// JSON is the document as kubectl reads it.
func (d document) JSON() ([]byte, error) {
	node, err := d.Node()
	if err != nil {
		return nil, err
	}
	return toJSON(node, true)
}

// syntaxError keeps the place of a YAML syntax error and drops what the parser quotes of the content, which may be a secret.
func (d document) syntaxError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	at := ""
	if parts := syntaxLine().FindStringSubmatch(text); parts != nil {
		text = text[len(parts[0]):]
		if line, err := strconv.Atoi(parts[1]); err == nil {
			at = fmt.Sprintf("line %d: ", d.line+line-1)
		}
	}
	switch {
	case strings.HasPrefix(text, "unknown anchor"):
		text = "an alias (*) stands for an anchor (&) that is not there; put text that starts with * in quotes"
	case strings.Contains(text, "<document start>"):
		text = `a second document must start with a line "---"`
	case strings.Contains(text, "not find expected"), strings.Contains(text, "cannot start any token"):
		// What these quote is punctuation, and says what is wrong.
	default:
		text, _, _ = strings.Cut(text, "'")
		text = strings.TrimSpace(text)
	}
	return fmt.Errorf("%snot YAML: %s", at, text)
}

// ErrNoObject says of a document that nothing in it looks like a Kubernetes object.
var ErrNoObject = errors.New("must be an object with apiVersion and kind")

var (
	errNoKind    = errors.New("the object must have a kind, and has none")
	errNoVersion = errors.New("the object must have an apiVersion, and has none")
	errMergeKey  = errors.New(`YAML merge keys ("<<") are not supported; write the fields out`)
	errItem      = errors.New("must be an object with apiVersion and kind")
)

func (d document) read(file string) ([]*Object, error) {
	node, err := d.Node()
	if err != nil {
		return nil, err
	}
	if node == nil || node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagNull {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, ErrNoObject
	}
	object := &Object{File: file, FirstLine: d.line, Source: d}
	object.identify(node)
	if items := valueAt(node, "items"); items != nil && strings.HasSuffix(object.Kind, "List") {
		return fromList(object, items)
	}
	if err := object.problem(node); err != nil {
		return nil, err
	}
	return []*Object{object}, nil
}

// fromList takes a list of objects apart, and the lists in it.
func fromList(list *Object, items *yaml.Node) ([]*Object, error) {
	if items.Kind != yaml.SequenceNode {
		return nil, errors.New("items must be a list")
	}
	var found []*Object
	for i, item := range items.Content {
		if item = target(item); item.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("items[%d]: %w", i, errItem)
		}
		object := FromNode(list.File, list.FirstLine, item)
		if object.Kind == "" || object.APIVersion == "" {
			return nil, fmt.Errorf("items[%d]: %w", i, errItem)
		}
		found = append(found, object.flatten()...)
	}
	return found, nil
}

// flatten takes a list in a list, or in a ResourceList, apart. Any other object is all there is of it, and so is a list whose
// items are no objects.
func (o *Object) flatten() []*Object {
	if !strings.HasSuffix(o.Kind, "List") {
		return []*Object{o}
	}
	if node, err := o.Source.Node(); err == nil && node != nil {
		if items := valueAt(node, "items"); items != nil {
			if found, err := fromList(o, items); err == nil {
				return found
			}
		}
	}
	return []*Object{o}
}

// FromNode is an object that has been parsed already. firstLine is the line that the node's line 1 has in the file, counted
// from 1; 0 means not known.
func FromNode(file string, firstLine int, node *yaml.Node) *Object {
	object := &Object{File: file, FirstLine: firstLine, Source: parsed{node}}
	object.identify(node)
	return object
}

// parsed is the source of an object that is a part of a document.
type parsed struct{ node *yaml.Node }

func (p parsed) Node() (*yaml.Node, error) { return p.node, nil }

// identify fills in what the object is called.
func (o *Object) identify(node *yaml.Node) {
	o.APIVersion, o.Kind = textAt(node, "apiVersion"), textAt(node, "kind")
	metadata := valueAt(node, "metadata")
	if metadata == nil {
		return
	}
	o.Namespace, o.Name = textAt(metadata, "namespace"), textAt(metadata, "name")
	o.Labels, o.Annotations = textsAt(metadata, "labels"), textsAt(metadata, "annotations")
}

func textAt(node *yaml.Node, name string) string {
	return text(valueAt(node, name))
}

func textsAt(node *yaml.Node, name string) map[string]string {
	value := valueAt(node, name)
	if value == nil || value.Kind != yaml.MappingNode {
		return nil
	}
	texts := make(map[string]string, len(value.Content)/2)
	for i := 0; i+1 < len(value.Content); i += 2 {
		texts[value.Content[i].Value] = text(target(value.Content[i+1]))
	}
	return texts
}

// valueAt is the value of a field, an alias followed; nil where there is none.
func valueAt(node *yaml.Node, name string) *yaml.Node {
	value, _ := enter(node, name)
	return target(value)
}

// target follows an alias.
func target(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// text is the text of a scalar; empty for anything else.
func text(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode || node.ShortTag() == yaml.NodeTagNull {
		return ""
	}
	return node.Value
}
