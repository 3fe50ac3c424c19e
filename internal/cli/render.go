package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/render/folder"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/usage"
)

const renderHelp = `Write the manifests that are to be applied: build a kustomization, expand its
Segregations and prove the result, in one step.

The argument is a kustomization, a folder of manifests, a kpt package, a file, or
"-" for standard input. A kustomization gives the same objects as

    kustomize build --enable-alpha-plugins --enable-exec DIR

with Cloison's function, many times faster, because what Cloison adds does not
pass through kustomize; where a kustomization changes what Cloison adds, the
function runs inside of kustomize. Without a function in the kustomization the
Segregations among the resources are expanded at the end.

Functions of others are refused without --enable-exec, what is on other machines
without --enable-remote, and Helm charts always.

With -o DIR there is one file per component, SEGREGATION.COMPONENT.yaml, and one
for everything else, others.yaml. A list beside them, .cloison-rendered, says what
was written, so that only that is replaced and removed. With --check too, nothing
is written, and the exit code is 1 where the folder is not what it must be.

With --explain-defaults it writes the Segregations in place of what they expand to,
as Cloison understands them: every default is filled, and behind each value stands
its line, the field of spec.defaults or spec that it came from, or "default".

Exit codes: 0 written, 1 findings of severity error, or as --fail-on says, of which
nothing is written, or files that --check finds stale, 2 wrong usage, 3 nothing is
known of the result.`

const renderExample = `  cloison render overlays/production | kubectl apply --server-side -f -
  cloison render overlays/production -o rendered/production
  cloison render overlays/production -o rendered/production --check   # in a pull request
  cloison render segregation.yaml
  cloison render --explain-defaults segregation.yaml   # what stands where nobody wrote anything`

// renderCommand has the flags of the command.
type renderCommand struct {
	manifests
	folder       string
	check        bool
	enableRemote bool
	failOn       string
	explain      bool
}

func newRender() *cobra.Command {
	c := &renderCommand{}
	cmd := &cobra.Command{
		Use:        "render DIR|FILE|-",
		SuggestFor: []string{"build", "expand", "generate", "template"},
		Short:      "Write the manifests that are to be applied",
		Long:       renderHelp,
		Example:    renderExample,
		Args:       cobra.ArbitraryArgs,
		RunE:       c.run,
	}
	c.addRenderFlags(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&c.folder, "output", "o", "",
		"`folder` for one file per component; by default everything is written to standard output")
	flags.BoolVar(&c.check, "check", false, "with --output: write nothing, and name the files that are stale")
	flags.BoolVar(&c.explain, "explain-defaults", false,
		"write the Segregations instead, with every default filled and where each value came from")
	return cmd
}

// addRenderFlags adds the flags that say how to render.
func (c *renderCommand) addRenderFlags(cmd *cobra.Command) {
	c.addFlags(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&c.enableRemote, "enable-remote", false,
		"let kustomizations name repositories and pages of the web, which are fetched")
	flags.StringVar(&c.failOn, "fail-on", string(finding.Error),
		"least severity of a finding that lets nothing be written: error, warning or info")
}

// validate refuses wrong values of flags and arguments.
func (c *renderCommand) validate(args []string) error {
	switch {
	case len(args) != 1:
		return fmt.Errorf("name one file or folder to render, or - for standard input; there are %d", len(args))
	case c.check && c.folder == "":
		return errors.New("--check needs --output: the folder to compare with")
	case c.explain && c.folder != "":
		return errors.New("--explain-defaults writes Segregations to standard output: leave out --output")
	}
	return c.validateRender()
}

// validateRender refuses wrong values of the flags that say how to render.
func (c *renderCommand) validateRender() error {
	if err := checkFailOn("--fail-on", c.failOn); err != nil {
		return err
	}
	return c.manifests.validate()
}

// checkFailOn refuses what is no severity, and never, with which errors would be written.
func checkFailOn(named, severity string) error {
	return usage.OneOf(named, finding.Severity(severity), finding.Error, finding.Warning, finding.Info)
}

func (c *renderCommand) run(cmd *cobra.Command, args []string) error {
	if err := c.validate(args); err != nil {
		return err
	}
	if c.explain {
		return c.explainDefaults(cmd, args[0])
	}
	rendered, err := c.render(cmd, args[0])
	switch {
	case err != nil:
		return err
	case c.folder == "":
		return writeDocuments(cmd, rendered.Objects)
	}
	return c.toFolder(cmd, rendered)
}

// render renders what there is at a path. There is at least one object; where there may be none, the reason is on
// standard error, and the error is the exit code.
func (c *renderCommand) render(cmd *cobra.Command, path string) (*render.Rendered, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, exit.With(exit.Undecided, fmt.Errorf("find this program: %w", err))
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	rendered, err := render.Path(cmd.Context(), path, render.Options{
		EnableExec: c.enableExec, EnableRemote: c.enableRemote, AnyFolder: c.loadRestrictor == unrestricted,
		Function: fn.Function{Live: live{say: show.say}}, Program: program, Stdin: cmd.InOrStdin(), Progress: show.say,
	})
	show.done()
	if err != nil {
		return nil, unreadable(cmd.ErrOrStderr(), err)
	}
	printFindings(cmd.ErrOrStderr(), rendered.Findings)
	switch {
	case report.Threshold(c.failOn).AnyMet(rendered.Findings):
		return nil, exit.With(exit.Failed, nil)
	case len(rendered.Objects) == 0:
		return nil, exit.With(exit.Undecided, fmt.Errorf("%s: there is nothing to apply", path))
	}
	return rendered, nil
}

func writeDocuments(cmd *cobra.Command, objects []render.Object) error {
	return output(cmd, func(w io.Writer) error {
		for i, o := range objects {
			if i > 0 {
				fmt.Fprint(w, "---\n")
			}
			if _, err := w.Write(o.YAML); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *renderCommand) toFolder(cmd *cobra.Command, rendered *render.Rendered) error {
	files := folder.Files(rendered.Objects)
	if !c.check {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		if _, err := folder.Write(ctx, c.folder, files); err != nil {
			return exit.With(exit.Undecided, err)
		}
		notice(cmd.ErrOrStderr(), "%s in %s", phrase.Count(len(files), "file"), c.folder)
		return nil
	}
	stale, err := folder.Compare(c.folder, files)
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	if stale.IsZero() {
		return nil
	}
	for _, kind := range []struct {
		names []string
		what  string
	}{{stale.Missing, "missing"}, {stale.Changed, "stale"}, {stale.Left, "no longer rendered"}} {
		for _, name := range kind.names {
			notice(cmd.ErrOrStderr(), "%s/%s: %s", c.folder, name, kind.what)
		}
	}
	return exit.With(exit.Failed, nil)
}
