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
	"cloison.dev/cloison/validators"
)

// state is what manifests allow, and what the proof finds of them, with what was found when they were read.
type state struct {
	*access.Model
	result validators.Result
}

// open are the findings by which something is not known.
func (s *state) open() []finding.Finding {
	isKnown := func(f finding.Finding) bool { return !f.LeavesOpen() }
	return slices.DeleteFunc(slices.Concat(s.result.Findings, s.accepted()), isKnown)
}

// accepted are the findings that somebody accepts.
func (s *state) accepted() []finding.Finding {
	var all []finding.Finding
	for _, f := range s.result.Suppressed {
		all = append(all, f.Finding)
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
	result := validators.Check(input.Objects, input.Plans, input.Cluster)
	// Functions that rendered the input may have found the same of it.
	result.Findings = slices.Concat(finding.Beyond(input.Findings, result.Findings), result.Findings)
	finding.Sort(result.Findings)
	return &state{Model: access.New(result.Manifests), result: result}
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
		Namespace: string(m.namespace), Exclude: m.exclude,
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
	put := load.PutInto(string(m.namespace), input.Objects)
	input.Findings = slices.DeleteFunc(rendered.Findings, func(f finding.Finding) bool {
		// What is said of an object that was in no namespace is asked anew, where it is.
		return f.Object.Namespace == "" && slices.ContainsFunc(put, func(o *objects.Object) bool {
			return o.Kind == f.Object.Kind && o.Name == f.Object.Name
		})
	})
	return input, nil
}
