package cli

import "github.com/spf13/cobra"

const devHelp = `Tools to try Cloison without an account.

Nothing here touches a real account or a cluster.`

func newDev() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Tools to try Cloison without an account",
		Long:  devHelp,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDevScaleway())
	return cmd
}
