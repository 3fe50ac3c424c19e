package load

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/sops"
)

// addKustomization builds a folder as kustomize does. Functions are not run without leave; then nothing is known of the
// result, which is a finding.
func (r *reader) addKustomization(folder string) {
	r.progress("building %s", kustomization.Shown(folder))
	b := &kustomization.Build{
		Folder: folder, EnableExec: r.options.EnableExec, AnyFolder: r.options.AnyFolder,
		WithoutFunctions: r.options.SegregationsOnly, PassOverEncrypted: r.options.KeepGoing,
	}
	found, err := b.Run()
	dropped := b.DroppedPatches()
	switch {
	case err == nil:
		built := &part{file: kustomization.Shown(folder), objects: append(found, b.Segregations()...)}
		for _, file := range b.Encrypted() {
			built.unread = append(built.unread, &objects.Unread{File: file, Err: sops.ByGitCrypt()})
		}
		r.parts = append(r.parts, built)
		r.findings = append(r.findings, dropped...)
	case kustomization.NeedsFunctions(err):
		r.stopped = true
		r.findings = append(r.findings, functionsNotRun(b)...)
		r.findings = append(r.findings, dropped...)
	case finding.HasErrors(b.Reported):
		r.stopped = true
		r.findings = append(r.findings, atTheirFunctions(b)...)
	default:
		r.problem("%s: kustomize build: %w", kustomization.Shown(folder), b.Explain(err))
	}
}

// atTheirFunctions are what functions found. Findings on Segregations that configure functions get the file and line of
// those.
func atTheirFunctions(b *kustomization.Build) []finding.Finding {
	return objects.Placed(b.Segregations(), b.Reported)
}

// functionsNotRun has a finding for every function that the build came across.
func functionsNotRun(b *kustomization.Build) []finding.Finding {
	declared := b.Functions()
	if len(declared) == 0 {
		declared = []*objects.Object{{File: kustomization.Shown(b.Folder)}}
	}
	findings := make([]finding.Finding, 0, len(declared))
	for _, o := range declared {
		f := finding.Finding{
			Code: finding.FunctionsNotRun, Severity: finding.Warning, Undecided: true,
			Message: fmt.Sprintf("the kustomization %s runs a function, which may change everything; it was not run, "+
				"so nothing is known of the final manifests", kustomization.Shown(b.Folder)),
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
