package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/difference"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/revision"
)

// side is one side of a comparison: what was read, by the path in the repository, which is empty where it is one thing.
type side struct {
	inputs map[string]*load.Input
	// open are the findings for what is deployed and was not read.
	open []finding.Finding
}

// isRepository reports whether the side is a folder that holds kustomizations further down.
func (s *side) isRepository() bool { return s.inputs[""] == nil }

// compare compares two sides, each root of a repository with that of its path on the other side.
func (d *differ) compare(
	ctx context.Context, cmd *cobra.Command, baseArg, headArg string, show *progress,
) (*difference.Difference, error) {
	base, err := d.side(ctx, cmd, baseArg, show)
	if err != nil {
		return nil, err
	}
	// kustomize builds one thing at a time; what the base allows is found while the head is read.
	var before difference.State
	var group parallel.Group
	if !base.isRepository() {
		group.Go(func() { before = stateOf(base.inputs[""]) })
	}
	head, err := d.side(ctx, cmd, headArg, show)
	group.Wait()
	if err != nil {
		return nil, err
	}
	if base.isRepository() != head.isRepository() {
		return nil, exit.With(exit.Undecided, fmt.Errorf("of %s and %s only one holds kustomizations further down: name a "+
			"folder of the same kind on both sides", phrase.Quote(baseArg), phrase.Quote(headArg)))
	}
	show.say("comparing")
	if !head.isRepository() {
		return difference.Compare(before, stateOf(head.inputs[""])), nil
	}
	show.say("comparing roots that one side has alone")
	parts, roots := onlyRoots(base, head)
	for root := range base.inputs {
		if head.inputs[root] != nil {
			parts[root] = nil
		}
	}
	for i, root := range slices.Sorted(maps.Keys(parts)) {
		show.say(fmt.Sprintf("comparing %s (%d of %d)", root, i+1, len(parts)))
		if parts[root] == nil {
			parts[root] = difference.Compare(stateOf(base.inputs[root]), stateOf(head.inputs[root]))
		}
	}
	all := difference.Join(parts)
	all.Roots = roots
	all.Undecided.Base = append(all.Undecided.Base, base.open...)
	all.Undecided.Head = append(all.Undecided.Head, head.open...)
	return all, nil
}

// onlyRoots compares the roots that one side has alone: one that is gone with one that is new and allows the same, where there
// is one, and each other with nothing.
func onlyRoots(base, head *side) (map[string]*difference.Difference, []difference.RootChange) {
	statesOf := func(of, but *side) map[string]difference.State {
		states := map[string]difference.State{}
		for root, input := range of.inputs {
			if but.inputs[root] == nil {
				states[root] = stateOf(input)
			}
		}
		return states
	}
	gone, fresh := statesOf(base, head), statesOf(head, base)
	parts := map[string]*difference.Difference{}
	var changes []difference.RootChange
	for _, root := range slices.Sorted(maps.Keys(gone)) {
		change := difference.RootChange{Root: root}
		for _, to := range slices.Sorted(maps.Keys(fresh)) {
			if part := difference.Compare(gone[root], fresh[to]); part.IsEmpty() {
				change.To, parts[to] = to, part
				delete(fresh, to)
				break
			}
		}
		if change.To == "" {
			parts[root] = difference.Compare(gone[root], stateOf(nil))
		}
		changes = append(changes, change)
	}
	for _, root := range slices.Sorted(maps.Keys(fresh)) {
		changes = append(changes, difference.RootChange{Root: root, New: true})
		parts[root] = difference.Compare(stateOf(nil), fresh[root])
	}
	return parts, changes
}

// side reads one side. Names of files of a revision are written as REV:PATH.
func (d *differ) side(ctx context.Context, cmd *cobra.Command, arg string, show *progress) (*side, error) {
	argument, ok, err := revision.Parse(ctx, arg)
	if err != nil {
		return nil, exit.With(exit.Undecided, err)
	}
	if !ok {
		return d.read(cmd, arg, show)
	}
	show.say("reading " + arg)
	files, err := revision.Read(ctx, argument)
	if err != nil {
		show.done()
		return nil, exit.With(exit.Undecided, err)
	}
	defer func() { _ = files.Remove() }()
	named := &cobra.Command{Use: cmd.Use}
	named.SetContext(ctx)
	named.SetIn(cmd.InOrStdin())
	named.SetErr(renamer{cmd.ErrOrStderr(), files})
	s, err := d.read(named, files.Path, show)
	if end := exit.Of(err); end.Cause != nil {
		return nil, exit.With(end.Code, errors.New(files.Shown(end.Cause.Error())))
	} else if err != nil {
		return nil, err
	}
	for _, input := range s.inputs {
		for _, o := range input.Objects {
			o.File = files.Shown(o.File)
		}
		nameFindings(input.Findings, files)
	}
	nameFindings(s.open, files)
	return s, nil
}

// renamer writes names of files of a revision as REV:PATH.
type renamer struct {
	w     io.Writer
	files *revision.Files
}

func (r renamer) Write(text []byte) (int, error) {
	_, err := io.WriteString(r.w, r.files.Shown(string(text)))
	return len(text), err
}

// nameFindings writes names of files of a revision as REV:PATH.
func nameFindings(findings []finding.Finding, files *revision.Files) {
	for i := range findings {
		f := &findings[i]
		f.File, f.Message = files.Shown(f.File), files.Shown(f.Message)
		f.Fix, f.Counterexample = files.Shown(f.Fix), files.Shown(f.Counterexample)
	}
}

// read reads a path: one thing, or every root of a repository.
func (d *differ) read(cmd *cobra.Command, path string, show *progress) (*side, error) {
	repository, err := d.repositories([]string{path})
	if err != nil {
		return nil, err
	}
	if repository == nil {
		input, err := d.readInput(cmd, []string{path}, show)
		return &side{inputs: map[string]*load.Input{"": input}}, err
	}
	s := &side{inputs: map[string]*load.Input{}, open: repository.findings}
	for i, t := range repository.roots {
		show.say(fmt.Sprintf("reading %s (%d of %d)", t.Path, i+1, len(repository.roots)))
		input, err := d.readRoot(cmd, t, show)
		if err != nil {
			return nil, err
		}
		if len(input.Objects) > 0 {
			s.inputs[t.name] = input
		}
	}
	if len(s.inputs)+len(s.open) == 0 {
		return nil, exit.With(exit.Undecided, errors.New(path+": nothing that is deployed holds anything to compare"))
	}
	return s, nil
}

// readRoot reads a root with the instructions above it that are for it.
func (d *differ) readRoot(cmd *cobra.Command, t target, show *progress) (*load.Input, error) {
	input, err := d.readInput(cmd, t.args, show)
	if err != nil {
		return nil, err
	}
	if more := instructionsFor(input, t.instructions); len(more) > 0 {
		return d.readInput(cmd, slices.Concat(t.args, more), show)
	}
	return input, nil
}

// stateOf is a side as it is compared. Nothing is what a side has that the other one has alone.
func stateOf(input *load.Input) difference.State {
	if input == nil {
		s := newState(&load.Input{})
		return difference.State{Model: s.Model} // that nothing is there is no finding
	}
	s := newState(input)
	acceptances := map[finding.Identity]difference.Acceptance{}
	for _, one := range s.result.Suppressed {
		acceptances[one.Identity()] = difference.Acceptance{Reason: one.Reason, By: one.By}
	}
	return difference.State{
		Model: s.Model, Findings: s.result.Findings, Accepted: s.accepted(), Acceptances: acceptances, Ways: s.result.Ways(),
	}
}
