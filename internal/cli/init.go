package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wholefile"
)

const initHelp = `Write a first Segregation, with comments, that Cloison takes as it is. Standard
error says what is to be written into it.

It is made of what there is:

    --inventory FILE   an Inventory: a component for each folder, with a key for
                       each secret, whose names follow the rule that fits most
    DIR|FILE|-...      manifests, of which "cloison import" makes it
    neither            two components to start from

Where nothing says in which region and project the secrets live, --region and
--project-id do; without them the region is fr-par, and the project's UUID one of
zeros, which builds refuse until the right one is written.

A file that is there is never replaced.

Exit codes: 0 a Segregation was written, 2 wrong usage, 3 nothing was found to
make one of.`

const initExample = `  cloison init --name shop --project-id 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 > segregation.yaml
  cloison init --inventory inventory.yaml --write segregation.yaml
  cloison init deploy/ --write segregation.yaml`

// What stands in a first Segregation where nothing says where the secrets live.
const (
	initialRegion  = "fr-par"
	initialProject = "00000000-0000-0000-0000-000000000000"
	initialName    = "application"
)

// initializer has the flags of the command.
type initializer struct {
	inventory, name, region, project, write string
	cluster                                 clusterFile
}

func newInit() *cobra.Command {
	i := &initializer{}
	cmd := &cobra.Command{
		Use:        "init [DIR|FILE|-...]",
		SuggestFor: []string{"new", "create", "start", "scaffold"},
		Short:      "Write a first Segregation from an Inventory, from manifests or from nothing",
		Long:       initHelp,
		Example:    initExample,
		Args:       cobra.ArbitraryArgs,
		RunE:       i.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&i.inventory, "inventory", "", "`FILE` with Inventories, as \"cloison inventory\" writes them, or -")
	flags.StringVar(&i.name, "name", "", "name of the Segregation (default: that of the Inventory, what the namespaces "+
		"of the manifests have in common, or "+initialName+")")
	flags.StringVar(&i.region, "region", "", "`REGION` that the secrets live in, where nothing else says it (default "+
		initialRegion+")")
	flags.StringVar(&i.project, "project-id", "", "`UUID` of the Scaleway project that the secrets live in, where nothing "+
		"else says it")
	flags.StringVar(&i.write, "write", "", "new `FILE` for the Segregation, in place of standard output")
	i.cluster.addFlag(cmd)
	return cmd
}

// validate refuses wrong values of flags.
func (i *initializer) validate(cmd *cobra.Command, args []string) error {
	switch {
	case cmd.Flags().Changed("inventory") && len(args) > 0:
		return fmt.Errorf("--inventory and manifests, such as %q, are two things to start from: give one", args[0])
	case i.region != "" && !syntax.Region.Matches(i.region):
		return fmt.Errorf("--region %q must be %s", i.region, syntax.Region.Must)
	case i.project != "" && !syntax.ProjectID.Matches(i.project):
		return fmt.Errorf("--project-id %q must be %s", i.project, syntax.ProjectID.Must)
	case cmd.Flags().Changed("inventory") && i.region+i.project != "":
		return errors.New("--region and --project-id are for where nothing says them, and an Inventory does: leave them out")
	}
	if err := checkName(i.name); err != nil {
		return err
	}
	if cmd.Flags().Changed("write") {
		return checkNew(i.write)
	}
	return nil
}

// checkNew refuses a file that is there.
func checkNew(name string) error {
	if err := wholefile.Check(name); err != nil {
		return fmt.Errorf("--write %w", err)
	}
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("--write %q must name a new file: init replaces none", name)
	}
	return nil
}

func (i *initializer) run(cmd *cobra.Command, args []string) error {
	if err := i.validate(cmd, args); err != nil {
		return err
	}
	place := spec.Scaleway{
		Region: cmp.Or(i.region, initialRegion), ProjectID: cmp.Or(i.project, initialProject),
	}
	var result *importer.Result
	var err error
	switch {
	case cmd.Flags().Changed("inventory"):
		result, err = i.fromInventories(cmd)
	case len(args) > 0:
		result, err = i.fromManifests(cmd, args, place)
	default:
		result = importer.Skeleton(cmp.Or(i.name, initialName), place, i.project == "")
	}
	if err != nil {
		return err
	}
	for _, note := range result.Notes {
		fmt.Fprintln(cmd.ErrOrStderr(), note)
	}
	if len(result.Segregation) == 0 {
		return exit.With(exit.Undecided, errors.New("there is nothing to make a component of"))
	}
	return i.put(cmd, result.Segregation)
}

// input reads files. What is refused is on standard error.
func (i *initializer) input(cmd *cobra.Command, args []string) (*load.Input, error) {
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	input, err := load.Paths(args, cmd.InOrStdin(), load.Options{Progress: show.say, Cluster: string(i.cluster)})
	show.done()
	switch {
	case err != nil:
		return nil, unreadable(cmd.ErrOrStderr(), err)
	case input.Stopped:
		printFindings(cmd.ErrOrStderr(), input.Findings)
		return nil, exit.With(exit.Undecided, nil)
	}
	return input, nil
}

func (i *initializer) fromInventories(cmd *cobra.Command) (*importer.Result, error) {
	input, err := i.input(cmd, []string{i.inventory})
	switch {
	case err != nil:
		return nil, err
	case len(input.Inventories) == 0:
		return nil, exit.With(exit.Undecided, fmt.Errorf("there is no Inventory in %s", i.inventory))
	}
	name := cmp.Or(i.name, input.Inventories[0].Metadata.Name)
	return importer.FromInventories(name, input.Inventories, importer.Options{Cluster: input.Cluster}), nil
}

func (i *initializer) fromManifests(cmd *cobra.Command, args []string, place spec.Scaleway) (*importer.Result, error) {
	input, err := i.input(cmd, args)
	switch {
	case err != nil:
		return nil, err
	case len(input.Plans) > 0:
		return nil, exit.With(exit.Undecided, fmt.Errorf("there is a Segregation already, %q: init writes a first one",
			input.Plans[0].Segregation))
	}
	set, _ := objects.NewSet(input.Objects)
	return importer.Import(set, scope.New(set, nil), importer.Options{
		Name: i.name, Cluster: input.Cluster, Fallback: &place, Command: "cloison init",
	}), nil
}

// put writes the Segregation to the new file, or to standard output.
func (i *initializer) put(cmd *cobra.Command, text []byte) error {
	if i.write == "" {
		return outputText(cmd, text)
	}
	if err := wholefile.Create(i.write, text); err != nil {
		return exit.With(exit.Undecided, err)
	}
	notice(cmd.ErrOrStderr(), "wrote %s", i.write)
	return nil
}
