package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/incident"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/usage"
)

const incidentHelp = `Say what is lost where a pod, a workload or a component is taken over: its secrets
by key and Scaleway path, the API keys and tokens that it holds, what it reaches
next, and what to do, in order, as commands for kubectl and scw.

The first argument is the pod, workload, component or namespace: NAME, PLACE/NAME,
KIND/NAME or KIND/PLACE/NAME, where PLACE is a component or namespace. A pod is
found by the workload that makes it: web-7c9d8b6f5-x2x4z is one of Deployment web.
The others are the manifests: files, folders, kustomizations, which are built in
process, or "-" for standard input.

What is lost is what the manifests say; what somebody changed in the cluster by
hand is not among them.

Exit codes: 0 shown, 2 wrong usage, 3 something could not be read or was not
decided, so that more may be lost.`

const incidentExample = `  cloison incident web-7c9d8b6f5-x2x4z rendered/
  cloison incident shop-api rendered/
  kubectl get all,secretstores,externalsecrets,networkpolicies,roles,rolebindings -A -o yaml |
    cloison incident deployment/web -`

// incidentCommand has the flags of the command.
type incidentCommand struct {
	manifests
	output string
}

func newIncident() *cobra.Command {
	c := &incidentCommand{}
	cmd := &cobra.Command{
		Use:        "incident POD|WORKLOAD|COMPONENT [DIR|FILE|-]...",
		SuggestFor: []string{"breach", "blast", "impact", "rotate"},
		Short:      "Say what is lost where a pod is taken over, and what to do",
		Long:       incidentHelp,
		Example:    incidentExample,
		RunE:       c.run,
	}
	c.addFlags(cmd)
	c.addNamespaceFlag(cmd)
	c.addExcludeFlag(cmd)
	c.cluster.addFlag(cmd)
	cmd.Flags().StringVarP(&c.output, "output", "o", "text", "how to write it: text or json")
	return cmd
}

func (c *incidentCommand) run(cmd *cobra.Command, args []string) error {
	if err := usage.OneOf("--output", c.output, "text", "json"); err != nil {
		return err
	}
	if len(args) == 0 {
		return errors.New("name what has fallen, and the manifests: cloison incident web deploy/")
	}
	if err := c.validate(); err != nil {
		return err
	}
	paths, err := orStdin(cmd, args[1:])
	if err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr())
	defer show.done()
	s, err := c.readState(cmd, paths, show)
	if err != nil {
		return err
	}
	ends, taken, err := fallen(s.Model, args[0])
	if err != nil {
		return err
	}
	if taken != "" {
		notice(cmd.ErrOrStderr(), "%s is taken for a pod of %s", phrase.Quote(args[0]), taken)
	}
	found := incident.New(s.Model, ends, s.result.Ways(), s.open())
	show.done()
	err = output(cmd, func(w io.Writer) error {
		if c.output == "json" {
			return report.IncidentJSON(w, found)
		}
		return report.IncidentText(w, found, wantsColor(cmd.OutOrStdout()))
	})
	if err == nil && len(found.Undecided) > 0 {
		return exit.With(exit.Undecided, nil)
	}
	return err
}

// fallen are the pods of a name: those of a component, of a workload, or of the workload that makes a pod of the name, of
// which the third value says so.
func fallen(m *access.Model, name string) (ends []access.End, taken string, err error) {
	custom := m.CustomEnds(name)
	ends, err = m.Ends(name)
	if err != nil && len(custom) > 0 {
		return custom, "", nil
	}
	ends = append(ends, custom...)
	if err != nil {
		for parts := 1; parts <= 2; parts++ {
			rest, isCut := withoutLast(name, parts)
			if !isCut {
				break
			}
			of, _ := m.Ends(rest) // where there are none, its error is about a name that nobody wrote
			if of = makers(of, parts); len(of) > 0 {
				return of, titles(m, of), nil
			}
		}
		return nil, "", err
	}
	for _, end := range ends {
		if end.Workload != nil || end.Node != nil && len(end.Node.Workloads) > 0 {
			return ends, "", nil
		}
	}
	return nil, "", fmt.Errorf("%s has no workload in the input", phrase.Quote(name))
}

// withoutLast cuts the last parts of a name, which dashes separate.
func withoutLast(name string, parts int) (rest string, isCut bool) {
	rest = name
	for range parts {
		at := strings.LastIndexByte(rest, '-')
		if at <= strings.LastIndexByte(rest, '/') {
			return "", false
		}
		rest = rest[:at]
	}
	return rest, true
}

// makers are those of the ends that are workloads whose pods have so many parts more in their names.
func makers(ends []access.End, parts int) []access.End {
	return slices.DeleteFunc(ends, func(end access.End) bool {
		if end.Workload == nil || end.Workload.Kind == "Pod" {
			return true
		}
		more := 1
		if kind := end.Workload.Kind; kind == "Deployment" || kind == "CronJob" {
			more = 2
		}
		return more != parts
	})
}

func titles(m *access.Model, ends []access.End) string {
	texts := make([]string, len(ends))
	for i, end := range ends {
		texts[i] = m.Title(end)
	}
	const few = 3
	return phrase.Few(few, texts)
}
