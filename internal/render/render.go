// Package render makes the manifests that are applied, as kustomize does with Cloison's function: from a kustomization,
// a folder of manifests or a file. The function runs beside kustomize, on what kustomize has made of the other files,
// because a resource costs kustomize the more, the more there are. Where a kustomization goes on to change what the
// function adds, it runs inside of kustomize, with the same result.
package render

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wholefile"
)

// Options say how to render.
type Options struct {
	// EnableExec runs functions of others too. Without it they are refused.
	EnableExec bool
	// EnableRemote lets kustomizations name what is on other machines.
	EnableRemote bool
	// AnyFolder lets a kustomization read files outside of its folder, as kustomize's LoadRestrictionsNone.
	AnyFolder bool
	// Function is Cloison's.
	Function fn.Function
	// Program is the file of a program that is the function when it has no arguments, for a kustomization that must run
	// it itself.
	Program string
	// Stdin is what "-" stands for.
	Stdin io.Reader
	// Progress is called with what is being done. It may be nil.
	Progress func(doing string)
}

func (o *Options) progress(format string, values ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, values...))
	}
}

// Rendered is what would be applied.
type Rendered struct {
	// Objects are in the order of kustomize: namespaces first. There are none where a finding is an error.
	Objects []Object
	// Findings are sorted for reading.
	Findings []finding.Finding
}

// Failed reports whether a finding is an error, so that nothing may be applied.
func (r *Rendered) Failed() bool { return finding.HasErrors(r.Findings) }

// add adds findings, each once: several functions of a build find the same.
func (r *Rendered) add(findings []finding.Finding) {
	r.Findings = append(r.Findings, findings...)
	finding.Sort(r.Findings)
	r.Findings = slices.CompactFunc(r.Findings, func(a, b finding.Finding) bool { return a.String() == b.String() })
}

// Path renders a file, a kustomization, a folder of manifests, or standard input for "-". The error says why nothing is
// known of the result.
func Path(ctx context.Context, path string, o Options) (*Rendered, error) {
	if path == load.Stdin {
		return o.manifests(ctx, path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, wholefile.Cause(err))
	case info.IsDir() && kustomization.In(path):
		return o.kustomization(ctx, path)
	}
	return o.manifests(ctx, path)
}

// kustomization builds a folder without Cloison's functions, and runs them on the result; or within kustomize, where it
// must be so.
func (o *Options) kustomization(ctx context.Context, folder string) (*Rendered, error) {
	o.progress("building %s", kustomization.Shown(folder))
	t := &tree{options: o, others: map[string]bool{}}
	b := &kustomization.Build{Folder: folder, AnyFolder: o.AnyFolder, Check: t.check, Rewrite: t.takeOut}
	resources, failed := b.Run()
	if len(t.refused) > 0 {
		return nil, fmt.Errorf("%s: %s", kustomization.Shown(folder), strings.Join(t.refused, "; "))
	}
	t.read(b)
	if reasons := t.reasons(); len(reasons) > 0 {
		o.progress("building %s within kustomize, which is slower: %s", kustomization.Shown(folder), reasons[0])
		return t.within(folder)
	}
	if failed != nil {
		return nil, fmt.Errorf("%s: kustomize build: %w", kustomization.Shown(folder), b.Explain(failed))
	}
	return t.beside(ctx, b, resources)
}

// placed gives findings on Segregations that configure functions the file and line of those.
func placed(b *kustomization.Build, findings []finding.Finding) []finding.Finding {
	return objects.Placed(b.Segregations(), findings)
}
