package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/parallel"
)

// debugVariable of the environment, set to 1, shows where a mistake in the program was met.
const debugVariable = "CLOISON_DEBUG"

// crash reports a panic, in one line that repeats nothing of the input, and returns the exit code.
func crash(stderr io.Writer, cmd *cobra.Command, value any) int {
	stack := debug.Stack()
	err, _ := value.(error)
	if inner, carried := errors.AsType[*parallel.Panic](err); carried {
		value, stack = inner.Value, inner.Stack
	}
	fmt.Fprintf(stderr, "cloison: this is a mistake in Cloison, and nothing was decided: please report it with the "+
		"output of \"cloison version\" and of the same command with %s=1\n", debugVariable)
	if os.Getenv(debugVariable) == "1" {
		if cause, is := value.(runtime.Error); is { // others may hold text of the input
			fmt.Fprintf(stderr, "%v\n", cause)
		}
		fmt.Fprintf(stderr, "%s\n", stack)
	}
	if isFunction(cmd) {
		return exit.Failed
	}
	return exit.Undecided
}

// isFunction reports whether a command is the KRM function, whose hosts know only success and failure.
func isFunction(cmd *cobra.Command) bool { return !cmd.HasParent() || cmd.Name() == pluginCommand }
