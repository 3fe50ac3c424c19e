package pods

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// judgeReaders reports readers that are no workload of the input. Where the input has no workloads of the component, they
// are deployed by other means.
func (c *checker) judgeReaders(p *part) {
	if p.Plan == nil || !p.hasWorkloads() {
		return
	}
	known := map[string]bool{}
	for _, w := range p.workloads {
		known[w.Name] = true
	}
	for _, o := range p.others {
		if isCustom(o) { // an operator may call its pods so
			known[o.Name] = true
		}
	}
	for _, g := range p.Plan.Groups {
		field := "spec.components." + p.Name + ".secrets.readers"
		if g.Name != "" {
			field = "spec.components." + p.Name + ".secretGroups." + g.Name + ".readers"
		}
		for _, reader := range g.Readers {
			if known[reader] {
				continue
			}
			c.findings = append(c.findings, finding.Finding{
				Code: finding.ReaderMissing, Severity: finding.Warning,
				Object:  finding.Object{APIVersion: "cloison.dev/v1alpha1", Kind: "Segregation", Name: p.Segregation},
				Field:   field,
				Message: fmt.Sprintf("the reader %q is no workload of namespace %q in the input", reader, p.Namespace),
				Fix:     "correct the name, or remove it",
			})
		}
	}
}

// hasWorkloads says whether the component has workloads beside the sync runtime.
func (p *part) hasWorkloads() bool {
	for _, w := range p.workloads {
		if w.Name != syncRuntime {
			return true
		}
	}
	return false
}

// isCustom says whether an object is of a kind that is neither Kubernetes' own nor the External Secrets Operator's.
func isCustom(o *objects.Object) bool {
	group := o.GroupKind().Group
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io") && group != "external-secrets.io"
}
