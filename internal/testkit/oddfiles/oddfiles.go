// Package oddfiles writes files of which readers of YAML and JSON make different things. Tests hold the reader of
// manifests against kubectl's on them.
package oddfiles

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"unicode/utf16"
)

// Writer writes odd files. What it writes follows from its source of random numbers alone.
type Writer struct{ *rand.Rand }

func (w Writer) pick(texts ...string) string { return texts[w.IntN(len(texts))] }

// oneIn is true once in so many calls.
func (w Writer) oneIn(many int) bool { return w.IntN(many) == 0 }

// Name is the name of a file that kubectl reads in a folder, or passes over.
func (w Writer) Name() string {
	return w.pick("", "", "", ".", "..", "a b", "é") + w.pick("x", "y.z", "-") +
		w.pick(".yaml", ".yaml", ".yaml", ".yml", ".yml", ".json", ".YAML", ".jsonl", ".txt", "")
}

// File is one or more documents, damaged once in a while, in any encoding.
func (w Writer) File() string {
	text := w.Text()
	if w.oneIn(5) {
		text = w.damaged(text)
	}
	return w.encoded(text)
}

// Plain is an object as people write it, or two.
func (w Writer) Plain() string {
	text := w.realistic(w.text)
	if w.oneIn(3) {
		text += "---\n" + w.realistic(w.text)
	}
	return text
}

// Text is one or more documents, in UTF-8.
func (w Writer) Text() string {
	var text strings.Builder
	write := func() string { return w.document() + w.separator() }
	switch w.IntN(10) {
	case 0, 1:
		write = func() string { return w.json() + w.pick("", "\n", "\n---\n", " ", "\r\n", "\n\n\n", "\t") }
	case 2, 3:
		write = func() string { return w.realistic(w.flowScalar) + w.separator() }
	}
	if w.oneIn(3) {
		text.WriteString(w.pick("---\n", "# comment\n", "\n\n", " \n", "---\n---\n", "--- # first\n", "null\n---\n",
			"---\n\n"))
	} else if w.oneIn(20) {
		text.WriteString(w.pick("%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG ! tag:x,2000:\n---\n", "{}\n---\n",
			"...\n", "\n\ufeff", strings.Repeat(" \n", 2100)))
	}
	for range 1 + w.IntN(3) {
		text.WriteString(write())
	}
	return text.String()
}

func (w Writer) separator() string {
	if w.oneIn(30) {
		return w.pick("--- {a: b}\n", "---x\n", "----\n", "...\n", " ---\n", "", "--- !!map\n", "---\n\ufeff",
			"---\n{}\n---\n", "--- |\n", "---\n- a\n---\n", "---\na\n---\n", "---", "---\u00a0\n")
	}
	return w.pick("---\n", "---\n", "---\n", "--- # comment\n", "---\r\n", "--- \t\n", "...\n---\n",
		"---\n\n# only a comment\n---\n", "---\n~\n---\n", "\n\n---\n", "---\n---\n", "# comment\n---\n",
		"---\n# comment\n")
}

// encoded writes a text with another line end or in another encoding.
func (w Writer) encoded(text string) string {
	switch w.IntN(24) {
	case 0, 1:
		text = "\ufeff" + text
	case 2, 3:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case 4:
		text = strings.ReplaceAll(text, "\n", "\r")
	case 5:
		text = inUTF16(text, w.oneIn(2))
	case 6:
		text = strings.TrimRight(text, "\n")
	case 7:
		text = strings.Replace(text, "\n", "\xff\n", 1)
	}
	return text
}

// damaged changes a text in a few places.
func (w Writer) damaged(text string) string {
	for range 1 + w.IntN(3) {
		i := w.IntN(len(text) + 1)
		switch w.IntN(4) {
		case 0:
			text = text[:i] + w.pick("\t", " ", "  ", "\n", "#", " #", ":", ": ", ",", "'", `"`, "{", "}", "[", "]",
				"&", "*", "!", "|", ">", "-", "- ", "? ", "%", "@", "`", "\\", "~", "\u0085", "\u2028", "\u00a0",
				"\ufeff", "\x00", "\x7f", "\r", "=", "<<: ", "é", "\U0001f600", "...", "---") + text[i:]
		case 1:
			text = text[:i] + text[min(i+1+w.IntN(3), len(text)):]
		case 2:
			line := strings.SplitAfter(text, "\n")
			k := w.IntN(len(line))
			line[k] += w.pick(line[k], "", "  "+line[k])
			text = strings.Join(line, "")
		case 3:
			line := strings.SplitAfter(text, "\n")
			k, l := w.IntN(len(line)), w.IntN(len(line))
			line[k], line[l] = line[l], line[k]
			text = strings.Join(line, "")
		}
	}
	return text
}

// inUTF16 encodes a text with a byte order mark, the little end of each unit first or last.
func inUTF16(text string, little bool) string {
	var order binary.AppendByteOrder = binary.BigEndian
	if little {
		order = binary.LittleEndian
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}
