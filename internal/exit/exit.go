// Package exit has the exit codes of the programs, and the error that carries one out of a command.
package exit

import (
	"errors"
	"fmt"
)

// Codes of all programs.
const (
	Clean = 0
	// Failed means findings that fail the run, or a result that is not complete.
	Failed = 1
	// Usage means wrong flags or arguments.
	Usage = 2
	// Undecided means that what was asked could not be decided or done: a file, a stream or a service cannot be used.
	Undecided = 3
)

// Error ends a program with a code.
type Error struct {
	Code int
	// Cause is what is left to report; nil where all is reported.
	Cause error
}

// With is an [Error] with a code. The cause may be nil.
func With(code int, cause error) error { return Error{Code: code, Cause: cause} }

// Error is the text of the cause.
func (e Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Cause.Error()
}

// Unwrap gives the cause.
func (e Error) Unwrap() error { return e.Cause }

// IsUsage reports whether the program was used wrongly, and not only ends with the code [Usage].
func (e Error) IsUsage() bool { return e.Code == Usage && e.Cause != nil }

// Of is how a program ends after an error. Without one it is [Clean]; one that has no code is wrong usage.
func Of(err error) Error {
	var end Error
	switch {
	case err == nil:
		return Error{Code: Clean}
	case !errors.As(err, &end):
		return Error{Code: Usage, Cause: err}
	case end.Cause != nil:
		end.Cause = err
	}
	return end
}
