package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/baseline"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/usage"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/coverage"
)

const checkHelp = `Prove on manifests that no component can obtain another's secret, or show how it
can: over the network, by RBAC, through secret stores, from pods.

An argument is a file, a folder of manifests, a kustomization, which is built in
process, or "-" for standard input: YAML documents or a ResourceList. Without
arguments standard input is read. Where a Segregation is among the inputs, the
manifests are held against what it declares; without one, every namespace is
taken for a component, and only what is wrong whatever was meant is reported.
Scaleway paths are held against an Inventory among the inputs, or, where the
Segregation says validation.paths: Live, against Scaleway, with the API key of
the environment.

In a folder that holds kustomizations further down, such as a repository, it finds
what is deployed, kustomizations that are no part of others and folders of plain
manifests, and checks each on its own. What is left out is listed.

Functions that a kustomization declares are not run without --enable-exec.
Because what they would do is not known, the answer is then "could not decide".

An annotation on an object accepts one of its findings, with a reason that the
report repeats; one on a Segregation accepts findings on its Scaleway paths:

    suppress.cloison.dev/CLS-N004: "Prometheus scrapes every pod"

Access that ends, by the annotation cloison.dev/expires of a binding, is judged
for the time that --at names.

Findings about what is generated, missing or in no object are accepted under
spec.accept of the Segregation. What was not decided is never accepted, but for
kinds that a Cluster says to be harmless. --accepted lists what is accepted,
and --no-accept ignores it.

Of many findings those that say the same are shown once, the worst first, and as
many as fit on two screens; tables count all. --group none shows each, --code
and --namespace some of them. A baseline lets only new findings fail: one run
writes it with --write-baseline, later ones read it with --baseline.

Exit codes: 0 clean, 1 findings of the severity that --fail-on names or worse,
2 wrong usage, 3 could not decide.`

const checkExample = `  cloison check deploy/                      # a folder, or a kustomization
  kustomize build overlays/production | cloison check -
  cloison check segregation.yaml rendered/   # against a Segregation
  cloison check -n shop web.yaml             # manifests that name no namespace
  cloison check --code R,CLS-P001 deploy/    # a part of many findings
  cloison check --baseline known.yaml deploy/
  cloison check --exclude charts/ .          # all that is deployed of a repository
  cloison check -o sarif deploy/ > cloison.sarif
  cloison check --write junit=cloison.xml --write sarif=cloison.sarif deploy/`

// check has the flags of the command.
type check struct {
	manifests
	view
	baselines
	output        string
	write         []string
	failOn        string
	enablePlugins bool
	offline       bool
	acceptNothing bool
	accepted      bool
	at            string
}

func newCheck() *cobra.Command {
	c := &check{}
	cmd := &cobra.Command{
		Use:        "check [DIR|FILE|-]...",
		SuggestFor: []string{"validate", "verify", "lint", "test", "prove", "scan"},
		Short:      "Prove on manifests that no component can obtain another's secret",
		Long:       checkHelp,
		Example:    checkExample,
		RunE:       c.run,
	}
	c.manifests.addFlags(cmd)
	c.addNamespaceFlag(cmd)
	c.addExcludeFlag(cmd)
	c.cluster.addFlag(cmd)
	c.view.addFlags(cmd)
	c.baselines.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&c.output, "output", "o", string(formatText),
		"format of the report on standard output: "+formatsInWords())
	flags.StringArrayVar(&c.write, "write", nil,
		"also write the report to a file, as `FORMAT=FILE`; may be given several times")
	flags.StringVar(&c.failOn, "fail-on", string(finding.Error),
		"least severity of a finding that gives exit code 1: error, warning, info or never")
	flags.BoolVar(&c.enablePlugins, "enable-alpha-plugins", false,
		"as kustomize's own flag; needs --enable-exec, which implies it")
	flags.BoolVar(&c.offline, "offline", false,
		"do not ask Scaleway where a Segregation has validation.paths: Live; its paths are not decided then")
	flags.StringVar(&c.at, "at", "", "the `TIME` for which access that ends is judged: a date, or a time as in "+
		"2026-12-01T18:00:00Z")
	flags.BoolVar(&c.acceptNothing, "no-accept", false,
		"let findings stand whatever annotations and Segregations accept")
	flags.BoolVar(&c.accepted, "accepted", false,
		"print only what is accepted, where and why; the exit code stays that of the findings")
	return cmd
}

// validate refuses wrong values of flags.
func (c *check) validate() error {
	if err := usage.OneOf("--output", format(c.output), formats()...); err != nil {
		return err
	}
	if err := usage.OneOf("--fail-on", report.Threshold(c.failOn), report.Thresholds()...); err != nil {
		return err
	}
	_, isTime := cluster.ParseTime(c.at)
	switch {
	case c.at != "" && !isTime:
		return fmt.Errorf("--at %q must be a date such as 2026-12-01, or a time such as 2026-12-01T18:00:00Z", c.at)
	case c.accepted && format(c.output) != formatText:
		return fmt.Errorf("--accepted is a text: -o %s has what is accepted under suppressed", c.output)
	case c.enablePlugins && !c.enableExec:
		return errors.New("--enable-alpha-plugins needs --enable-exec: without it kustomize skips programs and says " +
			"nothing")
	}
	return cmp.Or(c.manifests.validate(), c.view.validate(), c.baselines.validate())
}

func (c *check) run(cmd *cobra.Command, args []string) error {
	if err := c.validate(); err != nil {
		return err
	}
	files, err := reportFiles(c.write)
	if err != nil {
		return err
	}
	if err := c.validateForms(c.output, files); err != nil {
		return err
	}
	known, err := c.known()
	if err != nil {
		return err
	}
	args, err = orStdin(cmd, args)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	show := newProgress(stderr)
	defer show.done()
	found, err := c.found(cmd, args, show)
	if err != nil {
		return err
	}
	show.done()
	all := found.Findings
	c.apply(known, found)
	if !format(c.output).hasSkipped() {
		for _, s := range found.Skipped {
			notice(stderr, "skipped %s: %s", s.File, s.Reason)
		}
	}
	if err := c.put(cmd, found, files); err != nil {
		return err
	}
	if err := c.save(cmd.Context(), stderr, all, found.RootPaths()); err != nil {
		return err
	}
	if code := c.code(found.Findings); code != exit.Clean {
		return exit.With(code, nil)
	}
	return nil
}

// found checks the arguments: together, or where they hold a repository, each thing in it that is deployed.
func (c *check) found(cmd *cobra.Command, args []string, show *progress) (*report.Report, error) {
	several, err := c.repositories(args)
	switch {
	case err != nil:
		return nil, err
	case several != nil:
		return c.checkEach(cmd, several, show), nil
	}
	input, err := c.read(cmd, args, show)
	if err != nil {
		return nil, err
	}
	input.Cluster.At, _ = cluster.ParseTime(c.at)
	show.say(fmt.Sprintf("checking %d objects", len(input.Objects)))
	found := c.judge(cmd.Context(), input, show.say)
	found.Anchor = anchor(args, input)
	return found, nil
}

// anchor is the file for findings that are in none: that of a Segregation or of another object, or an argument.
func anchor(args []string, input *load.Input) string {
	var first string
	for _, o := range input.Objects {
		if o.File != "" && o.Kind == wellknown.SegregationKind {
			return o.File
		}
		first = cmp.Or(first, o.File)
	}
	if first == "" && args[0] != load.Stdin {
		first = filepath.ToSlash(args[0])
	}
	return first
}

// judge checks the input, unless it is not what would be applied.
func (c *check) judge(ctx context.Context, input *load.Input, say func(doing string)) *report.Report {
	found := &report.Report{Findings: input.Findings}
	for _, s := range input.Skipped {
		found.Skipped = append(found.Skipped, report.Skipped(s))
	}
	var checked []string
	if len(input.Plans) > 0 || input.Stopped && finding.HasErrors(input.Findings) {
		checked = append(checked, "S")
	}
	if !input.Stopped {
		result := c.prove(ctx, input, say)
		found.Findings = append(found.Findings, result.Findings...)
		for _, s := range result.Suppressed {
			found.Suppressed = append(found.Suppressed, report.Suppressed(s))
		}
		found.Summary.Objects, found.Summary.Components = result.Objects, result.Components
		found.Summary.Coverage = covered(result.Coverage)
		checked = append(checked, result.Checked...)
		addWays(found, &result)
	}
	if c.hasBaseline() {
		baseline.StatesOf(input.Objects).Note(found.Findings)
	}
	for _, p := range input.Plans {
		found.Summary.Segregations = append(found.Summary.Segregations, p.Segregation)
	}
	slices.Sort(found.Summary.Segregations)
	found.Summary.Shared = shared(input.Plans)
	for _, family := range finding.Families() {
		named := report.Family{Letter: family.Letter, Title: family.Title}
		if slices.Contains(checked, family.Letter) {
			found.Summary.Checked = append(found.Summary.Checked, named)
		} else {
			found.Summary.NotChecked = append(found.Summary.NotChecked, named)
		}
	}
	finding.Sort(found.Findings)
	found.Count()
	return found
}

// prove proves, and checks the paths.
func (c *check) prove(ctx context.Context, input *load.Input, say func(doing string)) validators.Result {
	pinned := validators.Input{
		Plans: input.Plans, Inventories: input.Inventories, Instructions: input.Objects,
		Live: live{say: say}, Offline: c.offline, AcceptNothing: c.acceptNothing,
	}.Pin()
	return pinned.SumUp(validators.Prove(input.Objects, pinned.Plans, input.Cluster), pinned.CheckPaths(ctx))
}

// code is 1 for findings that fail the run, 3 where something was not decided.
func (c *check) code(findings []finding.Finding) int {
	switch {
	case report.Threshold(c.failOn).AnyMet(findings):
		return exit.Failed
	case finding.AnyUndecided(findings):
		return exit.Undecided
	}
	return exit.Clean
}

// shared are the groups that the Segregations have several components read.
func shared(plans []*plan.Plan) []report.Shared {
	var all []report.Shared
	for _, p := range plans {
		for i := range p.Components {
			for _, g := range p.Components[i].Groups {
				if len(g.SharedBy) > 1 && g.SharedBy[0] == p.Components[i].Name {
					all = append(all, report.Shared{Segregation: p.Segregation, Group: g.Name, Components: g.SharedBy})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b report.Shared) int {
		return cmp.Or(cmp.Compare(a.Segregation, b.Segregation), cmp.Compare(a.Group, b.Group))
	})
	return all
}

// covered is the coverage as reports have it.
func covered(c coverage.Coverage) report.Coverage {
	kinds := func(all []coverage.Kind) []report.Kind {
		var shown []report.Kind
		for _, k := range all {
			shown = append(shown, report.Kind{APIGroup: k.Group, Kind: k.Kind, Objects: k.Objects, Reason: k.Reason})
		}
		return shown
	}
	shown := report.Coverage{
		Decided: c.Decided, Harmless: kinds(c.Harmless), NotDecided: kinds(slices.Concat(c.Installed, c.Open)),
	}
	for _, n := range c.Outside {
		shown.NotLookedAt = append(shown.NotLookedAt, report.Namespace{Namespace: n.Name, Objects: n.Objects, Reason: n.Reason})
	}
	return shown
}
