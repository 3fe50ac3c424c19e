package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/usage"
	"cloison.dev/cloison/internal/version"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  usage.NoArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return printVersion(cmd) },
	}
}

func printVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprint(cmd.OutOrStdout(), version.Line("cloison"))
	return err
}
