// Package devcli is the command line of cloison-dev: tools to try Cloison without an account. They are a program of
// their own, so that the function links nothing of them. People call it as "cloison dev"; scripts in internal/cli
// test it.
package devcli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/usage"
)

// Run runs the program with args, whose first is the program's own name, and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteC()
	end := exit.Of(err)
	if end.Cause != nil {
		fmt.Fprintf(stderr, "cloison: %v\n", end.Cause)
	}
	if end.IsUsage() {
		usage.Remind(stderr, cmd)
	}
	return end.Code
}

const rootHelp = `Tools to try Cloison without an account.

Nothing here touches a real account or a cluster.`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "cloison-dev",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "cloison dev"},
		Short:         "Tools to try Cloison without an account",
		Long:          rootHelp,
		Args:          usage.NoArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
		// cloison's own completes these commands too
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(newScalewayCommand())
	usage.Explain(root)
	return root
}
