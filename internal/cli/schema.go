package cli

import (
	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/schema"
	"cloison.dev/cloison/internal/usage"
)

const schemaHelp = `Print the JSON Schema of a Segregation, for editors.

With the YAML language server (VS Code, Neovim, ...), save it and start the
Segregation's file with

    # yaml-language-server: $schema=./segregation.schema.json`

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a Segregation",
		Long:  schemaHelp,
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(schema.JSON)
			return err
		},
	}
}
