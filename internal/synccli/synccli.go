// Package synccli is the command line of cloison-sync, the sync runtime.
package synccli

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/usage"
	"cloison.dev/cloison/internal/version"
)

// Run runs the program with args, whose first is the program's own name, and returns the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	log.SetOutput(io.Discard) // net/http quotes there what comes on idle connections, which may be a part of a value
	root := newRoot()
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := checkMinimum(args[1:])
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	end := exit.Of(err)
	if end.Cause != nil {
		fmt.Fprintf(stderr, "cloison-sync: %v\n", end.Cause)
	}
	if end.IsUsage() {
		usage.Remind(stderr, root)
	}
	return end.Code
}

const rootHelp = `Fill Secrets from Scaleway Secret Manager, as SecretStores and ExternalSecrets say.

In a cluster it serves the ExternalSecrets of one namespace whose SecretStores have the controller cloison, with the API
keys that those name, until it is told to end: see docs/runtime.md. The manifests that run it are generated.

With --source and --once no cluster is needed: the manifests are read from files, the values from Scaleway, and the
Secrets are written to files or to standard output. The API key is that of the Secret that the SecretStore names, where
it is among the manifests, or else of the environment: SCW_ACCESS_KEY and SCW_SECRET_KEY, or with _ and the component's
name behind them for one component only. A key of the environment is only sent to Scaleway, or to SCW_API_URL.

Exit codes: 0 all Secrets are complete, 1 some are not and stay as they are, 2 wrong usage, 3 the manifests cannot be
read or the Secrets not be written, or need a newer version.`

const rootExample = `  # What would be in the Secrets, without any value
  cloison-sync --once --source manifests/ --dry-run

  # The Secrets of what a kustomization generates, on standard output
  kustomize build . | cloison-sync --once --source - --output -`

func newRoot() *cobra.Command {
	var o onceOptions
	var c clusterOptions
	root := &cobra.Command{
		Use:               "cloison-sync [--once --source DIR|FILE|- (--output DIR|- | --dry-run)]",
		Short:             "Fill Secrets from Scaleway Secret Manager",
		Long:              rootHelp,
		Example:           rootExample,
		Version:           version.Build(),
		Args:              usage.NoArguments,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !o.given() {
				return c.run(cmd)
			}
			if err := o.check(); err != nil {
				return err
			}
			return o.run(cmd)
		},
	}
	usage.Explain(root)
	root.SetVersionTemplate(version.Line("cloison-sync"))
	root.Flags().StringVar(&o.namespace, "namespace", "",
		"`namespace` whose ExternalSecrets are served; with --source, of all manifests by default")
	o.flags(root)
	c.flags(root, &o.namespace)
	return root
}
