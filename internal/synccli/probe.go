package synccli

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/wall"
)

// Names of the flags of the wall probe.
const (
	folderFlag   = "probe-folder"
	intervalFlag = "probe-interval"
	offsetFlag   = "probe-offset"
)

// probeOptions are the flags of the wall probe.
type probeOptions struct {
	folders []string
	turns   probe.Turns
	// parsed are the folders, once they were checked.
	parsed []wall.Folder
}

func (o *probeOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&o.folders, folderFlag, nil,
		"`REGION/PROJECT/PATH` of a folder of another component, which no API key may read: it is tried; repeatable")
	flags.DurationVar(&o.turns.Interval, intervalFlag, wall.MinInterval, "how often each folder is tried")
	flags.DurationVar(&o.turns.Offset, offsetFlag, 0, "when in the interval the turns of this runtime begin")
}

// check reads the folders, and names all that is wrong with the flags.
func (o *probeOptions) check(cmd *cobra.Command) []string {
	var problems []string
	add := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	for _, text := range o.folders {
		switch folder, err := wall.ParseFolder(text); {
		case err != nil:
			add("--%s %s", folderFlag, err)
		case slices.Contains(o.parsed, folder):
			add("--%s %q must be given once", folderFlag, text)
		default:
			o.parsed = append(o.parsed, folder)
		}
	}
	if len(o.folders) == 0 {
		for _, flag := range []string{intervalFlag, offsetFlag} {
			if cmd.Flags().Changed(flag) {
				add("--%s must not be given without --%s", flag, folderFlag)
			}
		}
		return problems
	}
	return append(problems, o.checkTurns()...)
}

// checkTurns names what is wrong with the slots, which several runtimes share.
func (o *probeOptions) checkTurns() []string {
	var problems []string
	add := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	interval, offset := o.turns.Interval, o.turns.Offset
	if interval < wall.MinInterval || interval%wall.Spacing != 0 {
		add("--%s %s must be a multiple of %s, and at least %s", intervalFlag, interval, wall.Spacing, wall.MinInterval)
	}
	if offset < 0 || offset%wall.Spacing != 0 {
		add("--%s %s must be a multiple of %s, from 0s on", offsetFlag, offset, wall.Spacing)
	}
	if need := offset + time.Duration(len(o.folders))*wall.Spacing; problems == nil && interval < need {
		add("--%s %s must be at least %s: from --%s %s on there is a turn of %s for each of %d folders", intervalFlag,
			interval, need, offsetFlag, offset, wall.Spacing, len(o.folders))
	}
	return problems
}

// terms are what is probed. The folders are in the order of their text, as the turns are counted.
func (o *probeOptions) terms() probe.Terms {
	folders := slices.SortedFunc(slices.Values(o.parsed),
		func(a, b wall.Folder) int { return cmp.Compare(a.String(), b.String()) })
	return probe.Terms{Turns: o.turns, Folders: folders}
}
