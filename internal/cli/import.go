package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
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

Many equal notes are one comment, with their count; on standard error each has
its line, its file and its place in it.

What "cloison check" has to say of the manifests follows on standard error.

Exit codes: 0 a Segregation was printed, 2 wrong usage, 3 nothing could be
imported.`

const importExample = `  cloison import deploy/ > segregation.yaml
  kustomize build overlays/production | cloison import --name shop - > segregation.yaml
  cloison import --namespace shop-web --namespace shop-api cluster.yaml > segregation.yaml`

func newImport() *cobra.Command {
	var options importer.Options
	var inCluster clusterFile
	var namespace defaultNamespace
	cmd := &cobra.Command{
		Use:        "import DIR|FILE|-...",
		SuggestFor: []string{"migrate", "convert"},
		Short:      "Print the Segregation that replaces hand-written manifests",
		Long:       importHelp,
		Example:    importExample,
		Args:       someManifests,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cmp.Or(checkName(options.Name), namespace.validate()); err != nil {
				return err
			}
			return runImport(cmd, args, load.Options{Cluster: string(inCluster), Namespace: string(namespace)}, options)
		},
	}
	inCluster.addFlag(cmd)
	namespace.addFlag(cmd)
	cmd.Flags().StringVar(&options.Name, "name", "",
		"name of the Segregation (default: what the namespaces have in common)")
	cmd.Flags().StringArrayVar(&options.Namespaces, "namespace", nil,
		"import only this `NAMESPACE`; may be given several times (default: those of the application)")
	return cmd
}

// checkName refuses what can be no name of a Segregation. Empty means none.
func checkName(name string) error {
	if name != "" && !syntax.DNSLabel.Matches(name) {
		return fmt.Errorf("--name %q must be a DNS label: lower-case letters, digits and dashes", name)
	}
	return nil
}

// checkNamespaces refuses namespaces that nothing of the input is in.
func checkNamespaces(chosen, there []string) error {
	for _, namespace := range chosen {
		if slices.Contains(there, namespace) {
			continue
		}
		hint := ""
		if similar := phrase.Closest(namespace, there); similar != "" {
			hint = phrase.DidYouMean(similar)
		}
		return fmt.Errorf("--namespace %q must be one of the input%s; there are %s", namespace, hint,
			cmp.Or(phrase.Few(10, there), "none"))
	}
	return nil
}

func someManifests(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("name the files or folders to import, or - for standard input")
	}
	return nil
}

func runImport(cmd *cobra.Command, args []string, reading load.Options, options importer.Options) error {
	stderr := cmd.ErrOrStderr()
	show := newProgress(stderr)
	defer show.done()
	reading.Progress = show.say
	input, err := load.Paths(args, cmd.InOrStdin(), reading)
	show.done()
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	if input.Stopped {
		printFindings(stderr, input.Findings)
		return exit.With(exit.Undecided, nil)
	}
	set, _ := objects.NewSet(input.Objects)
	known := scope.New(set, nil)
	if err := checkNamespaces(options.Namespaces, importer.Namespaces(set, known)); err != nil {
		return err
	}
	options.Cluster = input.Cluster
	result := importer.Import(set, known, options)
	findings := slices.Concat(input.Findings, validators.Check(input.Objects, nil, input.Cluster).Findings)
	findings = slices.DeleteFunc(findings, func(f finding.Finding) bool { return !isAbout(f.Object, options.Namespaces) })
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

// isAbout reports whether an object is in one of the namespaces, or is one, or is in none. No namespaces mean all.
func isAbout(o finding.Object, namespaces []string) bool {
	switch {
	case len(namespaces) == 0:
		return true
	case o.Kind == "Namespace":
		return slices.Contains(namespaces, o.Name)
	}
	return o.Namespace == "" || slices.Contains(namespaces, o.Namespace)
}
