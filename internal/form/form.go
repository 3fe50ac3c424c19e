// Package form has regular expressions that are compiled when they are first needed: a function starts anew for every
// build, and most inputs need few of them.
package form

import (
	"regexp"
	"sync"
)

// Form is a regular expression.
type Form func() *regexp.Regexp

// New takes an expression in the syntax of package regexp. One that is malformed panics at its first use.
func New(expression string) Form {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// Matches reports whether text contains a match.
func (f Form) Matches(text string) bool { return f().MatchString(text) }
