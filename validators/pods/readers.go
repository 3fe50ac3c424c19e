package pods

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// declaredReaders reports readers that are no workload of the input.
func (j *judge) declaredReaders(c *component, result *verdict.Result) {
	if c.Plan == nil || !c.hasWorkloads() {
		return
	}
	known := map[string]bool{}
	for _, w := range c.workloads {
		known[w.Name] = true
	}
	for _, o := range c.all {
		if isCustom(o) { // an operator may call its pods so
			known[o.Name] = true
		}
	}
	for i := range c.Plan.Groups {
		g := &c.Plan.Groups[i]
		for _, reader := range g.Readers {
			if known[reader] {
				continue
			}
			result.Add(verdict.Candidate{Precedence: cause, Finding: finding.Finding{
				Code: finding.ReaderMissing, Severity: finding.Warning,
				Object: finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind,
					Name: c.Segregation},
				Field:   readersField(c.Name, g),
				Message: fmt.Sprintf("the reader %q is no workload of namespace %q in the input", reader, c.Namespace),
				Fix:     "correct the name, or remove it",
			}})
		}
	}
}

// readersField is the field of the Segregation with the readers of a group.
func readersField(component string, g *plan.SecretGroup) fieldpath.Path {
	field := fieldpath.Of("spec", "components", component)
	if g.Name == "" {
		return field.Child("secrets", "readers")
	}
	return field.Child("secretGroups", g.Name, "readers")
}
