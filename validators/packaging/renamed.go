package packaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// renamed reports Segregations that a setting of a kustomization has renamed, so that the default namespaces of their
// components are other ones than the workloads name. What stands in those needs no finding of its own.
func (j *judge) renamed() verdict.Result {
	var result verdict.Result
	workloads := j.workloads()
	for segregation, components := range j.defaultNamespaces() {
		before, found := nameBefore(segregation, components, workloads)
		if before == "" {
			continue
		}
		candidate := verdict.Candidate{Precedence: cause, Finding: finding.Finding{
			Code: finding.OutsideComponents, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
			Object: finding.Object{
				APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: segregation,
			},
			Message: fmt.Sprintf("the Segregation is called %q, and the workloads stand in namespaces of %q (%s), which "+
				"are no components: a namePrefix or nameSuffix has renamed the Segregation, and not these namespaces",
				segregation, before, phrase.Few(mostNames, found)),
			Fix: "remove namePrefix and nameSuffix, or give each component the namespace that its workloads name",
		}}
		for _, namespace := range found {
			candidate.Explains = append(candidate.Explains, contentsOf(namespace)...)
		}
		result.Add(candidate)
	}
	return result
}

// defaultNamespaces has the components of each Segregation whose namespaces are the default ones.
func (j *judge) defaultNamespaces() map[string][]string {
	found := map[string][]string{}
	for _, c := range j.components.Components {
		if c.Segregation != "" && c.Namespace == c.Segregation+"-"+c.Name {
			found[c.Segregation] = append(found[c.Segregation], c.Name)
		}
	}
	return found
}

// nameBefore is the name that a Segregation had when the workloads were written, and the namespaces that were those of
// its components then. It is empty where a workload stands in a component.
func nameBefore(segregation string, components []string, workloads map[string]bool) (before string, found []string) {
	for _, component := range components {
		if workloads[segregation+"-"+component] {
			return "", nil
		}
	}
	for _, namespace := range slices.Sorted(maps.Keys(workloads)) {
		for _, component := range components {
			name, isOf := strings.CutSuffix(namespace, "-"+component)
			isPart := isOf && name != segregation && strings.Contains(segregation, name)
			if isPart && (before == "" || before == name) {
				before, found = name, append(found, namespace)
			}
		}
	}
	return before, slices.Compact(found)
}
