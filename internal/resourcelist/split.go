package resourcelist

import (
	"bytes"
	"errors"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
)

// errOtherForm is the error for a document that is not in the form that split reads.
var errOtherForm = errors.New("not in the form that hosts write")

// keyOf is the key at the start of a line of the top level; "" for any other line.
func keyOf(line []byte) string {
	key, rest, found := bytes.Cut(bytes.TrimRight(line, "\n"), []byte(":"))
	if !found || len(rest) > 0 && rest[0] != ' ' || bytes.ContainsFunc(key, notInKeys) {
		return ""
	}
	return string(key)
}

func notInKeys(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// split cuts a document into its top-level sections and their lists into items, by lines, without parsing the items. It
// reads the block style that hosts write. Anything else, and anything in doubt, is errOtherForm: an item that was cut
// in the wrong place would not parse by itself.
func split(data []byte) (*List, error) {
	// A last line without end is in another form too: with one, a block of text that it ends would be longer.
	if bytes.IndexByte(data, '\r') >= 0 || bytes.HasPrefix(data, []byte("\ufeff")) ||
		!bytes.HasSuffix(data, []byte("\n")) {
		return nil, errOtherForm
	}
	list := &List{}
	line := 0
	for rest := data; len(rest) > 0; {
		var text []byte
		var err error
		if text, rest, err = nextSection(rest); err != nil {
			return nil, err
		}
		if err := list.addSection(text, line+1); err != nil {
			return nil, err
		}
		line += bytes.Count(text, []byte("\n"))
	}
	return list, list.checkType()
}

// nextSection returns the text up to the next top-level key. Comments before the first key belong to it.
func nextSection(data []byte) (text, rest []byte, err error) {
	seenKey := false
	for end := 0; end < len(data); end += lineLength(data[end:]) {
		line := data[end : end+lineLength(data[end:])]
		switch {
		case line[0] != ' ' && keyOf(line) != "":
			if seenKey {
				return data[:end], data[end:], nil
			}
			seenKey = true
		case isBlank(line):
		case !seenKey, line[0] != ' ' && !bytes.HasPrefix(line, []byte("- ")) && string(line) != "-\n":
			return nil, nil, errOtherForm
		}
	}
	if !seenKey {
		return nil, nil, errOtherForm
	}
	return data, nil, nil
}

func lineLength(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1
	}
	return len(data)
}

// isBlank reports whether a line is empty or a comment.
func isBlank(line []byte) bool {
	trimmed := bytes.TrimLeft(line, " ")
	return len(trimmed) == 0 || trimmed[0] == '\n' || trimmed[0] == '#'
}

func (l *List) addSection(text []byte, line int) error {
	header, body, bodyLine := cutHeader(text, line)
	key := keyOf(header)
	if l.has(key) {
		return fmt.Errorf("%s is given twice in the ResourceList", key)
	}
	s := section{key: key, text: text}
	var err error
	if emptyHeader().Match(header) {
		s.header = text[:len(text)-len(body)]
	}
	switch key {
	case "items":
		s.comments, l.Items, err = splitItems(header, body, bodyLine)
	case "results":
		s.comments, l.Results, err = splitItems(header, body, bodyLine)
	case "functionConfig":
		l.FunctionConfig = &Item{text: s.text, Line: line, wrapped: inMap}
	default:
		err = checkYAML(s.text)
	}
	l.sections = append(l.sections, s)
	return err
}

// checkYAML returns an error where lines with one top-level key are no YAML. It is for everything but items.
func checkYAML(lines ...[]byte) error {
	_, err := (&Item{text: bytes.Join(lines, []byte("\n")), wrapped: inMap}).Node()
	return err
}

// cutHeader splits the line with the key, and comments above it, from the lines below.
func cutHeader(text []byte, line int) (header, body []byte, bodyLine int) {
	for isBlank(text) {
		n := lineLength(text)
		text, line = text[n:], line+1
	}
	n := lineLength(text)
	return bytes.TrimRight(text[:n], "\n"), text[n:], line + 1
}

// The lines of a list's key, where the items are below and where there are none.
var (
	emptyHeader = form.New(`^[a-z]+:( *| +#.*)$`)
	emptyList   = form.New(`^[a-z]+: +\[\]( *| +#.*)$`)
)

// splitItems cuts the body of a list into its items.
func splitItems(header, body []byte, line int) (comments []byte, items []*Item, err error) {
	noItems := emptyList().Match(header)
	if !noItems && !emptyHeader().Match(header) {
		return nil, nil, errOtherForm
	}
	for len(body) > 0 && isBlank(body[:lineLength(body)]) {
		n := lineLength(body)
		comments, body, line = append(comments, body[:n]...), body[n:], line+1
	}
	if err := checkYAML(header, comments); err != nil {
		return nil, nil, err
	}
	switch {
	case len(body) == 0:
		return comments, nil, nil
	case noItems:
		return nil, nil, errOtherForm
	}
	indent := body[:len(body)-len(bytes.TrimLeft(body, " "))]
	start := 0
	for end := 0; end < len(body); {
		next := end + lineLength(body[end:])
		switch current := body[end:next]; {
		case isDash(current, indent):
			if bytes.HasPrefix(current[len(indent):], []byte("-  ")) {
				return nil, nil, errOtherForm
			}
			if end > start {
				cut := end - headComment(body[start:end], indent)
				items = append(items, newPiece(body[start:cut], indent, line))
				line += bytes.Count(body[start:cut], []byte("\n"))
				start = cut
			}
		case end == 0, !isBlank(current) && !deeper(current, indent):
			return nil, nil, errOtherForm
		}
		end = next
	}
	return comments, append(items, newPiece(body[start:], indent, line)), nil
}

// headComment is the length of the comment at the end of text that stands above the next item, and belongs to it: it is
// not deeper than the dash, so that it cannot be part of a value.
func headComment(text, indent []byte) int {
	length := 0
	for end := len(text); end > 0; {
		start := bytes.LastIndexByte(text[:end-1], '\n') + 1
		line := text[start:end]
		if !isBlank(line) {
			break
		}
		if hash := bytes.IndexByte(line, '#'); hash >= 0 && hash <= len(indent) {
			length = len(text) - start
		}
		end = start
	}
	return length
}

func newPiece(text, indent []byte, line int) *Item {
	return &Item{text: text, indent: string(indent), Line: line, wrapped: inList}
}

// isDash reports whether a line starts an item of the list with that indentation.
func isDash(line, indent []byte) bool {
	rest, found := bytes.CutPrefix(line, indent)
	return found && bytes.HasPrefix(rest, []byte("- "))
}

// deeper reports whether a line has a greater indentation.
func deeper(line, indent []byte) bool {
	rest, found := bytes.CutPrefix(line, indent)
	return found && len(rest) > 0 && rest[0] == ' '
}

// endLine adds a line end to text where there is none.
func endLine(text []byte) []byte {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return text
	}
	return append(bytes.Clone(text), '\n')
}

// checkType returns an error where this is no ResourceList of the version that is read.
func (l *List) checkType() error {
	var apiVersion, kind string
	for _, s := range l.sections {
		switch s.key {
		case "apiVersion":
			apiVersion = scalar(s.text)
		case "kind":
			kind = scalar(s.text)
		}
	}
	switch {
	case kind == "Segregation":
		return errors.New("the input is a Segregation; it must be a ResourceList that holds it, which kustomize and " +
			"kpt build (see cloison --help)")
	case kind != Kind:
		return fmt.Errorf("kind %q must be %s", shorten(kind), Kind)
	case apiVersion != APIVersion:
		return fmt.Errorf("apiVersion %q of the ResourceList must be %s", shorten(apiVersion), APIVersion)
	}
	return nil
}

// scalar reads the value of a section with one scalar; "" for anything else.
func scalar(text []byte) string {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil || len(document.Content) == 0 {
		return ""
	}
	mapping := document.Content[0]
	if mapping.Kind != yaml.MappingNode || len(mapping.Content) != 2 || mapping.Content[1].Kind != yaml.ScalarNode {
		return ""
	}
	return mapping.Content[1].Value
}

func shorten(text string) string {
	const longest = 80
	if len(text) > longest {
		return text[:longest] + "..."
	}
	return text
}
