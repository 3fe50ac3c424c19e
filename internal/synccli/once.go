package synccli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/sync/once"
	"cloison.dev/cloison/internal/wholefile"
)

// stream is the name of standard input and output.
const stream = "-"

// onceOptions are the flags of one reading from files.
type onceOptions struct {
	once      bool
	source    string
	output    string
	dryRun    bool
	namespace string
	timeout   time.Duration
}

func (o *onceOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.once, "once", false, "read once, write, and exit")
	flags.StringVar(&o.source, "source", "", "`folder` or file with the manifests; - is standard input")
	flags.StringVar(
		&o.output,
		"output",
		"",
		"`folder` that the Secrets are written to, a file each; - is standard output",
	)
	flags.BoolVar(&o.dryRun, "dry-run", false, "write nothing; say what would be written, by the names of keys")
	flags.DurationVar(&o.timeout, "timeout", 2*time.Minute, "how long to read at most")
}

// given reports whether one reading from files was asked for, rightly or not.
func (o *onceOptions) given() bool { return o.once || o.source != "" || o.output != "" || o.dryRun }

// check names all that is wrong with the flags.
func (o *onceOptions) check() error {
	var problems []string
	if !o.once {
		problems = append(problems, "--once must be given with --source: files are read once")
	}
	if o.source == "" {
		problems = append(problems, "--source must name a folder or file with manifests, or be -")
	}
	if (o.output == "") != o.dryRun {
		problems = append(problems, "give either --output, a folder or -, or --dry-run")
	}
	if o.timeout <= 0 {
		problems = append(problems, "--timeout must be a duration such as 30s")
	}
	if problems != nil {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

// run reads, decides and writes.
func (o *onceOptions) run(cmd *cobra.Command) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), o.timeout)
	defer cancel()
	manifests, err := o.read(cmd.InOrStdin())
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	current, err := o.current()
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	results, err := once.Run(
		ctx,
		once.Input{Manifests: manifests, Namespace: o.namespace, Current: current, Now: time.Now()},
	)
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	if len(results) == 0 {
		return exit.With(exit.Undecided, errors.New("there is no ExternalSecret among the manifests"+o.inNamespace()))
	}
	if err := o.write(cmd, results); err != nil {
		return exit.With(exit.Undecided, err)
	}
	return o.report(cmd.ErrOrStderr(), results)
}

func (o *onceOptions) inNamespace() string {
	if o.namespace == "" {
		return ""
	}
	return fmt.Sprintf(" in namespace %q", o.namespace)
}

// read reads the manifests of a file, a stream or a folder with its subfolders.
func (o *onceOptions) read(stdin io.Reader) ([]*objects.Object, error) {
	if o.source == stream {
		text, err := io.ReadAll(stdin)
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return objects.Parse("standard input", text)
	}
	var found []*objects.Object
	err := filepath.WalkDir(o.source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path != o.source && !isManifest(path) {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // whoever runs this names the folder, and may read all of it
		if err != nil {
			return err
		}
		parsed, err := objects.Parse(path, text)
		found = append(found, parsed...)
		return err
	})
	return found, err
}

func isManifest(path string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path))
}

// current reads the Secrets that were written before: optional keys that cannot be read stay as they are there.
func (o *onceOptions) current() (map[[2]string]*corev1.Secret, error) {
	current := map[[2]string]*corev1.Secret{}
	if o.output == "" || o.output == stream {
		return current, nil
	}
	files, err := filepath.Glob(filepath.Join(o.output, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		secret := &corev1.Secret{}
		if yaml.Unmarshal(text, secret) == nil && secret.Kind == "Secret" {
			current[[2]string{secret.Namespace, secret.Name}] = secret
		}
	}
	return current, nil
}

// write writes the Secrets that are complete.
func (o *onceOptions) write(cmd *cobra.Command, results []once.Result) error {
	var texts []string
	for i := range results {
		secret := results[i].Secret
		if secret == nil {
			continue
		}
		if o.dryRun {
			fmt.Fprintln(cmd.OutOrStdout(), outline(secret))
			continue
		}
		text, err := yaml.Marshal(secret)
		if err != nil {
			return errors.New("a Secret cannot be written as YAML") // the cause may quote a value
		}
		if o.output == stream {
			texts = append(texts, string(text))
		} else if err := o.writeFile(cmd.Context(), secret, text); err != nil {
			return err
		}
	}
	_, err := io.WriteString(cmd.OutOrStdout(), strings.Join(texts, "---\n"))
	return err
}

// outline names a Secret and its keys. Example: shop-api/api-secrets: DATABASE_URL, SENTRY_DSN.
func outline(secret *corev1.Secret) string {
	return printable.Line(
		fmt.Sprintf("%s/%s: %s", secret.Namespace, secret.Name, phrase.List(slices.Sorted(maps.Keys(secret.Data)))),
	)
}

// Modes of what holds values: for nobody but its owner.
const (
	secretFolder = 0o700
	secretFile   = 0o600
)

// writeFile writes a Secret into a file of its own, whole or not at all.
func (o *onceOptions) writeFile(ctx context.Context, secret *corev1.Secret, text []byte) error {
	if err := os.MkdirAll(o.output, secretFolder); err != nil {
		return err
	}
	name := filepath.Join(o.output, secret.Namespace+"."+secret.Name+".yaml")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, secretFile)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	_, err = wholefile.Write(ctx, name, text)
	return err
}

// report says of every ExternalSecret what became of it, and returns how the program ends.
func (o *onceOptions) report(stderr io.Writer, results []once.Result) error {
	failed := 0
	for i := range results {
		r := &results[i]
		said := r.Message()
		switch {
		case r.Elsewhere:
			said = "left alone: its SecretStore is served by another controller"
		case r.Failed():
			failed++
			said = "NOT SYNCED: " + said
		}
		fmt.Fprintln(stderr, printable.Line(objects.Path(r.Namespace, r.Name)+": "+said))
	}
	if failed > 0 {
		return exit.With(exit.Failed, fmt.Errorf("%d of %s not complete; their Secrets are not written",
			failed, phrase.Count(len(results), "ExternalSecret")))
	}
	return nil
}
