// Command demo builds the Trackdéchets example with the real kustomize and Cloison, its paths checked live at
// SCW_API_URL: first with a mistake, which must be found, then without it. It has the sync runtime fill the Secrets of
// the result, without a cluster. It writes manifests and Secrets to files and prints a summary, for people who see the
// project for the first time.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

// options are the programs, the input and the output. Paths are absolute or relative to the working folder.
type options struct {
	// kustomize, cloison and cloisonSync are the programs.
	kustomize, cloison, cloisonSync string
	// example is the folder with base/ and overlays/.
	example string
	// overlay is the name of a folder in overlays/.
	overlay string
	// output is the file for the manifests.
	output string
}

// overlayFolder is the folder that kustomize builds.
func (o options) overlayFolder() string { return filepath.Join(o.example, "overlays", o.overlay) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, parseFlags(), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func parseFlags() options {
	var o options
	flag.StringVar(&o.kustomize, "kustomize", "bin/kustomize", "the kustomize program")
	flag.StringVar(&o.cloison, "cloison", "bin/cloison", "the cloison program")
	flag.StringVar(&o.cloisonSync, "cloison-sync", "bin/cloison-sync", "the cloison-sync program")
	flag.StringVar(&o.example, "example", "examples/trackdechets", "folder of the example, with base/ and overlays/")
	flag.StringVar(&o.overlay, "overlay", "production", "the overlay to build")
	flag.StringVar(&o.output, "output", "dist/trackdechets.yaml", "file to write the manifests to")
	flag.Parse()
	return o
}

// run builds, saves and summarizes. Where kustomize or Cloison fail nothing is saved.
func run(ctx context.Context, o options, out io.Writer) error {
	copied, err := newWork(o)
	if err != nil {
		return err
	}
	mistake, err := copied.withMistake(ctx)
	if err != nil {
		return err
	}
	result, err := build(ctx, copied.options)
	if err != nil {
		return err
	}
	size, err := countSpec(o)
	if err != nil {
		return err
	}
	manifests, err := decode(result.manifests)
	if err != nil {
		return err
	}
	summary, err := summarize(manifests, result.manifests, o.overlayFolder())
	if err != nil {
		return err
	}
	secrets, err := copied.fill(ctx)
	if err != nil {
		return err
	}
	if err := save(o.output, result.manifests); err != nil {
		return err
	}
	return report{
		options: o, mistake: mistake, messages: result.messages, spec: size, summary: summary, filled: secrets,
	}.print(out)
}

func save(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the output's folder: %w", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return nil
}
