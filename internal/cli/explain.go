package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/explain"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/usage"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/ways"
)

const explainHelp = `Show who has which secret, who reaches whom over the network and who has which
role, and why: for each component its Secrets, the Scaleway folder and the API key
that each is filled from, the containers and variables that it ends in, and the
policies by which connections are open.

An argument is a file, a folder of manifests, a kustomization, which is built in
process, or "-" for standard input: YAML documents or a ResourceList. Without
arguments standard input is read. Without a Segregation among the inputs every
namespace is taken for a component.

What is shown is what the manifests say, right or wrong; "cloison check" judges
it. A key marked ? is optional, KEY = secret#property@revision is one whose
Scaleway secret has not the usual name, and * stands for every key.

--from and --to ask whether one end reaches another, and --who who obtains a key.
An end is a component, a namespace or a workload: NAME, PLACE/NAME, KIND/NAME or
KIND/PLACE/NAME, where PLACE is a component or namespace; or an address, a block
of addresses, or internet. A port may follow: postgres:5432, dns:53/UDP. A key is
named by itself, by its Secret, or by the path of its secret in Scaleway.

Exit codes: 0 shown, or yes, 1 no, 2 wrong usage, 3 could not read or decide
everything, or perhaps: that hangs on addresses of names and pods, or on labels,
which no manifest says.`

const explainExample = `  cloison explain deploy/
  cloison explain --from web --to postgres:5432 deploy/
  cloison explain --from web --to internet:443 deploy/
  cloison explain --who DATABASE_URL deploy/
  kustomize build overlays/production | cloison explain -o mermaid -
  cloison explain -o dot rendered/ | dot -Tsvg > segregation.svg
  cloison explain -o html rendered/ > walls.html
  cloison explain -o json rendered/ | jq '.components[].secrets[].name'`

// explainer has the flags of the command.
type explainer struct {
	manifests
	output   string
	from, to string
	who      string
}

func newExplain() *cobra.Command {
	e := &explainer{}
	cmd := &cobra.Command{
		Use:        "explain [DIR|FILE|-]...",
		SuggestFor: []string{"show", "graph", "describe"},
		Short:      "Show who has which secret, who reaches whom, and why",
		Long:       explainHelp,
		Example:    explainExample,
		RunE:       e.run,
	}
	e.addFlags(cmd)
	e.addNamespaceFlag(cmd)
	e.addExcludeFlag(cmd)
	e.cluster.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&e.output, "output", "o", "table", "how to show it: table, json, mermaid, dot, html or svg")
	flags.StringVar(&e.from, "from", "", "the `END` that opens connections: is --to reached from there?")
	flags.StringVar(&e.to, "to", "", "the `END[:PORT]` that accepts connections")
	flags.StringVar(&e.who, "who", "", "the `KEY` that is asked for: who obtains it, and how?")
	return cmd
}

func (e *explainer) validate(cmd *cobra.Command) error {
	if err := usage.OneOf("--output", e.output, "table", "json", "mermaid", "dot", "html", "svg"); err != nil {
		return err
	}
	for flag, value := range map[string]string{"from": e.from, "to": e.to} {
		if cmd.Flags().Changed(flag) && value == "" {
			return errors.New("--from and --to must each name an end: --from web --to postgres:5432")
		}
	}
	if cmd.Flags().Changed("who") && e.who == "" {
		return errors.New("--who must name a key")
	}
	asks := e.from != "" || e.to != "" || e.who != ""
	switch {
	case (e.from == "") != (e.to == ""):
		return errors.New("--from and --to belong together: --from web --to postgres:5432")
	case e.who != "" && e.from != "":
		return errors.New("--who is a question of its own: ask it without --from and --to")
	case asks && e.output != "table" && e.output != "json":
		return fmt.Errorf("an answer is written as table or json, not as %s", e.output)
	}
	return e.manifests.validate()
}

// write writes the state in the chosen form.
func (e *explainer) write(w io.Writer, s *access.State, width int) error {
	switch e.output {
	case "json":
		return explain.JSON(w, s)
	case "mermaid":
		return explain.Mermaid(w, s)
	case "dot":
		return explain.DOT(w, s)
	}
	return explain.Table(w, s, width)
}

func (e *explainer) run(cmd *cobra.Command, args []string) error {
	if err := e.validate(cmd); err != nil {
		return err
	}
	args, err := orStdin(cmd, args)
	if err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	input, err := e.readInput(cmd, args, show)
	if err != nil {
		return err
	}
	read, findings := decoded.New(input.Objects, input.Plans, input.Cluster)
	model := access.New(read)
	show.done()
	// What could not be read is missing in what is shown; other findings are those of cloison check.
	for _, f := range append(input.Findings, findings...) {
		if f.Severity == finding.Error || f.Undecided {
			printFindings(cmd.ErrOrStderr(), []finding.Finding{f})
		}
	}
	code, err := e.answer(cmd, args, model, input)
	if err != nil {
		return err
	}
	if len(read.Set.Malformed) > 0 || finding.AnyUndecided(input.Findings) {
		code = exit.Undecided
	}
	if code != exit.Clean {
		return exit.With(code, nil)
	}
	return nil
}

// answer shows everything, or answers the question.
func (e *explainer) answer(cmd *cobra.Command, args []string, model *access.Model, input *load.Input) (code int, err error) {
	width := terminalWidth(cmd.OutOrStdout())
	switch {
	case e.from != "":
		return e.answerPath(cmd, model, input, width)
	case e.who != "":
		return e.answerWho(cmd, model, input, width)
	case e.output == "html" || e.output == "svg":
		return exit.Clean, e.writePage(cmd, args, model, input)
	}
	return exit.Clean, output(cmd, func(w io.Writer) error { return e.write(w, &model.State, width) })
}

// answerPath answers whether one end reaches another. The answer is open where the proof leaves open what policies do.
func (e *explainer) answerPath(cmd *cobra.Command, model *access.Model, input *load.Input, width int) (int, error) {
	name, portText := splitPort(e.to)
	port, err := access.ParsePort(portText)
	if err != nil {
		return 0, fmt.Errorf("--to %s: %w", phrase.Quote(e.to), err)
	}
	from, err := model.Ends(e.from)
	if err != nil {
		return 0, fmt.Errorf("--from: %w", err)
	}
	to, err := model.Ends(name)
	if err != nil {
		return 0, fmt.Errorf("--to: %w", err)
	}
	var paths []access.Path
	for _, a := range from {
		for _, b := range to {
			if a.Node != nil || b.Node != nil {
				paths = append(paths, model.Ask(a, b, port))
			}
		}
	}
	if len(paths) == 0 {
		return 0, errors.New("--from and --to are both addresses: policies hold pods only, so that one end must be one")
	}
	open := undecidedAbout(paths, input)
	err = output(cmd, func(w io.Writer) error {
		if e.output == "json" {
			return printable.EncodeJSON(w, map[string]any{"paths": paths})
		}
		return explain.Paths(w, paths, width)
	})
	printFindings(cmd.ErrOrStderr(), open)
	switch {
	case len(open) > 0 || slices.ContainsFunc(paths, func(p access.Path) bool { return p.Maybe }):
		return exit.Undecided, err
	case slices.ContainsFunc(paths, func(p access.Path) bool { return p.Reached }):
		return exit.Clean, err
	}
	return exit.Failed, err
}

// undecidedAbout are the findings by which it is not decided what the policies of an end do, with a note in each path.
func undecidedAbout(paths []access.Path, input *load.Input) []finding.Finding {
	about := map[string]bool{"": true}
	for _, p := range paths {
		for _, namespace := range p.Namespaces {
			about[namespace] = true
		}
	}
	result := validators.Check(input.Objects, input.Plans, input.Cluster)
	found := undecided(result, func(f *finding.Finding) bool {
		return f.Code.Concern() == finding.Network && about[namespaceOf(f)]
	})
	open := map[string]bool{}
	for i := range found {
		open[namespaceOf(&found[i])] = true
	}
	for i := range paths {
		p := &paths[i]
		p.Undecided = open[""] || slices.ContainsFunc(p.Namespaces, func(namespace string) bool { return open[namespace] })
	}
	return found
}

// undecided are the findings for what is not decided, of those that are meant.
func undecided(result validators.Result, isMeant func(*finding.Finding) bool) []finding.Finding {
	return slices.DeleteFunc(result.Findings, func(f finding.Finding) bool { return !f.Undecided || !isMeant(&f) })
}

// mayMoveSecrets reports whether what a finding is about may make Secrets, or obtain them: all but networks, rights that
// are not over secrets, quotas, and whether secrets are there in Scaleway.
func mayMoveSecrets(f *finding.Finding) bool {
	if f.Code.Concern() == finding.Secrets {
		return true
	}
	return !slices.ContainsFunc([]string{"CLS-I", "CLS-N", "CLS-Q", "CLS-R"}, func(family string) bool {
		return strings.HasPrefix(string(f.Code), family)
	})
}

// namespaceOf is the namespace that a finding is about; empty where it is about none, or about all.
func namespaceOf(f *finding.Finding) string {
	if f.Object.Kind == "Namespace" {
		return f.Object.Name
	}
	return f.Object.Namespace
}

// answerWho answers who obtains a key. The answer is open where the proof leaves open what makes Secrets, or what uses
// them.
func (e *explainer) answerWho(cmd *cobra.Command, model *access.Model, input *load.Input, width int) (int, error) {
	held := model.Who(e.who)
	if held == nil {
		held = []access.Holding{}
	}
	result := validators.Check(input.Objects, input.Plans, input.Cluster)
	addWaysTo(held, result.Ways())
	open := undecided(result, mayMoveSecrets)
	err := output(cmd, func(w io.Writer) error {
		if e.output == "json" {
			return printable.EncodeJSON(w, map[string]any{"held": held, "undecided": len(open) > 0})
		}
		return explain.Holdings(w, e.who, held, len(open) > 0, width)
	})
	printFindings(cmd.ErrOrStderr(), open)
	switch {
	case len(open) > 0:
		return exit.Undecided, err
	case slices.ContainsFunc(held, func(h access.Holding) bool { return !h.Maybe }):
		return exit.Clean, err
	case len(held) > 0:
		return exit.Undecided, err
	}
	if meant := phrase.Closest(e.who, model.KeyNames()); meant != "" {
		notice(cmd.ErrOrStderr(), "--who %s%s", phrase.Quote(e.who), phrase.DidYouMean(meant))
	}
	return exit.Failed, err
}

// addWaysTo adds who else obtains what is held.
func addWaysTo(held []access.Holding, graph *ways.Graph) {
	for i := range held {
		h := &held[i]
		secret := finding.End{Kind: finding.OfSecret, Namespace: h.Namespace, Name: h.Secret}
		for _, way := range graph.To(secret, h.Key) {
			h.Ways = append(h.Ways, ways.Text(way.Steps))
		}
	}
}

// splitPort takes the port off the end of an END:PORT. An address of IPv6 stands in brackets where a port follows.
func splitPort(text string) (name, port string) {
	if inside, rest, found := strings.Cut(strings.TrimPrefix(text, "["), "]"); found && strings.HasPrefix(text, "[") {
		return inside, strings.TrimPrefix(rest, ":")
	}
	if strings.Count(text, ":") != 1 {
		return text, ""
	}
	name, port, _ = strings.Cut(text, ":")
	return name, port
}
