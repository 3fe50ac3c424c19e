// Package printable keeps text of the input from commanding a terminal and from looking like another line: what is not
// printable, such as escape sequences, carriage returns, bidirectional overrides and zero-width characters, is dropped
// from texts for people and escaped in JSON.
package printable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Line is text in one line: white space becomes single spaces.
func Line(text string) string { return strings.Join(strings.Fields(drop(text, isSpace)), " ") }

// Lines is text with its line breaks and its spaces.
func Lines(text string) string { return drop(text, isBreak) }

// Row is text in one line, with its spaces: each line break becomes one.
func Row(text string) string { return drop(strings.ReplaceAll(text, "\n", " "), isBreak) }

func isSpace(r rune) bool { return unicode.IsSpace(r) }

func isBreak(r rune) bool { return r == '\n' }

// drop removes what is neither printable nor kept.
func drop(text string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || keep(r) {
			return r
		}
		return -1
	}, text)
}

// EncodeJSON writes value as indented JSON, in which what is not printable is escaped.
func EncodeJSON(w io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escape(text.Bytes()))
	return err
}

// escape writes what is not printable in a JSON text as the escapes that stand for it.
func escape(text []byte) []byte {
	if !bytes.ContainsFunc(text, isHidden) {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) {
		if !isHidden(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.Bytes()
}

// isHidden reports what shows as nothing, or as something else, in a JSON text. Its own line breaks are no part of a
// string.
func isHidden(r rune) bool { return r != '\n' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }

// writer drops what is not printable from what it is given.
type writer struct{ to io.Writer }

// Writer passes text on as [Lines] says. Every call must bring whole characters.
func Writer(to io.Writer) io.Writer { return writer{to} }

func (w writer) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.to, Lines(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Unwrap is the writer that w passes text on to.
func (w writer) Unwrap() io.Writer { return w.to }

// Unwrap is the writer below those of this package.
func Unwrap(w io.Writer) io.Writer {
	for {
		over, is := w.(interface{ Unwrap() io.Writer })
		if !is {
			return w
		}
		w = over.Unwrap()
	}
}
