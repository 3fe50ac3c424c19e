package load

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
)

// addKustomization builds a folder as kustomize does. Functions are not run without leave; then nothing is known of the
// result, which is a finding.
func (r *reader) addKustomization(folder string) {
	r.progress("building %s", shown(folder))
	b := &build{
		folder: folder, enableExec: r.options.EnableExec, anyFolder: r.options.AnyFolder,
		dropFunctions: r.options.SegregationsOnly,
	}
	found, err := b.run()
	switch {
	case err == nil:
		r.parts = append(r.parts, &part{file: shown(folder), objects: append(found, b.segregationsOfFunctions()...)})
	case needsFunctions(err):
		r.stopped = true
		r.findings = append(r.findings, b.functionsNotRun()...)
	case finding.HasErrors(b.reported):
		r.stopped = true
		r.findings = append(r.findings, b.atTheirFunctions(b.reported)...)
	default:
		r.problem("%s: kustomize build: %w", shown(folder), b.explain(err))
	}
}

// atTheirFunctions gives findings on Segregations that configure functions the file and line of those.
func (b *build) atTheirFunctions(findings []finding.Finding) []finding.Finding {
	return objects.Placed(b.segregationsOfFunctions(), findings)
}

// build is one build of one folder.
type build struct {
	folder                string
	enableExec, anyFolder bool
	// dropFunctions builds as if none were declared.
	dropFunctions bool

	// real is the folder without links. files has what the build reads.
	real  string
	files *fileSystem
	// reported has what Cloison's functions found while the folder was built.
	reported []finding.Finding
}

// run builds the folder from an outer kustomization around it, which is not on disk: kustomize drops local-config
// objects at the end of the outermost build only, after every overlay has patched them, so that the outer one can keep
// the Segregations. Facts: docs/facts.md, "Local objects in kustomize".
func (b *build) run() ([]*objects.Object, error) {
	absolute, err := filepath.Abs(b.folder)
	if err != nil {
		return nil, err
	}
	if b.real, err = filepath.EvalSymlinks(absolute); err != nil {
		return nil, err
	}
	b.files = newFileSystem(b.real)
	if b.dropFunctions {
		b.files.change = b.withoutFunctions
	}
	resources, err := b.kustomize()
	if err != nil {
		return nil, err
	}
	found := make([]*objects.Object, 0, resources.Size())
	for _, res := range resources.Resources() {
		found = append(found, b.object(res))
	}
	return found, nil
}

// kustomize runs kustomize, and keeps what Cloison's functions have found.
func (b *build) kustomize() (resmap.ResMap, error) {
	options := b.options()
	if !b.enableExec {
		return krusty.MakeKustomizer(options).Run(b.files, b.files.outer)
	}
	functions, err := newCollector()
	if err != nil {
		return nil, err
	}
	options.PluginConfig.FnpLoadingOptions.Env = functions.environment()
	resources, failed := krusty.MakeKustomizer(options).Run(b.files, b.files.outer)
	b.reported, err = functions.findings()
	return resources, cmp.Or(failed, errors.Join(err, functions.remove()))
}

func (b *build) options() *krusty.Options {
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.DisabledPluginConfig()
	if b.enableExec {
		options.PluginConfig = types.MakePluginConfig(types.PluginRestrictionsNone, types.BploUseStaticallyLinked)
		options.PluginConfig.FnpLoadingOptions.EnableExec = true
	}
	if b.anyFolder {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	return options
}

// object is one resource of the result. Its lines are in no file.
func (b *build) object(res *resource.Resource) *objects.Object {
	o := objects.FromNode("", 0, res.YNode())
	if origin, err := res.GetOrigin(); err == nil && origin != nil && origin.Repo == "" {
		file := origin.Path
		if file == "" {
			file = origin.ConfiguredIn
		}
		if file != "" {
			o.File = b.shown(filepath.Join(b.files.outer, filepath.FromSlash(file)))
		}
	}
	if _, kept := o.Annotations[keptAnnotation]; kept {
		delete(o.Annotations, keptAnnotation)
		o = intake.AsLocal(o)
	}
	return o
}

// seen is the path of a file of the build, as seen from the folder that the user named.
func (b *build) seen(file string) string {
	relative, err := filepath.Rel(b.real, file)
	if err != nil {
		return file
	}
	return filepath.Join(b.folder, relative)
}

// shown is the name of a file of the build in findings.
func (b *build) shown(file string) string { return shown(b.seen(file)) }

// needsFunctions reports whether a build stopped at a function, which it may not run. Components lose the type of the
// error. Facts: docs/facts.md, "Functions that kustomize may not run".
func needsFunctions(err error) bool {
	return types.IsErrOnlyBuiltinPluginsAllowed(err) ||
		strings.Contains(err.Error(), "external plugins disabled; unable to load external plugin")
}

// functionsNotRun has a finding for every function that the build came across.
func (b *build) functionsNotRun() []finding.Finding {
	declared := b.functions()
	if len(declared) == 0 {
		declared = []*objects.Object{{File: shown(b.folder)}}
	}
	findings := make([]finding.Finding, 0, len(declared))
	for _, o := range declared {
		f := finding.Finding{
			Code: finding.FunctionsNotRun, Severity: finding.Warning, Undecided: true,
			Message: fmt.Sprintf("the kustomization %s runs a function, which may change everything; it was not run, "+
				"so nothing is known of the final manifests", shown(b.folder)),
			Fix: "allow it with --enable-exec, or pipe the output of your own build into: cloison check -",
		}
		if o.Kind == "" {
			f.File = o.File
		} else {
			f = o.About(f)
		}
		findings = append(findings, f)
	}
	return findings
}

var (
	// configuration is what kustomize repeats of a plugin's configuration or of a patch, which may hold secrets.
	configuration = form.New("(?s)`.*`|from \\[.*\\]|unknown anchor '[^']*'|'[^']*\n.*'")
	// wrapped is what kustomize says of the outer kustomization, which the user does not know.
	wrapped = form.New(`(?s)^.*?recursed accumulation of path '[^']*': `)
)

// explain keeps what an error of kustomize says and drops what it repeats of the files' content.
func (b *build) explain(err error) error {
	text := err.Error()
	if at := wrapped().FindString(text); strings.Contains(at, b.real+"'") {
		text = text[len(at):]
	}
	text = strings.Join(strings.Fields(configuration().ReplaceAllString(text, "(not shown)")), " ")
	text = strings.ReplaceAll(text, b.real, shown(b.folder))
	switch {
	case strings.Contains(text, "--enable-helm"):
		text += "; build it yourself: kustomize build --enable-helm DIR | cloison check -"
	case strings.Contains(text, "is not in or below"):
		text += "; allow it with --load-restrictor LoadRestrictionsNone"
	}
	return errors.New(text)
}
