package kubeyaml

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
)

// Document is the text of one document of a file.
type Document struct {
	Text []byte
	// Line is that of the text's first line in the file, counted from 1.
	Line int

	isJSON bool
	// refused is the error for which the text is no document; nil otherwise.
	refused error
}

var byteOrderMark = []byte("\ufeff")

// Documents splits a file as kubectl does with apimachinery's YAMLOrJSONDecoder: at lines "---" or, where the file
// starts with a brace, after each JSON object. Text in UTF-16 must start
// with a byte order mark.
func Documents(data []byte) []Document {
	data = bytes.TrimPrefix(fromUTF16(data), byteOrderMark)
	if !startsWithBrace(data) {
		return yamlDocuments(data, 1)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	var found []Document
	for {
		before := decoder.InputOffset()
		var text json.RawMessage
		err := decoder.Decode(&text)
		line := 1 + bytes.Count(data[:before], []byte("\n"))
		switch {
		case err == nil:
			start := before + int64(len(data[before:])-len(bytes.TrimLeft(data[before:], " \t\r\n")))
			line = 1 + bytes.Count(data[:start], []byte("\n"))
			found = append(found, Document{Text: text, Line: line, isJSON: true})
		case errors.Is(err, io.EOF):
			return found
		case len(found) > 1:
			refused := errors.New("after several JSON objects, kubectl reads nothing but JSON objects")
			return append(found, Document{Line: line, refused: refused})
		default:
			rest, skipped := skipSpace(data[before:])
			return append(found, yamlDocuments(rest, line+skipped)...)
		}
	}
}

// fromUTF16 is a text in UTF-8, whatever it was in. What has half a unit at its end stays as it is, and is not
// readable.
func fromUTF16(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(data)%2 != 0:
		return data
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = binary.LittleEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) > 0; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return []byte(string(utf16.Decode(units)))
}

func startsWithBrace(data []byte) bool {
	const looksAt = 4096
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), looksAt)], " \t\r\n\v\f"), []byte("{"))
}

// skipSpace skips blanks up to the end of the line, and counts the lines.
func skipSpace(data []byte) (rest []byte, lines int) {
	for i, c := range data {
		switch c {
		case '\n':
			return data[i+1:], 1
		case ' ', '\t', '\r':
		default:
			return data[i:], 0
		}
	}
	return nil, 0
}

// yamlDocuments splits a text, whose first line has the number line in the file.
func yamlDocuments(data []byte, line int) []Document {
	var found []Document
	start, first, end := 0, line, 0
	var refused error
	line--
	for text := range bytes.Lines(data) {
		line++
		if rest, parts := bytes.CutPrefix(text, []byte("---")); parts {
			found = append(found, Document{Text: data[start:end], Line: first, refused: refused})
			start, first, refused = end+len("---"), line, nil
			if rest = bytes.TrimSpace(rest); len(rest) > 0 && rest[0] != '#' {
				refused = notYAML(line, `a line that starts with "---" must hold nothing else but a comment`)
			}
			if bytes.HasPrefix(data[end+len(text):], byteOrderMark) {
				refused = notYAML(line+1, "a byte order mark must stand at the start of the file; remove it")
			}
		}
		end += len(text)
	}
	return append(found, Document{Text: data[start:], Line: first, refused: refused})
}

func notYAML(line int, reason string) error { return fmt.Errorf("line %d: not YAML: %s", line, reason) }

// Node parses the document; nil where it is empty. A second document that no line separates from the first is an error,
// since kubectl ignores it.
func (d Document) Node() (*yaml.Node, error) {
	if d.refused != nil {
		return nil, d.refused
	}
	if d.isJSON {
		return d.parseJSON()
	}
	node, err := d.parse(d.Text)
	if err == nil && node != nil {
		err = d.At(refuseBareTags(d.Text, node))
	}
	return node, err
}

// notInYAML matches what JSON may have in its texts, and YAML takes for ends of lines or for nothing that may be there.
var notInYAML = form.New("[\x7f-\u009f\u2028\u2029\ufeff\ufffe\uffff]")

// parseJSON parses JSON as the YAML that it nearly is.
func (d Document) parseJSON() (*yaml.Node, error) {
	if err := json.Unmarshal(d.Text, new(any)); err != nil {
		return nil, fmt.Errorf("line %d: a number is too large", d.Line)
	}
	escape := func(c []byte) []byte { return fmt.Appendf(nil, `\u%04x`, []rune(string(c))[0]) }
	escaped := func(text []byte) []byte { return notInYAML().ReplaceAllFunc(text, escape) }
	node, err := d.parse(escaped(d.Text))
	if err != nil {
		// JSON has escapes that YAML has not.
		var value any
		decoder := json.NewDecoder(bytes.NewReader(d.Text))
		decoder.UseNumber()
		if decoder.Decode(&value) == nil {
			if text, err := json.Marshal(value); err == nil {
				return d.parse(escaped(text))
			}
		}
	}
	return node, err
}

func (d Document) parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var root, more yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, d.syntaxError(err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, notYAML(d.Line+more.Line-1, `a second document must start with a line "---"`)
	} else if !errors.Is(err, io.EOF) {
		return nil, d.syntaxError(err)
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	return root.Content[0], nil
}

// syntaxLine finds the line in a message of the parser.
var syntaxLine = form.New(`^line (\d+): `)

// syntaxError keeps the line of a YAML syntax error and drops what the parser quotes of the content, which may be a
// secret.
func (d Document) syntaxError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1 // of what the parser gives no line for
	if parts := syntaxLine().FindStringSubmatch(text); parts != nil {
		text = text[len(parts[0]):]
		line, _ = strconv.Atoi(parts[1])
	}
	switch {
	case strings.HasPrefix(text, "unknown anchor"):
		text = "an alias (*) stands for an anchor (&) that is not there; put text that starts with * in quotes"
	case strings.Contains(text, "<document start>"):
		text = `a second document must start with a line "---"`
	case d.startsWithTab(line):
		text = tabs
	case strings.Contains(text, "tab character") && d.startsWithTab(line+1):
		line, text = line+1, tabs
	case strings.Contains(text, "mapping values are not allowed"):
		text = `a text with ": " in it must be in quotes, and the fields of one map must start in one column`
	case strings.Contains(text, "cannot start any token"):
		text += "; put text that starts with @ or ` in quotes"
	case strings.Contains(text, "unexpected end of stream"):
		text += "; close what is open here: a quote, a bracket or a brace"
	case strings.Contains(text, "control characters"):
		return fmt.Errorf("not YAML: %s", text)
	case strings.Contains(text, "not find expected"):
		// These messages quote punctuation only, and are kept.
	default:
		text, _, _ = strings.Cut(text, "'")
		text = strings.TrimSpace(text)
	}
	return notYAML(d.Line+line-1, text)
}

const tabs = "it starts with a tab, and YAML indents with spaces"

// startsWithTab reports whether a line of the document, counted from 1, has a tab among the blanks that it starts with.
func (d Document) startsWithTab(line int) bool {
	for each := range bytes.Lines(d.Text) {
		if line--; line == 0 {
			blanks := each[:len(each)-len(bytes.TrimLeft(each, " \t"))]
			return bytes.ContainsRune(blanks, '\t')
		}
	}
	return false
}

// At turns the line of a refusal, which counts in the document, into that of the file.
func (d Document) At(err error) error {
	if refused, is := errors.AsType[*Refusal](err); is {
		return &Refusal{Line: d.Line + refused.Line - 1, Reason: refused.Reason}
	}
	return err
}
