// Package fieldpath holds the one type for the path of a field in an object. It writes paths as apimachinery's package
// field does: spec.egress[0].to, metadata.labels[app.kubernetes.io/name]. That package is not used because its paths
// cannot be compared or read back, and do not quote: a name of the input with a bracket or a line break in it would
// read as another path.
package fieldpath

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Path is the path of a field. The zero value is the object itself, and formats as the empty text. Paths of the same
// field are equal, so that a Path can be the key of a map.
type Path struct{ text string }

// longestName bounds a name in a path in bytes, as every message about something inside repeats it. Names that are
// valid are shorter.
const longestName = 320

// Of is the path of nested fields, the outermost first.
func Of(names ...string) Path { return Path{}.Child(names...) }

// Child is the path of nested fields inside p, the outermost first. A name with other characters than ASCII letters,
// digits, dashes and underscores, such as the key of a label, is written in brackets, so that it stays one step; where
// it has spaces, brackets, quotes or what cannot be printed, in double quotes inside of them. A name of more than 320
// bytes is cut.
func (p Path) Child(names ...string) Path {
	size := len(p.text)
	for _, name := range names {
		size += len(name) + len("[]")
	}
	var text strings.Builder
	text.Grow(size)
	text.WriteString(p.text)
	for _, name := range names {
		switch {
		case len(name) > longestName:
			writeInBrackets(&text, name[:longestName]+"...")
		case !isPlain(name):
			writeInBrackets(&text, name)
		default:
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			text.WriteString(name)
		}
	}
	return Path{text.String()}
}

// Index is the path of an item of the list at p, counted from 0.
func (p Path) Index(i int) Path { return Path{p.text + "[" + strconv.Itoa(i) + "]"} }

func writeInBrackets(text *strings.Builder, name string) {
	if strings.ContainsFunc(name, needsQuotes) || isIndex(name) {
		name = strconv.Quote(name)
	}
	text.WriteByte('[')
	text.WriteString(name)
	text.WriteByte(']')
}

// isPlain reports whether a name needs no brackets. Most do not, and there is a path for every field that is judged.
func isPlain(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return name != ""
}

func needsQuotes(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r) || strings.ContainsRune(`[]" `, r)
}

// isIndex reports whether a name in brackets would read as the number of an item.
func isIndex(name string) bool {
	if name == "" || name[0] > '9' { // most names: the error of the next line would be allocated
		return false
	}
	_, err := strconv.Atoi(name)
	return err == nil
}

// IsZero reports whether p is the object itself.
func (p Path) IsZero() bool { return p.text == "" }

// Contains reports whether other is a field inside of p.
func (p Path) Contains(other Path) bool {
	rest, found := strings.CutPrefix(other.text, p.text)
	return found && rest != "" && (p.text == "" || rest[0] == '.' || rest[0] == '[')
}

// Parent is the path of what p is a field or an item of. That of the object itself is the object itself.
func (p Path) Parent() Path {
	last := 0
	for at := 0; at < len(p.text); {
		last = at
		_, length := first(p.text[at:])
		at += length
	}
	return Path{p.text[:last]}
}

// Last is the last step of p: the name of a field, or the number of an item. It is empty for the object itself.
func (p Path) Last() string {
	steps := p.Steps()
	if len(steps) == 0 {
		return ""
	}
	return steps[len(steps)-1]
}

// IsItem reports whether p is an item of a list.
func (p Path) IsItem() bool {
	last := p.text[len(p.Parent().text):]
	return last != "" && last[0] == '[' && isIndex(last[1:len(last)-1])
}

// Join is the path, in the object, of a field whose path in the field at p is inside.
func (p Path) Join(inside Path) Path {
	if p.text == "" || inside.text == "" || inside.text[0] == '[' {
		return Path{p.text + inside.text}
	}
	return Path{p.text + "." + inside.text}
}

// Within is the path of p in the field at around, the opposite of [Path.Join]. It reports whether p is around or inside
// of it.
func (p Path) Within(around Path) (Path, bool) {
	if p != around && !around.Contains(p) {
		return Path{}, false
	}
	return Path{strings.TrimPrefix(p.text[len(around.text):], ".")}, true
}

// String formats p; the empty text for the object itself.
func (p Path) String() string { return p.text }

// WithoutIndexes is the text of p in which the numbers of items are left out: spec.egress[].to. It stays the same when
// items move.
func (p Path) WithoutIndexes() string {
	if !strings.Contains(p.text, "[") { // most paths
		return p.text
	}
	var text strings.Builder
	for at := 0; at < len(p.text); {
		step, length := first(p.text[at:])
		if isIndex(step) && p.text[at:at+length] == "["+step+"]" {
			text.WriteString("[]")
		} else {
			text.WriteString(p.text[at : at+length])
		}
		at += length
	}
	return text.String()
}

// MarshalText formats p as String does.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.text), nil }

// UnmarshalText reads the text of a path as Parse does.
func (p *Path) UnmarshalText(text []byte) error {
	*p = Parse(string(text))
	return nil
}

// Steps are the names and indexes on the way to the field: metadata.labels[a.b/c] has three, the last of them "a.b/c".
func (p Path) Steps() []string { return Steps(p.text) }

// Steps cuts the text of a path into names and indexes.
func Steps(text string) []string {
	var steps []string
	for text != "" {
		step, length := first(text)
		steps, text = append(steps, step), text[length:]
	}
	return steps
}

// Parse reads the text of a path, as String writes it or with a name after a dot that belongs in brackets.
func Parse(text string) Path {
	p := Path{}
	for text != "" {
		step, length := first(text)
		if i, err := strconv.Atoi(step); err == nil && text[:length] == "["+step+"]" {
			p = p.Index(i)
		} else {
			p = p.Child(step)
		}
		text = text[length:]
	}
	return p
}

// first is the first step of a text that is not empty, and how many bytes it takes there.
func first(text string) (step string, length int) {
	switch {
	case strings.HasPrefix(text, `["`):
		if quoted, err := strconv.QuotedPrefix(text[1:]); err == nil && strings.HasPrefix(text[1+len(quoted):], "]") {
			step, _ = strconv.Unquote(quoted) // it is one
			return step, len(quoted) + len("[]")
		}
		fallthrough
	case text[0] == '[':
		step, _, closed := strings.Cut(text[1:], "]")
		if !closed {
			return step, len(text)
		}
		return step, len(step) + len("[]")
	case text[0] == '.':
		step = untilNext(text[1:])
		return step, len(step) + len(".")
	}
	step = untilNext(text)
	return step, len(step)
}

// untilNext cuts a text where the next step starts.
func untilNext(text string) string {
	if end := strings.IndexAny(text, ".["); end >= 0 {
		return text[:end]
	}
	return text
}
