// Command cloison-push pushes a folder that cloison render has written to a registry, as an OCI artifact that Flux
// pulls. It is a program of its own because the client of registries would make the start of the function,
// which every build pays for, longer.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, which are those of cloison.
const (
	pushed    = iota // everything was pushed
	refused          // the folder is not what cloison render has written; nothing was pushed
	usage            // wrong arguments or flags; nothing was pushed
	undecided        // it is not known what the registry has
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const help = `Push a folder that "cloison render -o" has written to a registry, as an OCI
artifact that Flux's OCIRepository pulls.

FOLDER is pushed whole or not at all: every file that its list .cloison-rendered
names, and the list, so that who pulls it can hold it against its source with
"cloison render -o FOLDER --check". A folder with a manifest that is missing, is
none, or was not written by cloison render is refused: nothing has proved it.

REFERENCE is REGISTRY/REPOSITORY:TAG, with oci:// before it as Flux writes it or
without. With several, all get the same artifact. The same folder and flags give
the same digest. The credentials are those of docker login.

The digest of each is printed as REGISTRY/REPOSITORY:TAG@sha256:DIGEST.

Exit codes: 0 pushed, 1 the folder is refused, 2 wrong usage, 3 the registry did
not take it, so that what it has is not known.`

const example = `  cloison render overlays/production -o rendered/production
  cloison-push rendered/production oci://registry.example.com/team/shop:production \
    --source https://git.example.com/team/shop --revision "main@sha1:$(git rev-parse HEAD)"`

// version is set by the Makefile; empty where the program was built without it.
var version string

// run returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	code := usage
	about := origin{}
	cmd := &cobra.Command{
		Use:     "cloison-push FOLDER REFERENCE...",
		Long:    help,
		Example: example,
		Version: cmp.Or(version, "unknown"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("name a folder and at least one reference; there are %d arguments", len(args))
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			code, err = push(cmd.Context(), args[0], args[1:], about, stdout)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&about.source, "source", "", "`address` of the repository that the manifests come from (required)")
	flags.StringVar(&about.revision, "revision", "",
		"`revision` of the source, such as main@sha1:COMMIT, which Flux shows (required)")
	flags.StringVar(&about.created, "created", epoch, "`time` of the artifact, in the form of RFC 3339")
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	if err := cmd.ExecuteContext(ctx); err != nil {
		for _, problem := range flat(err) {
			fmt.Fprintln(stderr, "cloison-push:", problem)
		}
		if code == usage {
			fmt.Fprintln(stderr, "Run 'cloison-push --help' for usage.")
		}
		return code
	}
	return pushed
}

// push pushes the folder, once everything about it and the references is known to be right.
func push(ctx context.Context, path string, to []string, about origin, stdout io.Writer) (int, error) {
	tags, err := references(to)
	if err := errors.Join(err, about.validate()); err != nil {
		return usage, err
	}
	files, err := readRendered(path)
	if err != nil {
		return refused, err
	}
	image, err := newArtifact(files, about)
	if err != nil {
		return undecided, err
	}
	for _, tag := range tags {
		digest, err := upload(ctx, image, tag)
		if err != nil {
			return undecided, err
		}
		fmt.Fprintf(stdout, "%s@%s\n", tag.Name(), digest)
	}
	return pushed, nil
}

// flat lists the errors that were joined.
func flat(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, flat(one)...)
	}
	return all
}
