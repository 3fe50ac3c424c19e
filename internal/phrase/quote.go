package phrase

import (
	"strconv"
	"strings"
)

// longestQuote bounds in bytes how much of the input a message repeats.
const longestQuote = 80

// Quote repeats a text of the input in a message: in double quotes, with what cannot be printed escaped, and at most
// its first 80 bytes. Where the text may be the value of a secret, ask [IsName] first.
func Quote(text string) string {
	if len(text) > longestQuote {
		return strconv.Quote(Shorten(text)) + "..."
	}
	return strconv.Quote(text)
}

// Shorten is the beginning of a text, as much of it as a message may repeat.
func Shorten(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), longestQuote)], "")
}

// Quoted lists names in double quotes, unshortened: "a", "b". Names may not be texts of unknown length; see [Quote].
func Quoted(names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = strconv.Quote(name)
	}
	return List(texts)
}
