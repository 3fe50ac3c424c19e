package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/usage"
)

// Names of kustomize for what a kustomization may read.
const (
	rootOnly     = "LoadRestrictionsRootOnly"
	unrestricted = "LoadRestrictionsNone"
)

// manifests are the flags of the commands that read any manifests.
type manifests struct {
	// cluster is a flag of some of the commands only.
	cluster        clusterFile
	enableExec     bool
	loadRestrictor string
	// namespace and exclude are flags of some of the commands only.
	namespace defaultNamespace
	exclude   []string
}

// addFlags adds the flags to a command.
func (m *manifests) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&m.enableExec, "enable-exec", false,
		"run the programs and containers that a kustomization declares as functions")
	flags.StringVar(&m.loadRestrictor, "load-restrictor", rootOnly,
		"as kustomize's own flag: "+unrestricted+" lets a kustomization read files outside of its folder")
}

// clusterFile is the flag with the file of a Cluster.
type clusterFile string

func (f *clusterFile) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "cluster", "",
		"`FILE` with the Cluster that the manifests stand in (default: the one among them, or a Kapsule)")
}

// defaultNamespace is the flag with the namespace of what names none.
type defaultNamespace string

func (n *defaultNamespace) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVarP((*string)(n), "default-namespace", "n", "",
		"`NAMESPACE` of the manifests that name none, as kubectl's -n")
}

func (n *defaultNamespace) validate() error {
	if *n != "" && !syntax.DNSLabel.Matches(string(*n)) {
		return fmt.Errorf("--default-namespace %q must be the name of a namespace", *n)
	}
	return nil
}

func (m *manifests) addNamespaceFlag(cmd *cobra.Command) { m.namespace.addFlag(cmd) }

func (m *manifests) addExcludeFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&m.exclude, "exclude", nil,
		"leave out the files and folders that match `PATTERN`, as vendor/ or **/*.test.yaml; may be given several times")
}

// validate refuses wrong values of flags.
func (m *manifests) validate() error {
	for _, pattern := range m.exclude {
		if err := load.CheckExclude(pattern); err != nil {
			return err
		}
	}
	return cmp.Or(m.namespace.validate(), usage.OneOf("--load-restrictor", m.loadRestrictor, rootOnly, unrestricted))
}

// orStdin are the arguments of a command or, where there are none, standard input, unless that is a terminal.
func orStdin(cmd *cobra.Command, args []string) ([]string, error) {
	switch {
	case len(args) > 0:
		return args, nil
	case isTerminal(cmd.InOrStdin()):
		return nil, fmt.Errorf("name a file or folder to %s, or pipe manifests in", cmd.Name())
	}
	return []string{load.Stdin}, nil
}

// read reads the files and folders. What cannot be read does not keep the rest from being read; where nothing can be,
// the problems are on standard error, and the error is the exit code.
func (m *manifests) read(cmd *cobra.Command, args []string, show *progress) (*load.Input, error) {
	input, err := m.load(cmd, args, show.say)
	if err != nil {
		show.done()
		return nil, unreadable(cmd.ErrOrStderr(), err)
	}
	return input, nil
}

// load reads the files and folders as the flags say.
func (m *manifests) load(cmd *cobra.Command, args []string, say func(doing string)) (*load.Input, error) {
	return load.Paths(args, cmd.InOrStdin(), load.Options{
		EnableExec: m.enableExec, AnyFolder: m.loadRestrictor == unrestricted, KeepGoing: true, Progress: say,
		Cluster: string(m.cluster), Namespace: string(m.namespace), Exclude: m.exclude,
	})
}

// unreadable writes what could not be read, a problem a line.
func unreadable(stderr io.Writer, err error) error {
	var all *load.Unreadable
	if !errors.As(err, &all) {
		return exit.With(exit.Undecided, err)
	}
	for _, problem := range all.Problems {
		notice(stderr, "%v", problem)
	}
	return exit.With(exit.Undecided, nil)
}
