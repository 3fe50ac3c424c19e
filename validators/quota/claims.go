package quota

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// claim is a PersistentVolumeClaim, or a template of several.
type claim struct {
	object *objects.Object
	// path of the claim's spec in the object.
	path fieldpath.Path
	// name for people.
	name string
	spec *corev1.PersistentVolumeClaimSpec
	// steady and surge are how many there are, as of pods.
	count podCount
	class string
}

// listClaims lists the claims of the namespace: its own, those of StatefulSets, and those of ephemeral volumes.
func (n *namespace) listClaims() []claim {
	var found []claim
	for _, o := range n.claims {
		found = append(found, claim{
			object: o.Object, path: fieldpath.Of("spec"), name: "PersistentVolumeClaim " + o.Name, spec: &o.Value.Spec,
			count: podCount{steady: 1}, class: admission.ClaimClass(o.Annotations, &o.Value.Spec),
		})
	}
	for _, w := range n.workloads {
		if set, is := w.Typed.(*appsv1.StatefulSet); is {
			for i := range set.Spec.VolumeClaimTemplates {
				template := &set.Spec.VolumeClaimTemplates[i]
				count := w.count
				count.steady = max(0, count.steady-n.provisioned(template.Name+"-"+w.Name+"-"))
				found = append(found, claim{
					object: w.Object, path: fieldpath.Of("spec", "volumeClaimTemplates").Index(i).Child("spec"),
					name: fmt.Sprintf("StatefulSet %s, %s", w.Name, template.Name), spec: &template.Spec, count: count,
					class: admission.ClaimClass(template.Annotations, &template.Spec),
				})
			}
		}
		for i, volume := range w.Pod.Spec.Volumes {
			if volume.Ephemeral == nil || volume.Ephemeral.VolumeClaimTemplate == nil {
				continue
			}
			template := volume.Ephemeral.VolumeClaimTemplate
			found = append(found, claim{
				object: w.Object,
				path:   w.SpecPath().Child("volumes").Index(i).Child("ephemeral", "volumeClaimTemplate", "spec"),
				name:   fmt.Sprintf("%s %s, %s", w.Kind, w.Name, volume.Name), spec: &template.Spec, count: w.count,
				class: admission.ClaimClass(template.Annotations, &template.Spec),
			})
		}
	}
	return found
}

// provisioned counts the claims that stand in the input and that a StatefulSet takes over, by the prefix of their
// names.
func (n *namespace) provisioned(prefix string) int64 {
	count := int64(0)
	for _, o := range n.claims {
		if ordinal, found := strings.CutPrefix(o.Name, prefix); found && ordinal != "" &&
			strings.Trim(ordinal, "0123456789") == "" {
			count++
		}
	}
	return count
}

// claimsOutsideRanges holds every claim against the LimitRanges. They look at what a claim requests, never at its
// limits.
func (n *namespace) claimsOutsideRanges(result *verdict.Result) {
	ranges := n.validRanges()
	if len(ranges) == 0 {
		return
	}
	for _, c := range n.allClaims {
		result.Decide(verdict.Subject{Object: c.object, Field: c.path})
		for _, lr := range ranges {
			for item := range lr.of(corev1.LimitTypePersistentVolumeClaim) {
				for _, message := range admission.ClaimViolations(item, c.spec.Resources.Requests) {
					outside(result, c.object, c.path.Child("resources"), "the claim", message, lr)
				}
			}
		}
	}
}
