package packaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// unprotected reports components with volumes whose Namespace is deleted, with the volumes, where it is taken out of what
// Argo CD, Flux or kpt apply; and Namespaces that are declared to be protected and are not.
func (j *judge) unprotected() verdict.Result {
	var result verdict.Result
	for i := range j.components.Components {
		c := &j.components.Components[i]
		namespace := j.namespaces[c.Namespace]
		if c.Plan == nil || namespace == nil {
			continue
		}
		result.Decide(verdict.Subject{Object: namespace, Question: "protection"})
		switch lost := lostProtections(namespace); {
		case len(lost) == 0:
		case c.Plan.Protect && c.Plan.ProtectDeclared:
			result.Add(protectionLost(namespace, lost))
		case !c.Plan.ProtectDeclared && len(lost) == len(wellknown.Protections()):
			j.volumesWithout(&result, c, namespace)
		}
	}
	return result
}

// lostProtections are the annotations that a Namespace lacks, "NAME: VALUE" each.
func lostProtections(namespace *objects.Object) []string {
	var lost []string
	for _, name := range slices.Sorted(maps.Keys(wellknown.Protections())) {
		if !wellknown.IsProtected(namespace.Annotations, name) {
			lost = append(lost, name+": "+wellknown.Protections()[name])
		}
	}
	return lost
}

func protectionLost(namespace *objects.Object, lost []string) verdict.Candidate {
	return about(namespace, finding.Finding{
		Code: finding.VolumesUnprotected, Severity: finding.Warning, Field: fieldpath.Of("metadata", "annotations"),
		Message: fmt.Sprintf("the Segregation protects the Namespace from being deleted, and these annotations are not "+
			"there: %s", strings.Join(lost, "; ")),
		Fix: "restore what was generated, or write protect: false",
	})
}

func (j *judge) volumesWithout(result *verdict.Result, c *scope.Component, namespace *objects.Object) {
	volumes := j.volumesOf(c.Namespace)
	if volumes == nil {
		return
	}
	result.Add(about(namespace, finding.Finding{
		Code: finding.VolumesUnprotected, Severity: finding.Warning, Field: fieldpath.Of("metadata", "annotations"),
		Message: fmt.Sprintf("component %q has volumes, such as those of %s, which are deleted with the Namespace where Argo "+
			"CD, Flux or kpt no longer find it among what they apply", c.Name, volumes),
		Fix: "write protect: true for the component, or protect: false where the volumes may go",
	}))
}

// volumesOf is the first object of a namespace that keeps data; nil where there is none.
func (j *judge) volumesOf(namespace string) *objects.Object {
	for _, o := range j.set.PersistentVolumeClaims {
		if o.Namespace == namespace {
			return o.Object
		}
	}
	for _, w := range j.set.Workloads {
		if set, is := w.Typed.(*appsv1.StatefulSet); is && w.Namespace == namespace && len(set.Spec.VolumeClaimTemplates) > 0 {
			return w.Object
		}
	}
	return nil
}
