package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators"
)

const inventoryHelp = `Read from Scaleway which secrets the folders of a Segregation hold, and print them
as an Inventory: names, revisions and types, never a value. Committed beside the
Segregation, it lets builds check every path offline and without credentials.

-f names a file, a folder of manifests, a kustomization, which is built in
process, without its functions, so that what its overlays patch counts, or "-"
for standard input. Inventories among them are passed over.

Credentials come from the environment: SCW_ACCESS_KEY and SCW_SECRET_KEY, or a
profile of Scaleway's configuration file, which SCW_PROFILE or --profile names.
A component's own are SCW_ACCESS_KEY_<COMPONENT>, SCW_SECRET_KEY_<COMPONENT> and
SCW_PROFILE_<COMPONENT>. The key needs the permission set SecretManagerReadOnly on
the project, without a condition. Values are read only of secrets of which the
Segregation names a property, to learn the names of their properties; that needs
SecretManagerSecretAccess, too.

What the Segregation asks for and Scaleway does not hold is said on standard
error. It does not keep the Inventory from being written. Where anything could not
be read, nothing is printed or written, and --write leaves the file as it was.

Exit codes: 0 all is there, 1 the Inventory is complete, but paths are wrong,
2 wrong usage, 3 not everything could be read, or what was read does not decide
everything.`

const inventoryExample = `  cloison inventory -f segregation.yaml --write inventory.yaml
  cloison inventory -f overlays/production --write overlays/production/inventory.yaml
  cloison inventory -f segregation.yaml --revisions | less
  cloison inventory -f segregation.yaml --profile production`

// capturer has the flags of the command.
type capturer struct {
	files       []string
	write       string
	profile     string
	timeout     time.Duration
	concurrency int
	revisions   bool
}

func newInventory() *cobra.Command {
	c := &capturer{}
	cmd := &cobra.Command{
		Use:        "inventory -f FILE|DIR|-",
		SuggestFor: []string{"list", "capture", "secrets"},
		Short:      "Print which secrets Scaleway holds, to check paths offline",
		Long:       inventoryHelp,
		Example:    inventoryExample,
		Args:       onlyFlags,
		RunE:       c.run,
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&c.files, "file", "f", nil,
		"`FILE`, folder or - with the Segregation; may be given several times")
	flags.StringVar(&c.write, "write", "", "`FILE` to replace with the Inventory, in place of standard output")
	flags.StringVar(&c.profile, "profile", "", "`NAME` of a profile in Scaleway's configuration file")
	flags.DurationVar(&c.timeout, "timeout", 30*time.Second, "how long all of the reading may take")
	flags.IntVar(&c.concurrency, "concurrency", 16, "how many calls to Scaleway may run at a time")
	flags.BoolVar(&c.revisions, "revisions", false, "ask for the states of all revisions, a call for each secret")
	return cmd
}

func onlyFlags(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q must be given with -f", args[0])
	}
	return nil
}

// validate refuses wrong values of flags.
func (c *capturer) validate(cmd *cobra.Command) error {
	switch {
	case len(c.files) == 0:
		return errors.New("name the Segregation with -f: a file, a folder, a kustomization, or - for standard input")
	case c.timeout <= 0:
		return fmt.Errorf("--timeout %q must be longer than 0s", c.timeout)
	case c.concurrency < 1:
		return fmt.Errorf("--concurrency %d must be at least 1", c.concurrency)
	case !cmd.Flags().Changed("write"):
		return nil
	}
	return checkReplaceable(c.write)
}

func (c *capturer) run(cmd *cobra.Command, _ []string) error {
	if err := c.validate(cmd); err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	input, err := c.input(cmd, show)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	start := time.Now()
	scaleway := live{profile: c.profile, timeout: c.timeout, concurrency: c.concurrency, say: show.say}
	reading, calls := scaleway.read(ctx, input.Plans)
	took := time.Since(start)
	show.done()
	findings := judged(ctx, input, reading)
	if len(reading.Failures) > 0 {
		printFindings(cmd.ErrOrStderr(), findings)
		return exit.With(exit.Undecided, errors.New("not everything could be read, so no Inventory was written"))
	}
	if err := c.put(ctx, cmd, reading.Inventory); err != nil {
		return err
	}
	printFindings(cmd.ErrOrStderr(), findings)
	if stderr := cmd.ErrOrStderr(); isTerminalWriter(stderr) {
		fmt.Fprintln(stderr, summarize(reading.Inventory, calls, took))
	}
	return outcome(findings)
}

// judged holds the paths against what was read. What a Segregation accepts is listed as such.
func judged(ctx context.Context, input *load.Input, reading inventory.Reading) []finding.Finding {
	unpinned := validators.Input{
		Plans: input.Plans, Instructions: input.Objects, Live: alreadyRead(reading),
	}.Unpinned()
	found := unpinned.SumUp(validators.Proof{}, unpinned.CheckPaths(ctx)).All()
	finding.Sort(found)
	return found
}

// alreadyRead is what Scaleway has answered.
type alreadyRead inventory.Reading

func (a alreadyRead) Read(context.Context, []*plan.Plan) inventory.Reading {
	return inventory.Reading(a)
}

// outcome is the exit code of a complete Inventory.
func outcome(findings []finding.Finding) error {
	switch {
	case finding.HasErrors(findings):
		return exit.With(exit.Failed, nil)
	case finding.AnyUndecided(findings):
		return exit.With(exit.Undecided, nil)
	}
	return nil
}

// input has the Segregations. Their paths are checked against Scaleway here, whatever validation.paths is.
func (c *capturer) input(cmd *cobra.Command, show *progress) (*load.Input, error) {
	stderr := cmd.ErrOrStderr()
	input, err := load.Paths(c.files, cmd.InOrStdin(), load.Options{SegregationsOnly: true, Progress: show.say})
	if err != nil {
		show.done()
		return nil, unreadable(stderr, err)
	}
	if input.Stopped {
		show.done()
		printFindings(stderr, input.Findings)
		return nil, exit.With(exit.Undecided, errors.New("the Segregation is refused, so nothing was read or written"))
	}
	if len(input.Plans) == 0 {
		return nil, fmt.Errorf("there is no Segregation in %s", phrase.List(c.files))
	}
	for i, p := range input.Plans {
		live := *p
		live.Paths, live.Revisions = spec.PathsLive, p.Revisions || c.revisions
		input.Plans[i] = &live
	}
	return input, nil
}

// summarize describes in one line what was read.
func summarize(read *inventory.Inventory, calls int, took time.Duration) string {
	secrets := 0
	for _, folder := range read.Spec.Folders {
		secrets += len(folder.Secrets)
	}
	return fmt.Sprintf("%s, %s, %s, %.2f s",
		phrase.Count(len(read.Spec.Folders), "folder"), phrase.Count(secrets, "secret"),
		phrase.Count(calls, "call"), took.Seconds())
}
