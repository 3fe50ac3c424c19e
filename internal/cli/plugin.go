package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/exit"
)

const pluginCommand = "kustomize-plugin"

const pluginHelp = `Serve kustomize's legacy exec plugins, the only form that "kubectl kustomize" runs.

CONFIG is a file with a Segregation; the generated objects are printed as YAML.
Link the program where kustomize looks for the plugin, and list the Segregation
under generators::

    dir=$KUSTOMIZE_PLUGIN_HOME/cloison.dev/v1alpha1/segregation
    mkdir -p $dir && ln -s $(command -v cloison) $dir/Segregation
    kubectl kustomize --enable-alpha-plugins DIR

Under validators:, with the annotation cloison.dev/mode: validate, it holds the
manifests against the Segregation.`

func newPlugin() *cobra.Command {
	return &cobra.Command{
		Use:   pluginCommand + " CONFIG",
		Short: "Serve kustomize's legacy exec plugins (kubectl kustomize)",
		Long:  pluginHelp,
		Args:  oneConfig,
		RunE:  runPlugin,
	}
}

func oneConfig(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one file, the CONFIG; there are %d", len(args))
	}
	return nil
}

func runPlugin(cmd *cobra.Command, args []string) error {
	config, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("read the Segregation: %w", err)
	}
	var resources []byte
	if stdin := cmd.InOrStdin(); !isTerminal(stdin) {
		if resources, err = io.ReadAll(stdin); err != nil {
			return exit.With(exit.Undecided, fmt.Errorf("read standard input: %w", err))
		}
	}
	return finish(cmd, fn.Function{Live: live{}}.RunPlugin(cmd.Context(), config, resources))
}
