// Package cli is the command line of cloison: what is read from where, what goes to standard output and what to
// standard error, and the exit codes.
package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/usage"
)

// pluginName is the name under which kustomize looks for the legacy plugin. A link of that name to the program is one.
const pluginName = "Segregation"

// Run runs the program with args, whose first is the program's own name, and returns the exit code. A panic is reported
// as such: the function, of which a host wants to know only whether it failed, returns 1, every other command 3.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	stderr = printable.Writer(stderr)
	root := newRoot()
	words := args[1:]
	if filepath.Base(args[0]) == pluginName {
		words = append([]string{pluginCommand}, words...)
	}
	if isCompletion(words) {
		addCompletions(root)
	}
	root.SetArgs(words)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	defer func() {
		if value := recover(); value != nil {
			cmd, _, _ := root.Find(words)
			code = crash(stderr, cmd, value)
		}
	}()
	cmd, err := root.ExecuteC()
	return exitCodeOf(stderr, cmd, err)
}

// exitCodeOf reports an error of a command that has not been reported yet, and returns its exit code.
func exitCodeOf(stderr io.Writer, cmd *cobra.Command, err error) int {
	end := exit.Of(err)
	if end.Cause != nil {
		notice(stderr, "%v", end.Cause)
	}
	if end.IsUsage() {
		usage.Remind(stderr, cmd)
	}
	return end.Code
}

const rootHelp = `Cloison splits an application into components that cannot read each other's secrets.

One compact file, the Segregation, says which components exist, which Scaleway
secrets each may read and who may talk to whom. Without a command, cloison is a
KRM function: it reads a ResourceList on standard input, expands every
Segregation in it into namespaces, NetworkPolicies, RBAC, quotas, SecretStores
and ExternalSecrets, and writes the ResourceList to standard output.

With kustomize, list the Segregation under transformers: and annotate it

    config.kubernetes.io/function: |
      exec: {path: cloison}

then build with both flags; without --enable-exec kustomize skips the function
and says nothing:

    kustomize build --enable-alpha-plugins --enable-exec DIR

With kpt, put the Segregation into the package, annotated
config.kubernetes.io/local-config: "true", and declare in its Kptfile

    pipeline:
      mutators:
        - exec: cloison        # or image: for a container
      validators:
        - exec: cloison
          configMap: {mode: validate}

then run "kpt fn render --allow-exec", or without a Kptfile

    kpt fn eval --exec cloison DIR

"cloison check" proves on any manifests, with or without a Segregation, that no
component can obtain another's secret, or shows how it can.

Exit codes: 0 clean, 1 findings of severity error, 2 wrong usage, 3 could not
decide.`

const rootExample = `  cloison < resourcelist.yaml              # by hand
  cloison init --name shop                  # a first Segregation
  cloison check deploy/                     # prove on manifests
  cloison render overlays/production        # what is to be applied
  cloison inventory -f segregation.yaml     # which secrets Scaleway holds
  cloison schema > segregation.schema.json  # completion and checks in your editor
  cloison completion bash --help            # completion in your shell`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "cloison [command] [< RESOURCELIST]",
		Short:         "Wall the secrets of an application's components off from each other",
		Long:          rootHelp,
		Example:       rootExample,
		Args:          noArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	// Cobra's own flag prints another line, or takes a template, for which the linker keeps 6 MB of methods more.
	askedVersion := root.Flags().Bool("version", false, "print the version")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *askedVersion {
			return printVersion(cmd)
		}
		return runFunction(cmd)
	}
	root.AddCommand(newArgoCD(), newCheck(), newDev(), newDiff(), newExplain(), newImport(), newIncident(), newInit(), newInventory(), newPlugin(), newRender(),
		newSchema(), newVersion())
	root.SetHelpCommand(newHelp())
	refuseUnknownShells(root)
	usage.Explain(root)
	return root
}

// noArguments refuses an unknown command, and a file name, which people try first.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if looksLikeFile(args[0]) {
		return fmt.Errorf("unknown command %q; a ResourceList is read from standard input: cloison < FILE; manifests are "+
			"checked with: cloison check %s", args[0], args[0])
	}
	return usage.UnknownCommand(cmd, args[0])
}

// looksLikeFile reports whether an argument is a path and no word.
func looksLikeFile(argument string) bool {
	return strings.ContainsAny(argument, "./")
}

// refuseUnknownShells makes cobra's command for completion refuse what it would answer with its help.
func refuseUnknownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args = usage.NoArguments
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0:
				return usage.UnknownCommand(about, rest[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// runFunction is the KRM function. The output is written once, when it is complete.
func runFunction(cmd *cobra.Command) error {
	stdin := cmd.InOrStdin()
	if isTerminal(stdin) {
		cmd.SetOut(cmd.ErrOrStderr())
		if err := cmd.Help(); err != nil {
			return err
		}
		return exit.With(exit.Usage, nil)
	}
	input, err := io.ReadAll(stdin)
	if err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("read standard input: %w", err))
	}
	return finish(cmd, fn.Function{Live: live{}}.Run(cmd.Context(), input))
}

// finish hands an outcome to the host.
func finish(cmd *cobra.Command, outcome fn.Outcome) error {
	if !outcome.ShowsResults && !kustomization.HandOver(outcome.Findings) {
		printFindings(cmd.ErrOrStderr(), outcome.Findings)
	}
	if err := outputText(cmd, outcome.Output); err != nil {
		return err
	}
	if outcome.Failed() {
		return exit.With(exit.Failed, nil)
	}
	return nil
}
