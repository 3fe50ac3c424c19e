package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/internal/usage"
)

const argocdHelp = `Serve Argo CD as a config management plugin: its plugin server runs this command in
the folder of an Application, and takes what it prints for the manifests.

The output is that of "cloison render ."; where it fails nothing is printed, and
Argo CD shows the findings as the error of the Application.

An Application may set these parameters, in spec.source.plugin.parameters, each a
string:

    path     folder or file to render, below the folder of the Application
    fail-on  least severity of a finding that fails the Application: error, which
             is the default, warning or info. Argo CD shows nothing of findings
             that do not fail it

They say what is rendered. What may be read and run for it is not for an
Application to say: the flags belong into spec.generate of the plugin.yaml, and
with --fail-on there an Application can only fail on more. kustomization/argocd
has one, and the sidecar that runs it.

Exit codes: those of "cloison render"; 2 for parameters that are refused, too.`

// argocdVariable holds the parameters of an Application. Facts: docs/facts.md, "Plugins of Argo CD".
const argocdVariable = "ARGOCD_APP_PARAMETERS"

// Parameters that an Application may set.
const (
	argocdPath   = "path"
	argocdFailOn = "fail-on"
)

func newArgoCD() *cobra.Command {
	c := &renderCommand{}
	cmd := &cobra.Command{
		Use:   "argocd-plugin",
		Short: "Serve Argo CD's config management plugins (argocd-cmp-server)",
		Long:  argocdHelp,
		Args:  usage.NoArguments,
		RunE:  c.runArgoCD,
	}
	c.addRenderFlags(cmd)
	return cmd
}

func (c *renderCommand) runArgoCD(cmd *cobra.Command, _ []string) error {
	if err := c.validateRender(); err != nil {
		return err
	}
	path, problems := c.fromApplication(os.Getenv(argocdVariable))
	for _, problem := range problems {
		notice(cmd.ErrOrStderr(), "%v", problem)
	}
	if len(problems) > 0 {
		return exit.With(exit.Usage, nil)
	}
	rendered, err := c.render(cmd, path)
	if err != nil {
		return err
	}
	return writeDocuments(cmd, rendered.Objects)
}

// argocdParameter is a parameter of an Application, which is a string, a list or a map.
type argocdParameter struct {
	Name   string  `json:"name"`
	String *string `json:"string"`
}

// fromApplication sets what an Application asks for, and returns the path to render. Of its severity and the flag's the
// one that fails on more counts.
func (c *renderCommand) fromApplication(variable string) (path string, problems []error) {
	var parameters []argocdParameter
	if variable != "" && json.Unmarshal([]byte(variable), &parameters) != nil {
		return "", []error{errors.New(argocdVariable +
			" must be the JSON that Argo CD makes of spec.source.plugin.parameters, a list of objects")}
	}
	values := map[string]string{argocdPath: ".", argocdFailOn: c.failOn}
	given := map[string]bool{}
	for i, p := range parameters {
		if err := p.check(given); err != nil {
			problems = append(problems, fmt.Errorf("spec.source.plugin.parameters[%d].%w", i, err))
			continue
		}
		given[p.Name] = true
		values[p.Name] = *p.String
	}
	if report.Threshold(values[argocdFailOn]).Met(finding.Severity(c.failOn)) {
		c.failOn = values[argocdFailOn]
	}
	return values[argocdPath], problems
}

// check refuses what is no parameter of this plugin, or has no value that it takes. The error begins with the field.
func (p *argocdParameter) check(given map[string]bool) error {
	known := []string{argocdPath, argocdFailOn}
	switch {
	case !slices.Contains(known, p.Name):
		return fmt.Errorf("name: %s must be %s%s", phrase.Quote(p.Name), phrase.Or(known),
			phrase.DidYouMean(phrase.ClosestWord(p.Name, known)))
	case given[p.Name]:
		return fmt.Errorf("name: %q is given twice: take one of them away", p.Name)
	case p.String == nil:
		return fmt.Errorf("string: the parameter %q must have one; lists and maps are not taken", p.Name)
	case p.Name == argocdPath && (!filepath.IsLocal(*p.String) || *p.String == load.Stdin):
		return fmt.Errorf("string: %s must be a path below the folder of the Application, which spec.source.path names",
			phrase.Quote(*p.String))
	case p.Name == argocdFailOn:
		return checkFailOn("string:", *p.String)
	}
	return nil
}
