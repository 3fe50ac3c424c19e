package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/validators"
)

const importHelp = `Read hand-written manifests, and print the Segregation that replaces them.

Namespaces, NetworkPolicies, Roles and their bindings, ResourceQuotas,
LimitRanges, SecretStores and ExternalSecrets become a Segregation on standard
output. An argument is a file, a folder of manifests, a kustomization, which is
built in process, or "-" for standard input.

Comments in the Segregation, and lines on standard error, say what

    to be filled in    is missing; until then Cloison refuses the Segregation
    not carried over   a Segregation does not say
    changed            a Segregation says in another way
    suggested          a Segregation could say beyond the manifests

What "cloison check" has to say of the manifests follows on standard error.

Exit codes: 0 a Segregation was printed, 2 wrong usage, 3 nothing could be
imported.`

const importExample = `  cloison import deploy/ > segregation.yaml
  kustomize build overlays/production | cloison import --name shop - > segregation.yaml`

func newImport() *cobra.Command {
	var options importer.Options
	var inCluster clusterFile
	cmd := &cobra.Command{
		Use:        "import DIR|FILE|-...",
		SuggestFor: []string{"migrate", "convert"},
		Short:      "Print the Segregation that replaces hand-written manifests",
		Long:       importHelp,
		Example:    importExample,
		Args:       someManifests,
		RunE: func(cmd *cobra.Command, args []string) error {
			if options.Name != "" && !syntax.DNSLabel.Matches(options.Name) {
				return fmt.Errorf("--name %q must be a DNS label: lower-case letters, digits and dashes", options.Name)
			}
			return runImport(cmd, args, inCluster, options)
		},
	}
	inCluster.addFlag(cmd)
	cmd.Flags().StringVar(&options.Name, "name", "",
		"name of the Segregation (default: what the namespaces have in common)")
	return cmd
}

func someManifests(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("name the files or folders to import, or - for standard input")
	}
	return nil
}

func runImport(cmd *cobra.Command, args []string, inCluster clusterFile, options importer.Options) error {
	stderr := cmd.ErrOrStderr()
	show := newProgress(stderr)
	defer show.done()
	input, err := load.Paths(args, cmd.InOrStdin(), load.Options{Progress: show.say, Cluster: string(inCluster)})
	show.done()
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	if input.Stopped {
		printFindings(stderr, input.Findings)
		return exit.With(exit.Undecided, nil)
	}
	set, _ := objects.NewSet(input.Objects)
	options.Cluster = input.Cluster
	result := importer.Import(set, scope.New(set, nil), options)
	findings := slices.Concat(input.Findings, validators.Check(input.Objects, nil, input.Cluster).Findings)
	finding.Sort(findings)
	for _, note := range result.Notes {
		fmt.Fprintln(stderr, note)
	}
	printFindings(stderr, findings)
	if len(result.Segregation) == 0 {
		return exit.With(exit.Undecided, errors.New("nothing to import: no namespace of the input is a component"))
	}
	return outputText(cmd, result.Segregation)
}
