package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/difference"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/usage"
)

const diffHelp = `Say what a change allows: what each component can obtain, reach and do more or
less, and which findings are new or gone.

BASE and HEAD are each a file, a folder of manifests, a kustomization, which is
built in process, a repository that holds kustomizations, each of which is
compared with the one of its path on the other side, or REV:PATH: what a revision of the git repository around the
working folder has at a path. A PATH is relative to the root of the repository
or, with ./ before it, to the working folder. A kustomization whose functions are
Cloison's is rendered without running a program.

The two sides are compared by what they allow, not by their text: moved files,
renamed policies and other ways to write the same are no change.

Access grows where more is allowed, or a new finding lets somebody obtain a
secret, whether or not it is accepted.

Exit codes: 0 nothing more is allowed, 1 access grows, 2 wrong usage, 3 one of the
sides cannot be read, or something of it was not decided. --fail-on findings also
fails for new findings of severity error, and --fail-on never for nothing.`

const diffExample = `  cloison diff main:deploy deploy/                    # this checkout against a branch
  cloison diff main:overlays/production overlays/production
  cloison diff HEAD~1:deploy HEAD:deploy
  cloison diff -o markdown main:deploy deploy/ > comment.md
  cloison diff rendered-before/ rendered-after/`

// What makes a diff fail.
const (
	failOnMore     = "more"
	failOnFindings = "findings"
	failOnNever    = "never"
)

// differ has the flags of the command.
type differ struct {
	manifests
	output string
	failOn string
}

func newDiff() *cobra.Command {
	d := &differ{}
	cmd := &cobra.Command{
		Use:        "diff BASE HEAD",
		SuggestFor: []string{"compare", "changes", "delta"},
		Short:      "Say what a change allows more or less",
		Long:       diffHelp,
		Example:    diffExample,
		RunE:       d.run,
	}
	d.addFlags(cmd)
	d.addNamespaceFlag(cmd)
	d.addExcludeFlag(cmd)
	d.cluster.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&d.output, "output", "o", "text", "how to write it: text, markdown or json")
	flags.StringVar(&d.failOn, "fail-on", failOnMore, "what gives exit code 1: more (access grows), findings (that, or a "+
		"new finding of severity error) or never")
	return cmd
}

func (d *differ) validate(args []string) error {
	if err := usage.OneOf("--output", d.output, "text", "markdown", "json"); err != nil {
		return err
	}
	if err := usage.OneOf("--fail-on", d.failOn, failOnMore, failOnFindings, failOnNever); err != nil {
		return err
	}
	if len(args) == 2 && args[0] == load.Stdin && args[1] == load.Stdin {
		return errors.New("only one of the sides can be standard input")
	}
	if len(args) != 2 {
		return fmt.Errorf("name two states to compare, such as main:deploy deploy/; there are %d", len(args))
	}
	return d.manifests.validate()
}

func (d *differ) run(cmd *cobra.Command, args []string) error {
	if err := d.validate(args); err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	found, err := d.compare(ctx, cmd, args[0], args[1], show)
	if err != nil {
		return err
	}
	show.done()
	if err := output(cmd, func(w io.Writer) error { return d.encode(w, found, wantsColor(cmd.OutOrStdout())) }); err != nil {
		return err
	}
	if code := d.code(found); code != exit.Clean {
		return exit.With(code, nil)
	}
	return nil
}

func (d *differ) encode(w io.Writer, found *difference.Difference, color bool) error {
	switch d.output {
	case "json":
		return report.DifferenceJSON(w, found)
	case "markdown":
		return report.DifferenceMarkdown(w, found)
	}
	return report.DifferenceText(w, found, color)
}

// code is 1 for what fails the run, 3 where something was not decided.
func (d *differ) code(found *difference.Difference) int {
	switch {
	case d.failOn != failOnNever && found.Grew():
		return exit.Failed
	case d.failOn == failOnFindings && finding.HasErrors(slices.Concat(found.NewFindings, found.NewlyAccepted, found.NoLongerAccepted)):
		return exit.Failed
	case len(found.Undecided.Base)+len(found.Undecided.Head) > 0:
		return exit.Undecided
	}
	return exit.Clean
}
