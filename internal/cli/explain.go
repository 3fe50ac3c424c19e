package cli

import (
	"io"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/explain"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/usage"
)

const explainHelp = `Show who has which secret, and why: for each component its Secrets, the Scaleway
folder and the API key that each is filled from, and the containers and variables
that it ends in.

An argument is a file, a folder of manifests, a kustomization, which is built in
process, or "-" for standard input: YAML documents or a ResourceList. Without
arguments standard input is read. Without a Segregation among the inputs every
namespace is taken for a component.

What is shown is what the manifests say, right or wrong; "cloison check" judges
it. A key marked ? is optional, KEY = secret#property@revision is one whose
Scaleway secret has not the usual name, and * stands for every key.

Exit codes: 0 shown, 2 wrong usage, 3 could not read everything.`

const explainExample = `  cloison explain deploy/
  kustomize build overlays/production | cloison explain -o mermaid -
  cloison explain -o dot rendered/ | dot -Tsvg > segregation.svg
  cloison explain -o json rendered/ | jq '.components[].secrets[].name'`

// explainer has the flags of the command.
type explainer struct {
	manifests
	output string
}

func newExplain() *cobra.Command {
	e := &explainer{}
	cmd := &cobra.Command{
		Use:        "explain [DIR|FILE|-]...",
		SuggestFor: []string{"show", "graph", "describe"},
		Short:      "Show which component has which secret, and why",
		Long:       explainHelp,
		Example:    explainExample,
		RunE:       e.run,
	}
	e.addFlags(cmd)
	cmd.Flags().StringVarP(&e.output, "output", "o", "table", "how to show it: table, json, mermaid or dot")
	return cmd
}

// writer is what writes a matrix in the chosen form.
func (e *explainer) writer(out io.Writer) (func(io.Writer, *access.State) error, error) {
	switch e.output {
	case "table":
		width := terminalWidth(out)
		return func(w io.Writer, s *access.State) error { return explain.Table(w, s, width) }, nil
	case "json":
		return explain.JSON, nil
	case "mermaid":
		return explain.Mermaid, nil
	case "dot":
		return explain.DOT, nil
	}
	return nil, usage.OneOf("--output", e.output, "table", "json", "mermaid", "dot")
}

func (e *explainer) run(cmd *cobra.Command, args []string) error {
	write, err := e.writer(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if err := e.validate(); err != nil {
		return err
	}
	if args, err = orStdin(cmd, args); err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	input, err := e.read(cmd, args, show)
	if err != nil {
		return err
	}
	set, findings := objects.NewSet(input.Objects)
	matrix := &access.New(set, scope.New(set, input.Plans), input.Cluster).State
	show.done()
	// What could not be read is missing in what is shown; other findings are those of cloison check.
	for _, f := range append(input.Findings, findings...) {
		if f.Severity == finding.Error || f.Undecided {
			printFindings(cmd.ErrOrStderr(), []finding.Finding{f})
		}
	}
	if input.Stopped {
		return exit.With(exit.Undecided, nil)
	}
	if err := output(cmd, func(w io.Writer) error { return write(w, matrix) }); err != nil {
		return err
	}
	if len(set.Malformed) > 0 || finding.AnyUndecided(input.Findings) {
		return exit.With(exit.Undecided, nil)
	}
	return nil
}
