package cli

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/ways"
)

// state is what manifests allow, and what the proof finds of them.
type state struct {
	*access.Model
	input *load.Input
	// found are the findings that stand, accepted those that somebody accepts.
	found, accepted []finding.Finding
}

// ways are all findings, of which ways to secrets are made.
func (s *state) ways() []ways.Found {
	var all []ways.Found
	for _, f := range s.found {
		all = append(all, ways.Found{Finding: f})
	}
	for _, f := range s.accepted {
		all = append(all, ways.Found{Finding: f, Accepted: true})
	}
	return all
}

// readState reads manifests for a command that shows what they allow. Where nothing can be concluded, the reason is on
// standard error, and the error is the exit code.
func (m *manifests) readState(cmd *cobra.Command, args []string, show *progress) (*state, error) {
	input, err := m.readInput(cmd, args, show)
	if err != nil {
		return nil, err
	}
	show.say(fmt.Sprintf("looking at %d objects", len(input.Objects)))
	return newState(input), nil
}

// readInput reads manifests. A kustomization whose only functions are Cloison's is rendered in process, so that no
// program need be run.
func (m *manifests) readInput(cmd *cobra.Command, args []string, show *progress) (*load.Input, error) {
	input, err := m.read(cmd, args, show)
	if err != nil {
		return nil, err
	}
	if len(args) == 1 && !m.enableExec && hasFunctions(input) {
		rendered, err := m.rendered(cmd, args[0], show)
		if err != nil {
			show.done()
			printFindings(cmd.ErrOrStderr(), input.Findings)
			return nil, unreadable(cmd.ErrOrStderr(), err)
		}
		if rendered == nil {
			return nil, exit.With(exit.Undecided, nil)
		}
		input = rendered
	}
	if input.Stopped {
		show.done()
		printFindings(cmd.ErrOrStderr(), input.Findings)
		return nil, exit.With(exit.Undecided, nil)
	}
	return input, nil
}

// newState is what an input allows.
func newState(input *load.Input) *state {
	set, _ := objects.NewSet(input.Objects)
	s := &state{Model: access.New(set, scope.New(set, input.Plans), input.Cluster), input: input}
	result := validators.Check(input.Objects, input.Plans, input.Cluster)
	s.found = slices.Concat(input.Findings, result.Findings)
	for _, accepted := range result.Suppressed {
		s.accepted = append(s.accepted, accepted.Finding)
	}
	finding.Sort(s.found)
	return s
}

// hasFunctions reports whether functions were not run.
func hasFunctions(input *load.Input) bool {
	return slices.ContainsFunc(input.Findings, func(f finding.Finding) bool { return f.Code == finding.FunctionsNotRun })
}

// rendered is what a path is rendered to, with the Segregations that it is rendered from; nil where a finding lets
// nothing be rendered, which is on standard error then.
func (m *manifests) rendered(cmd *cobra.Command, path string, show *progress) (*load.Input, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	rendered, err := render.Path(cmd.Context(), path, render.Options{
		AnyFolder: m.loadRestrictor == unrestricted, Function: fn.Function{Live: live{say: show.say}}, Program: program,
		Stdin: cmd.InOrStdin(), Progress: show.say,
	})
	if err != nil {
		return nil, err
	}
	if rendered.Failed() {
		show.done()
		printFindings(cmd.ErrOrStderr(), rendered.Findings)
		return nil, nil
	}
	input, err := load.Paths([]string{path}, cmd.InOrStdin(), load.Options{
		AnyFolder: m.loadRestrictor == unrestricted, SegregationsOnly: true, KeepGoing: true, Cluster: string(m.cluster),
	})
	if err != nil {
		return nil, err
	}
	input.Objects = slices.DeleteFunc(input.Objects, func(o *objects.Object) bool { return !o.IsInstruction() })
	for _, each := range rendered.Objects {
		read, err := objects.Parse(path, bytes.Clone(each.YAML))
		if err != nil {
			return nil, err
		}
		for _, o := range read {
			o.FirstLine = 0 // it stands in no file
		}
		input.Objects = append(input.Objects, read...)
	}
	input.Findings = rendered.Findings
	return input, nil
}
