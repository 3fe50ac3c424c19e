// Package devcli is the command line of cloison-dev: tools to try Cloison without an account. They are a program of
// their own, so that the function links nothing of them. People call it as "cloison dev"; scripts in internal/cli
// test it.
package devcli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Exit codes, beside those of a command that is run.
const (
	exitClean     = 0
	exitUsage     = 2
	exitUndecided = 3
)

// ending is an error with the code that the program exits with. Without a cause there is nothing to report.
type ending struct {
	code  int
	cause error
}

func (e ending) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e ending) Unwrap() error { return e.cause }

// undecided returns the ending for when a file, a stream or an address cannot be used.
func undecided(cause error) error { return ending{exitUndecided, cause} }

// Run runs the program with args, whose first is the program's own name, and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	var end ending
	switch {
	case err == nil:
		return exitClean
	case !errors.As(err, &end):
		fmt.Fprintf(stderr, "cloison: %v\nRun 'cloison dev --help' for usage.\n", err)
		return exitUsage
	case end.cause != nil:
		fmt.Fprintf(stderr, "cloison: %v\n", err)
	}
	return end.code
}

const rootHelp = `Tools to try Cloison without an account.

Nothing here touches a real account or a cluster.`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "cloison-dev",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "cloison dev"},
		Short:         "Tools to try Cloison without an account",
		Long:          rootHelp,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		// cloison's own completes these commands too
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(newScalewayCommand())
	return root
}
