// Package template executes the templates of ExternalSecrets: Go templates with the functions of sprig and those that
// the External Secrets Operator adds. It is pure: no network, no files, no environment, no cluster. A test of e2e holds
// it against the operator itself on a corpus.
//
// Templates work on values of secrets. So an error never repeats what a function said, which may quote a value: it
// names the line, the function and the key that is missing, which are all part of the template's text.
package template

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
)

// Longest is the greatest size of what a template may make, in bytes: that of a Secret.
const Longest = 1 << 20

// Error is why a template makes nothing. Its text holds nothing of any value.
type Error struct {
	// Line of the template, counted from 1; 0 where it is not known.
	Line int
	// Missing is the key that the template takes and that is not read; empty where something else is wrong.
	Missing string
	// Problem in a few words. Example: function "fromJson" failed.
	Problem string
}

// Error formats the line and the problem. Example: line 2: function "fromJson" failed.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Problem
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Problem)
}

// Execute makes the text of a template. A value is what {{ .KEY }} stands for; a key without a value is an error. The
// error is an [*Error].
func Execute(text string, values map[string]string) ([]byte, error) {
	switch {
	case isPlain(text) && len(text) > Longest:
		return nil, failed(errTooLong)
	case isPlain(text):
		return []byte(text), nil
	}
	parsed, err := parse(text)
	if err != nil {
		return nil, err
	}
	made := &bounded{}
	if err := parsed.Execute(made, values); err != nil {
		return nil, failed(err)
	}
	return made.Bytes(), nil
}

// Check parses a template without executing it. The error is an [*Error].
func Check(text string) error {
	if isPlain(text) {
		return nil
	}
	_, err := parse(text)
	return err
}

// isPlain reports whether a text has no action, so that it makes itself. Most labels and annotations are such, and each
// would cost a table of two hundred functions otherwise.
func isPlain(text string) bool { return !strings.Contains(text, "{{") }

// name of every template; a text of the input would end up in errors.
const name = "template"

func parse(text string) (*template.Template, error) {
	parsed, err := template.New(name).Option("missingkey=error").Funcs(functions()).Parse(text)
	if err != nil {
		return nil, malformed(err)
	}
	return parsed, nil
}

// bounded keeps what is written, up to [Longest].
type bounded struct{ bytes.Buffer }

var errTooLong = errors.New("too long")

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > Longest {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
}

// The forms of errors of text/template. Their heads, with the line, come before what a function said.
var (
	parseError   = form.New(`^template: ` + name + `:(\d+): (.*)`)
	unknownCall  = form.New(`^function "([A-Za-z0-9_]{1,64})" not defined$`)
	executeError = form.New(`^template: ` + name + `:(\d+)`)
	missingEntry = form.New(`map has no entry for key ("(?:[^"\\]|\\.)*")$`)
	failedCall   = form.New(`^template: ` + name + `:\d+:\d+: executing "` + name + `" at <[^\n]*?>: ` +
		`error calling ([A-Za-z0-9_]{1,64}):`)
)

// malformed is about a text that is no template. It does not quote it: a text from a Secret is a template too.
func malformed(err error) *Error {
	found := parseError().FindStringSubmatch(err.Error())
	if found == nil {
		return &Error{Problem: "is no Go template"}
	}
	line := number(found[1])
	if call := unknownCall().FindStringSubmatch(found[2]); call != nil {
		return &Error{Line: line, Problem: unknown(call[1])}
	}
	return &Error{Line: line, Problem: "is no Go template"}
}

// unknown is about a function that templates do not have.
func unknown(function string) string {
	for _, left := range leftOut {
		if left.name == function {
			return fmt.Sprintf("function %q is not served: %s", function, left.why)
		}
	}
	return fmt.Sprintf(
		"there is no function %s%s",
		phrase.Quote(function),
		phrase.DidYouMean(phrase.Closest(function, Names())),
	)
}

func failed(err error) *Error {
	if errors.Is(err, errTooLong) {
		return &Error{Problem: fmt.Sprintf("makes more than %d bytes, which no Secret can hold", Longest)}
	}
	text := err.Error()
	where := &Error{}
	if found := executeError().FindStringSubmatch(text); found != nil {
		where.Line = number(found[1])
	}
	if call := failedCall().FindStringSubmatch(text); call != nil {
		where.Problem = fmt.Sprintf("function %q failed on what was read", call[1])
		return where
	}
	if found := missingEntry().FindStringSubmatch(text); found != nil && !strings.Contains(text, "error calling") {
		if key, err := strconv.Unquote(found[1]); err == nil {
			where.Missing = key
			where.Problem = fmt.Sprintf("the key %s is not read", phrase.Quote(key))
			return where
		}
	}
	where.Problem = "cannot be executed on what was read"
	return where
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
