// Package phrase makes the parts of messages that all packages share, so that they read alike: lists that name the
// first of many, counts of things, quotes of the input, guesses at what a misspelt name means. It also holds the one
// rule for what no message repeats; see [IsName].
package phrase

import (
	"fmt"
	"strings"
)

// List names all: "a, b, c".
func List(names []string) string { return strings.Join(names, ", ") }

// Few names at most some of many: "a, b and 8 more". Where only one would be left out, it is named instead.
func Few(most int, names []string) string {
	if more := len(names) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", List(names[:most]), more)
	}
	return List(names)
}

// And is [Few] inside of a sentence: "a, b and c", "a, b and 8 more".
func And(most int, names []string) string {
	last := len(names) - 1
	if last < 1 || last > most {
		return Few(most, names)
	}
	return List(names[:last]) + " and " + names[last]
}

// Or names alternatives: "a, b or c".
func Or(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return List(names)
	}
	return List(names[:last]) + " or " + names[last]
}

// Count counts things: "1 secret", "2 secrets", "0 policies".
func Count(n int, noun string) string { return fmt.Sprintf("%d %s", n, Plural(n, noun)) }

// Are is the verb for n of a thing.
func Are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// Plural is a noun in the number that n of it take.
func Plural(n int, noun string) string {
	switch before, endsInY := strings.CutSuffix(noun, "y"); {
	case n == 1:
		return noun
	case endsInY && !strings.HasSuffix(before, "e") && !strings.HasSuffix(before, "a") &&
		!strings.HasSuffix(before, "o"):
		return before + "ies"
	}
	return noun + "s"
}
