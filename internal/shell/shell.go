// Package shell writes texts for a POSIX shell, so that what was read from an input stays a word or a comment there,
// whatever is in it. What it writes is one line, which can be copied from a terminal or handed to sh by a program.
package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Word is text as one word of a shell. Text that is an option, because it begins with a dash, stays one. A NUL byte,
// which no word of a shell can hold, is lost.
func Word(text string) string {
	if isPlain(text, "") && !strings.HasPrefix(text, "=") && text != "" {
		return text
	}
	w := writer{}
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch isInvalid := r == utf8.RuneError && size == 1; {
		case r == '\'':
			w.enter("")
			w.text.WriteString(`\'`)
		case r == '\n':
			w.enter("")
			w.text.WriteString(newline)
		case unicode.IsPrint(r) && !isInvalid:
			w.enter("'")
			w.text.WriteString(text[:size])
		default:
			w.enter(`)"`)
			for _, b := range []byte(text[:size]) {
				fmt.Fprintf(&w.text, `\%03o`, b)
			}
		}
		text = text[size:]
	}
	w.enter("")
	if w.text.Len() == 0 {
		return "''"
	}
	return w.text.String()
}

// newline is a line break without one: IFS is a space, a tab and a line break. Other than printf, a substitution keeps
// it at the end of a word.
const newline = `"${IFS#??}"`

// writer is inside of quotes, which close ends; empty where it is outside of any.
type writer struct {
	text  strings.Builder
	close string
}

// enter leaves the quotes that the writer is in for those that close ends.
func (w *writer) enter(close string) {
	if w.close == close {
		return
	}
	if w.close == `)"` {
		w.text.WriteString("'")
	}
	w.text.WriteString(w.close)
	switch close {
	case "'":
		w.text.WriteString("'")
	case `)"`:
		w.text.WriteString(`"$(printf '`)
	}
	w.close = close
}

// Comment is text as a comment. Where it is more than words and punctuation it is quoted as well: a shell that a person
// types in may take no comments, and would run what stands behind a semicolon.
func Comment(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if isPlain(text, " ") {
		return "# " + text
	}
	return "# " + Word(strings.ToValidUTF8(text, ""))
}

// isPlain reports whether every shell takes a text as it is, but for some other characters.
func isPlain(text, others string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		isPlain := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			strings.ContainsRune("_./:@%+,=-"+others, r)
		return !isPlain
	}) < 0
}
