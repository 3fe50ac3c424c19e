package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/understood"
	"cloison.dev/cloison/internal/wellknown"
)

// explainDefaults writes the Segregations at a path as they are understood.
func (c *renderCommand) explainDefaults(cmd *cobra.Command, path string) error {
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	input, err := load.Paths([]string{path}, cmd.InOrStdin(), load.Options{
		SegregationsOnly: true, AnyFolder: c.loadRestrictor == unrestricted, Progress: show.say,
	})
	show.done()
	if err != nil {
		return unreadable(cmd.ErrOrStderr(), err)
	}
	switch {
	case input.Stopped:
		printFindings(cmd.ErrOrStderr(), input.Findings)
		return exit.With(exit.Failed, nil)
	case len(input.Specs) == 0:
		return exit.With(exit.Undecided, fmt.Errorf("there is no Segregation in %s", path))
	}
	paths := spec.PathsOff
	if slices.ContainsFunc(input.Objects, func(o *objects.Object) bool { return wellknown.IsInventory(o.APIVersion, o.Kind) }) {
		paths = spec.PathsInventory
	}
	return output(cmd, func(w io.Writer) error {
		for i, seg := range input.Specs {
			if i > 0 {
				fmt.Fprint(w, "---\n")
			}
			text, err := understood.Write(seg, paths)
			if err != nil {
				return err
			}
			if _, err := w.Write(text); err != nil {
				return err
			}
		}
		return nil
	})
}
