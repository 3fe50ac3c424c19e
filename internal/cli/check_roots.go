package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/roots"
	"cloison.dev/cloison/internal/wellknown"
)

// repositories is what there is to check in the folders, among the arguments, that hold kustomizations further down.
type repositories struct {
	roots []target
	// beside are the other arguments, which are read with each root.
	beside []string
	// skipped is what is not checked on its own, and findings what is not known of it.
	skipped  []report.Skipped
	findings []finding.Finding
}

// target is one root, with the paths to read.
type target struct {
	roots.Root
	// name is the path of the root in its repository.
	name         string
	args         []string
	instructions []string
}

// repositories finds out what is deployed of the arguments; nil where they are to be read together.
func (m *manifests) repositories(args []string) (*repositories, error) {
	leftOut := func(name string, isFolder bool) bool {
		_, is := load.Excludes(m.exclude, name, isFolder)
		return is
	}
	all := &repositories{}
	found := false
	for _, arg := range args {
		if arg == load.Stdin || !roots.Is(arg, leftOut) {
			all.beside = append(all.beside, arg)
			continue
		}
		found = true
		if err := all.add(arg, m.exclude); err != nil {
			return nil, exit.With(exit.Undecided, err)
		}
	}
	switch {
	case !found:
		return nil, nil
	case slices.Contains(args, load.Stdin):
		return nil, errors.New("standard input cannot be read beside a folder that holds kustomizations: name files, or the " +
			"kustomization that it belongs to")
	}
	return all, nil
}

// add takes one repository in.
func (r *repositories) add(top string, exclude []string) error {
	tree, err := roots.Read(top, func(name string, isFolder bool) bool {
		pattern, is := load.Excludes(exclude, name, isFolder)
		if is {
			r.skip(kustomization.Shown(name), "left out by --exclude "+pattern)
		}
		return is
	})
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(top, filepath.FromSlash(name)) }
	found := roots.Find(tree)
	for _, root := range found.Roots {
		t := target{Root: root, name: root.Path}
		for _, file := range root.Files {
			t.args = append(t.args, at(file))
		}
		if root.Kustomization {
			t.args = []string{at(root.Path)}
		}
		for _, file := range root.Instructions {
			t.instructions = append(t.instructions, at(file))
		}
		t.Path = kustomization.Shown(at(root.Path))
		r.roots = append(r.roots, t)
	}
	for _, l := range found.LeftOut {
		r.skip(kustomization.Shown(at(l.Path)), l.Reason)
	}
	for _, file := range found.Instructions {
		r.skip(kustomization.Shown(at(file)), "for Cloison, and nothing is deployed in or below its folder")
	}
	for _, chart := range found.Charts {
		r.findings = append(r.findings, notRendered(kustomization.Shown(at(chart))))
	}
	return nil
}

func (r *repositories) skip(file, reason string) {
	r.skipped = append(r.skipped, report.Skipped{File: file, Reason: reason})
}

// notRendered says of a chart that nothing is known of it.
func notRendered(chart string) finding.Finding {
	return finding.Finding{
		Code: finding.InputUnreadable, Severity: finding.Warning, Undecided: true, File: chart,
		Message: "this is a Helm chart, so what it makes was not judged",
		Fix: fmt.Sprintf("render it, as in: helm template %s | cloison check -; or, where it is not deployed, leave it out "+
			"with --exclude %s/", chart, chart),
	}
}

// checkEach checks every root on its own.
func (c *check) checkEach(cmd *cobra.Command, all *repositories, show *progress) *report.Report {
	parts := make([]report.Part, 0, len(all.roots))
	used := map[string]bool{}
	for i, t := range all.roots {
		at := fmt.Sprintf("%s (%d of %d): ", t.Path, i+1, len(all.roots))
		say := func(doing string) { show.say(at + doing) }
		found, isEmpty := c.checkRoot(cmd, t, all.beside, used, say)
		if isEmpty { // its files are among those that were skipped
			all.skipped = append(all.skipped, found.Skipped...)
			continue
		}
		parts = append(parts, report.Part{
			Root: report.Root{Path: t.Path, Kustomization: t.Kustomization}, Report: found,
		})
	}
	found := report.Join(parts)
	for _, t := range all.roots {
		for _, file := range t.instructions {
			if !used[file] {
				all.skip(kustomization.Shown(file), "a Segregation of namespaces that are in nothing that is deployed below its folder")
				used[file] = true
			}
		}
	}
	found.Skipped = append(found.Skipped, all.skipped...)
	slices.SortFunc(found.Skipped, func(a, b report.Skipped) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Reason, b.Reason))
	})
	found.Findings = append(found.Findings, all.findings...)
	if found.Summary.Objects == 0 && !finding.AnyUndecided(found.Findings) {
		found.Findings = append(found.Findings, finding.Finding{
			Code: finding.NothingToCheck, Severity: finding.Warning, Undecided: true,
			Message: "nothing that is deployed holds anything to check", Fix: "name the folders of the components",
		})
	}
	finding.Sort(found.Findings)
	found.Count()
	return found
}

// checkRoot checks one root, with the instructions above it that are for it, which used notes. It is empty where there is
// nothing for a cluster in it.
func (c *check) checkRoot(
	cmd *cobra.Command, t target, beside []string, used map[string]bool, say func(string),
) (found *report.Report, isEmpty bool) {
	args := slices.Concat(t.args, beside)
	input, err := c.load(cmd, args, say)
	if err != nil {
		return notRead(t, err), false
	}
	if more := instructionsFor(input, t.instructions); len(more) > 0 {
		for _, file := range more {
			used[file] = true
		}
		if input, err = c.load(cmd, slices.Concat(args, more), say); err != nil {
			return notRead(t, err), false
		}
	}
	input.Cluster.At, _ = cluster.ParseTime(c.at)
	say(fmt.Sprintf("checking %d objects", len(input.Objects)))
	found = c.judge(cmd.Context(), input, say)
	found.Anchor = anchor(t.args, input)
	if givesNothing(input) {
		isNothing := func(f finding.Finding) bool { return f.Code == finding.NothingToCheck }
		found.Findings = slices.DeleteFunc(found.Findings, isNothing)
		found.Count()
	}
	return found, len(input.Objects)+len(found.Findings) == 0
}

// notRead is the report of a root of which nothing is known.
func notRead(t target, err error) *report.Report {
	problems := []error{err}
	if all, is := errors.AsType[*load.Unreadable](err); is {
		problems = all.Problems
	}
	found := &report.Report{Anchor: t.Path}
	for _, problem := range problems {
		unread, is := errors.AsType[*objects.Unread](problem)
		if is {
			found.Findings = append(found.Findings, unread.Finding())
			continue
		}
		f := (&objects.Unread{File: t.Path, Err: problem}).Finding()
		f.Fix = fmt.Sprintf("correct it or, where it is not deployed, leave it out with --exclude %s/", t.Path)
		found.Findings = append(found.Findings, f)
	}
	found.Count()
	return found
}

// instructionsFor are those of the files that are for what was read, the deepest first: a Segregation where one of its
// namespaces is in it and no other Segregation is, a Cluster where there is no other, and Inventories. A file that cannot
// be read is for everything, so that it is said.
func instructionsFor(input *load.Input, files []string) []string {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b string) int { return cmp.Compare(depth(b), depth(a)) })
	hasSegregation, hasCluster := len(input.Plans) > 0, holdsCluster(input)
	var chosen []string
	for _, file := range files {
		read, err := load.Paths([]string{file}, nil, load.Options{})
		if err == nil && !read.Stopped {
			if hasCluster && holdsCluster(read) || len(read.Plans) > 0 && (hasSegregation || !areFor(read.Plans, input)) {
				continue
			}
			hasCluster = hasCluster || holdsCluster(read)
		}
		chosen = append(chosen, file)
	}
	return chosen
}

func depth(file string) int { return strings.Count(filepath.ToSlash(file), "/") }

func holdsCluster(input *load.Input) bool {
	return slices.ContainsFunc(input.Objects, func(o *objects.Object) bool { return wellknown.IsCluster(o.APIVersion, o.Kind) })
}

// areFor reports whether something of the input is in a namespace of the plans.
func areFor(plans []*plan.Plan, input *load.Input) bool {
	namespaces := map[string]bool{}
	for _, p := range plans {
		for i := range p.Components {
			namespaces[p.Components[i].Namespace] = true
		}
	}
	return slices.ContainsFunc(input.Objects, func(o *objects.Object) bool {
		return namespaces[o.Namespace] || o.Kind == "Namespace" && namespaces[o.Name]
	})
}

// givesNothing reports whether objects give nobody anything, so that there is nothing to hold them against.
func givesNothing(input *load.Input) bool {
	return !slices.ContainsFunc(input.Objects, func(o *objects.Object) bool {
		return !o.IsInstruction() && o.Kind != "Namespace" && o.Kind != "CustomResourceDefinition"
	}) && !slices.ContainsFunc(input.Objects, func(o *objects.Object) bool {
		return wellknown.IsSegregation(o.APIVersion, o.Kind)
	})
}
