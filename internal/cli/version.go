package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/version"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "cloison v%s (%s/%s, %s)\n", version.Number, runtime.GOOS,
				runtime.GOARCH, runtime.Version())
			return err
		},
	}
}
