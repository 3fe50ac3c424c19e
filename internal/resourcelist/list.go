// Package resourcelist reads and writes the ResourceList of the KRM Functions Specification v1. It keeps the text of
// what it does not change: an item that is not changed is written byte for byte as it was read, comments included,
// without building a tree of nodes.
package resourcelist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/parallel"
)

// The one version of ResourceList that is read.
const (
	APIVersion = "config.kubernetes.io/v1"
	Kind       = "ResourceList"
)

// List is a ResourceList. Its exported fields may be changed before it is written.
type List struct {
	// Items are the resources, in their order.
	Items []*Item
	// Results are those of the input, and those that are added.
	Results []*Item
	// FunctionConfig is nil where there is none. It is written as it was read.
	FunctionConfig *Item
	// Host is the program that sent the list.
	Host Host

	sections []section
}

// section is one top-level entry, with its text up to the next one.
type section struct {
	key  string
	text []byte
	// header is the text above the items of a list, up to the line of the key; nil where there is none.
	header []byte
	// comments stand between the key and the first item of a list.
	comments []byte
}

var errEmpty = errors.New("the input is empty; it must be a ResourceList, which kustomize and kpt send " +
	"to functions on standard input")

// Read reads a ResourceList. The paths that kustomize invents are not among its annotations. The error says what is
// wrong with the input as a whole and never quotes its content.
func Read(data []byte) (*List, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errEmpty
	}
	list, err := split(data)
	if err == nil {
		err = list.readItems()
	}
	if err != nil {
		// Not in the form that hosts write. Read it as YAML of any form, write it in that form and start again.
		if data, err = normalize(data); err != nil {
			return nil, err
		}
		if list, err = split(data); errors.Is(err, errOtherForm) {
			return nil, errors.New("the input must be a ResourceList of plain YAML: apiVersion, kind, items, " +
				"functionConfig and results, without anchors, tags or other names")
		} else if err != nil {
			return nil, err
		}
		err = list.ForgetLines().readItems()
	}
	if err != nil {
		return nil, err
	}
	list.Host = list.host()
	list.forgetInventedPaths()
	return list, nil
}

// ForgetLines drops the line numbers, where the text is not the user's.
func (l *List) ForgetLines() *List {
	for _, item := range l.all() {
		item.Line = 0
	}
	return l
}

func (l *List) all() []*Item {
	if l.FunctionConfig == nil {
		return l.Items
	}
	return append(slices.Clip(l.Items), l.FunctionConfig)
}

// readItems parses every item once, in parallel, and keeps only its identity.
func (l *List) readItems() error {
	items := l.all()
	problems := make([]error, len(items))
	parallel.Each(len(items), func(i int) { problems[i] = items[i].readMeta() })
	for i, err := range problems {
		switch {
		case err == nil:
		case items[i] == l.FunctionConfig:
			return fmt.Errorf("functionConfig: %w", err)
		default:
			return fmt.Errorf("items[%d]: %w", i, err)
		}
	}
	if l.FunctionConfig != nil && l.FunctionConfig.empty {
		l.FunctionConfig = nil
	}
	for i, result := range l.Results {
		if _, err := result.Node(); err != nil {
			return fmt.Errorf("results[%d]: %w", i, err)
		}
	}
	return nil
}

// Write writes the list: unchanged sections as they were read, results at the end.
func (l *List) Write(w io.Writer) error {
	var out bytes.Buffer
	for _, s := range l.sections {
		switch s.key {
		case "items":
			writeSequence(&out, s, l.Items)
		case "results":
			writeSequence(&out, s, l.Results)
		default:
			out.Write(s.text)
		}
	}
	if !l.has("items") {
		writeSequence(&out, section{key: "items"}, l.Items)
	}
	if !l.has("results") && len(l.Results) > 0 {
		writeSequence(&out, section{key: "results"}, l.Results)
	}
	_, err := w.Write(out.Bytes())
	return err
}

func (l *List) has(key string) bool {
	return slices.ContainsFunc(l.sections, func(s section) bool { return s.key == key })
}

func writeSequence(out *bytes.Buffer, s section, items []*Item) {
	switch {
	case len(items) == 0:
		out.WriteString(s.key + ": []\n")
	case s.header != nil:
		out.Write(s.header)
	default:
		out.WriteString(s.key + ":\n")
	}
	out.Write(s.comments)
	indent := ""
	if len(items) > 0 {
		indent = items[0].indent
	}
	for _, item := range items {
		item.write(out, indent)
	}
}

// largestOtherForm bounds, in bytes, input that is not in the form that hosts write: reading it takes eighty times its
// size.
const largestOtherForm = 32 << 20

// normalize writes a document of any form (JSON, flow style, other indentation) in the form that split reads.
func normalize(data []byte) ([]byte, error) {
	if len(data) > largestOtherForm {
		return nil, fmt.Errorf("the input has %d MiB and is not in the block style of YAML that kustomize and kpt "+
			"write; in another form, such as JSON, it must have at most %d MiB", len(data)>>20, largestOtherForm>>20)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, errEmpty
	} else if err != nil {
		return nil, fmt.Errorf("the input is not YAML: %w", SyntaxError(err))
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("the input must be one YAML document, a ResourceList; it holds several")
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the input must be a ResourceList: an object with apiVersion, kind and items")
	}
	root := document.Content[0]
	requote(root)
	root.Style &^= yaml.FlowStyle
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		key.Style = 0
		if err := normalizeSection(key.Value, value); err != nil {
			return nil, err
		}
		if value.Kind == yaml.SequenceNode && len(value.Content) == 0 {
			// without comments, which could separate it from its key
			*value = yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
			key.HeadComment, key.LineComment, key.FootComment = "", "", ""
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("write the input as YAML: %w", err)
	}
	return out.Bytes(), encoder.Close()
}

// requote double-quotes the texts that the YAML writer would change: folded ones (>) gain lines, and single-quoted ones
// of several lines are written with an indentation that cannot be read.
func requote(node *yaml.Node) {
	folded := node.Style&yaml.FoldedStyle != 0
	if folded || node.Style&yaml.SingleQuotedStyle != 0 && strings.Contains(node.Value, "\n") {
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, content := range node.Content {
		if node.Style&yaml.FlowStyle != 0 && content.Kind == yaml.ScalarNode && content.Value == "" &&
			content.ShortTag() == yaml.NodeTagNull {
			content.Value = "null" // the YAML writer makes a text of what is left out in flow style
		}
		requote(content)
	}
}

func normalizeSection(key string, node *yaml.Node) error {
	switch key {
	case "items", "results":
		if node.Kind == yaml.ScalarNode && node.ShortTag() == yaml.NodeTagNull {
			*node = yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq}
		}
		if node.Kind != yaml.SequenceNode {
			return fmt.Errorf("%s must be a list", key)
		}
		node.Style &^= yaml.FlowStyle
		for i, item := range node.Content {
			item.Style &^= yaml.FlowStyle
			switch {
			case !closed(item):
				return fmt.Errorf("%s[%d] holds a YAML alias of something outside the item; write it out", key, i)
			case item.Kind != yaml.MappingNode:
				return fmt.Errorf("%s[%d]: %w", key, i, errNoObject)
			}
		}
	case "functionConfig":
		node.Style &^= yaml.FlowStyle
		if !closed(node) {
			return fmt.Errorf("%s holds a YAML alias of something outside it; write it out", key)
		}
	}
	return nil
}

// closed reports whether all aliases in node have their anchor in node.
func closed(node *yaml.Node) bool {
	inside := map[*yaml.Node]bool{}
	var aliases []*yaml.Node
	var visit func(*yaml.Node)
	visit = func(n *yaml.Node) {
		inside[n] = true
		if n.Kind == yaml.AliasNode {
			aliases = append(aliases, n.Alias)
		}
		for _, content := range n.Content {
			visit(content)
		}
	}
	visit(node)
	return !slices.ContainsFunc(aliases, func(target *yaml.Node) bool { return !inside[target] })
}
