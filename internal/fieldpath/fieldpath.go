// Package fieldpath holds the one type for the path of a field in an object, in the notation of apimachinery's package
// field: spec.egress[0].to, metadata.labels[app.kubernetes.io/name].
package fieldpath

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Path is the path of a field. The zero value is the object itself, and formats as the empty text. A Path does not change:
// Child and Index return longer ones.
type Path struct{ at *field.Path }

// Of is the path of nested fields, the outermost first.
func Of(names ...string) Path { return Path{}.Child(names...) }

// Child is the path of nested fields inside p, the outermost first. A name with a dot, a slash or a bracket, such as the
// key of a label, is written in brackets, so that it stays one step.
func (p Path) Child(names ...string) Path {
	for _, name := range names {
		if name == "" || strings.ContainsAny(name, "./[]") {
			p = Path{p.at.Key(name)}
		} else {
			p = Path{p.at.Child(name)}
		}
	}
	return p
}

// Index is the path of an item of the list at p, counted from 0.
func (p Path) Index(i int) Path { return Path{p.at.Index(i)} }

// IsZero reports whether p is the object itself.
func (p Path) IsZero() bool { return p.at == nil }

// String formats p; the empty text for the object itself.
func (p Path) String() string {
	if p.at == nil {
		return ""
	}
	return p.at.String()
}

// MarshalText formats p as String does.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Steps are the names and indexes on the way to the field: metadata.labels[a.b/c] has three, the last of them "a.b/c".
func (p Path) Steps() []string { return Steps(p.String()) }

// Steps cuts the text of a path into names and indexes.
func Steps(text string) []string {
	var steps []string
	for text != "" {
		switch text[0] {
		case '.':
			text = text[1:]
		case '[':
			name, rest := bracketed(text)
			steps, text = append(steps, name), rest
		default:
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			steps, text = append(steps, text[:end]), text[end:]
		}
	}
	return steps
}

// bracketed cuts a step in brackets from the front of text. A bracket inside of the name, as in [a]b], is part of it where
// no other step follows the first closing bracket.
func bracketed(text string) (name, rest string) {
	for end := 1; end < len(text); end++ {
		if text[end] == ']' && (end+1 == len(text) || text[end+1] == '.' || text[end+1] == '[') {
			return text[1:end], text[end+1:]
		}
	}
	return text[1:], ""
}

// Parse reads the text of a path, as String writes it or with a name after a dot that belongs in brackets. Steps that are
// whole numbers in brackets become indexes.
func Parse(text string) Path {
	p := Path{}
	for _, step := range Steps(text) {
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && strings.Contains(text, "["+step+"]") {
			p = p.Index(i)
		} else {
			p = p.Child(step)
		}
	}
	return p
}
