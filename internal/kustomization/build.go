// Package kustomization builds kustomizations in process, with or without the functions that they declare, and says
// which those are.
package kustomization

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/sops"
)

// Build is one build of one folder.
type Build struct {
	Folder string
	// EnableExec runs the programs and containers that kustomizations declare as functions.
	EnableExec bool
	// AnyFolder lets a kustomization read files outside of its folder, as kustomize's LoadRestrictionsNone.
	AnyFolder bool
	// WithoutFunctions builds as if no functions were declared.
	WithoutFunctions bool
	// PassOverEncrypted builds without what is in files that git-crypt keeps encrypted: [Build.Encrypted] has their
	// names. Without it they are an error.
	PassOverEncrypted bool
	// Check may refuse a kustomization before anything that it names is read; nil takes all.
	Check func(File) error
	// Rewrite gives what stands in the place of the entries of the kustomization at a path that may declare functions;
	// nil leaves them as they are.
	Rewrite func(kustomization string, lists Lists) Lists
	// Reported has, after Run, what Cloison's functions found while the folder was built.
	Reported []finding.Finding

	// real is the folder without links. files has what the build reads.
	real  string
	files *fileSystem
}

// Run builds the folder from an outer kustomization around it, which is not on disk: kustomize drops local-config
// objects at the end of the outermost build only, after every overlay has patched them, so that the outer one can keep
// the Segregations. Facts: docs/facts.md, "Local objects in kustomize".
func (b *Build) Run() ([]*objects.Object, error) {
	absolute, err := filepath.Abs(b.Folder)
	if err != nil {
		return nil, err
	}
	if b.real, err = filepath.EvalSymlinks(absolute); err != nil {
		return nil, err
	}
	b.files = newFileSystem(b.real)
	if b.WithoutFunctions {
		b.Rewrite = withoutFunctions
	}
	b.files.check = b.Check
	if b.Rewrite != nil {
		b.files.change = b.rewritten
	}
	resources, err := b.kustomize()
	if names := b.Encrypted(); len(names) > 0 && (err != nil || !b.PassOverEncrypted) {
		return nil, fmt.Errorf("%s: %w", names[0], sops.ByGitCrypt())
	}
	if err != nil {
		return nil, err
	}
	found := make([]*objects.Object, 0, resources.Size())
	for _, res := range resources.Resources() {
		found = append(found, b.object(res))
	}
	return b.withoutConfigurations(found), nil
}

// Kustomizations are the files that the last run has read, in the order of reading, without the one around the folder.
func (b *Build) Kustomizations() []File { return b.files.kustomizations }

// Encrypted are the names of the files of the last run that git-crypt keeps encrypted, in the order of reading.
func (b *Build) Encrypted() []string {
	names := make([]string, len(b.files.encrypted))
	for i, file := range b.files.encrypted {
		names[i] = b.Name(file)
	}
	return names
}

// kustomize runs kustomize, and keeps what Cloison's functions have found.
func (b *Build) kustomize() (resmap.ResMap, error) {
	options := b.options()
	if !b.EnableExec {
		return krusty.MakeKustomizer(options).Run(b.files, b.files.outer)
	}
	functions, err := newCollector()
	if err != nil {
		return nil, err
	}
	options.PluginConfig.FnpLoadingOptions.Env = functions.environment()
	resources, failed := krusty.MakeKustomizer(options).Run(b.files, b.files.outer)
	b.Reported, err = functions.findings()
	return resources, cmp.Or(failed, errors.Join(err, functions.remove()))
}

func (b *Build) options() *krusty.Options {
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.DisabledPluginConfig()
	if b.EnableExec {
		options.PluginConfig = types.MakePluginConfig(types.PluginRestrictionsNone, types.BploUseStaticallyLinked)
		options.PluginConfig.FnpLoadingOptions.EnableExec = true
	}
	if b.AnyFolder {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	return options
}

// object is one resource of the result. Its lines are in no file.
func (b *Build) object(res *resource.Resource) *objects.Object {
	o := objects.FromNode("", 0, res.YNode())
	if origin, err := res.GetOrigin(); err == nil && origin != nil && origin.Repo == "" {
		file := origin.Path
		if file == "" {
			file = origin.ConfiguredIn
		}
		if file != "" {
			o.File = b.Name(filepath.Join(b.files.outer, filepath.FromSlash(file)))
		}
	}
	if _, kept := o.Annotations[keptAnnotation]; kept {
		delete(o.Annotations, keptAnnotation)
		o = intake.AsLocal(o)
	}
	return o
}

// seen is the path of a file of the build, as seen from the folder that the user named.
func (b *Build) seen(file string) string {
	relative, err := filepath.Rel(b.real, file)
	if err != nil {
		return file
	}
	return filepath.Join(b.Folder, relative)
}

// Name is the name of a file of the build in findings.
func (b *Build) Name(file string) string { return Shown(b.seen(file)) }

// NeedsFunctions reports whether a build stopped at a function, which it may not run. Components lose the type of the
// error. Facts: docs/facts.md, "Functions that kustomize may not run".
func NeedsFunctions(err error) bool {
	return types.IsErrOnlyBuiltinPluginsAllowed(err) ||
		strings.Contains(err.Error(), "external plugins disabled; unable to load external plugin")
}

var (
	// configuration is what kustomize repeats of a plugin's configuration or of a patch, which may hold secrets.
	configuration = form.New("(?s)`.*`|from \\[.*\\]|unknown anchor '[^']*'|'[^']*\n.*'")
	// wrapped is what kustomize says of the outer kustomization, which the user does not know.
	wrapped = form.New(`(?s)^.*?recursed accumulation of path '[^']*': `)
)

// Explain keeps what an error of kustomize says and drops what it repeats of the files' content.
func (b *Build) Explain(err error) error {
	text := err.Error()
	if at := wrapped().FindString(text); strings.Contains(at, b.real+"'") {
		text = text[len(at):]
	}
	text = strings.Join(strings.Fields(configuration().ReplaceAllString(text, "(not shown)")), " ")
	text = strings.ReplaceAll(text, b.real, Shown(b.Folder))
	switch {
	case strings.Contains(text, "--enable-helm"):
		text += "; build it yourself: kustomize build --enable-helm DIR | cloison check -"
	case strings.Contains(text, "is not in or below"):
		text += "; allow it with --load-restrictor LoadRestrictionsNone"
	}
	if dropped := b.DroppedPatches(); len(dropped) > 0 {
		text += fmt.Sprintf("; %s (%s): %s", dropped[0].Object, dropped[0].Place(), dropped[0].Message)
	}
	return errors.New(text)
}
