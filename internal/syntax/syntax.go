// Package syntax holds the grammars of the texts that people and Scaleway's API write, each in one place: the pattern
// that the JSON Schema has, the check that Go makes, and the sentence in every message about what the text must be.
//
//	if !syntax.Region.Matches(text) {
//		report(text + " must be " + syntax.Region.Must)
//	}
//
// Where one thing has two grammars, their comments say why. Package internal/emulator has grammars of its own: it is
// the API in tests, and a mistake here must not be repeated there.
package syntax

import "cloison.dev/cloison/internal/form"

// Grammar is the form of one kind of text.
type Grammar struct {
	// Pattern is a regular expression for the whole text, without anchors, in what Go's regexp and ECMA 262 (which JSON
	// Schema asks for) have in common. It accepts every text that Matches accepts; where it accepts more, the comment
	// of the grammar says what.
	Pattern string
	// Not is a pattern that no part of the text may match. Empty: none.
	Not string
	// Longest is the greatest length in bytes. 0: Pattern bounds it.
	Longest int
	// Must completes "must be ..." in a message.
	Must string

	matches func(text string) bool
	// meant guesses what a text that has not the form was meant to be; nil where that cannot be guessed. Guesses that have
	// not the form either are passed over.
	meant func(text string) []string
	// advice is a fix that is no text to write; nil where there is none.
	advice func(text string) string
}

// Matches reports whether the whole text has the form.
func (g Grammar) Matches(text string) bool { return g.matches(text) }

// meaning is the grammar with guesses.
func (g Grammar) meaning(meant func(text string) []string) Grammar {
	g.meant = meant
	return g
}

// byPattern is a grammar that its pattern describes in full.
func byPattern(pattern, must string) Grammar {
	return Grammar{Pattern: pattern, Must: must, matches: form.New(`^(?:` + pattern + `)$`).Matches}
}
