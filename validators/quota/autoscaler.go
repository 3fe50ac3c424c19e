package quota

import (
	"fmt"
	"slices"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// autoscaler is a HorizontalPodAutoscaler.
type autoscaler struct {
	objects.Typed[autoscalingv2.HorizontalPodAutoscaler]
}

// target is what an autoscaler scales.
type target struct{ kind, name string }

// scalable reports whether workloads of a kind can be scaled.
func scalable(kind string) bool {
	switch kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		return true
	}
	return false
}

// target is what the autoscaler scales.
func (a *autoscaler) target() target {
	ref := a.Value.Spec.ScaleTargetRef
	return target{ref.Kind, ref.Name}
}

// hasTarget reports whether the input has what the autoscaler scales, or may have it.
func (n *namespace) hasTarget(t target) bool {
	return !scalable(t.kind) ||
		slices.ContainsFunc(n.workloads, func(w *workload) bool { return target{w.Kind, w.Name} == t })
}

// hasSimilar reports whether the input has a workload that the name of a target probably means.
func (n *namespace) hasSimilar(t target) bool {
	return slices.ContainsFunc(n.workloads, func(w *workload) bool {
		return phrase.Similar(w.Name, t.name) || strings.HasPrefix(t.name, w.Name) || strings.HasPrefix(w.Name, t.name)
	})
}

// scaling are the autoscalers that the API server takes and that scale something, in the order of the input.
func (n *namespace) scaling() []*autoscaler {
	var found []*autoscaler
	for i := range n.autoscalers {
		a := &n.autoscalers[i]
		if _, refused := a.refusal(); !refused && n.hasTarget(a.target()) {
			found = append(found, a)
		}
	}
	return found
}

// largestAutoscalers finds the autoscaler with the largest maximum of each target, the first of several.
func (n *namespace) largestAutoscalers() map[target]*autoscaler {
	largest := map[target]*autoscaler{}
	for _, a := range n.scaling() {
		other := largest[a.target()]
		if other == nil || a.Value.Spec.MaxReplicas > other.Value.Spec.MaxReplicas {
			largest[a.target()] = a
		}
	}
	return largest
}

// unscaled reports autoscalers that the API server refuses, those that scale nothing, and those that are not alone.
func (j *judge) unscaled() verdict.Result {
	var result verdict.Result
	for _, n := range j.sorted {
		component := j.scope.Of(n.name)
		n.unscaled(&result, component != nil && component.Plan != nil)
	}
	return result
}

// unscaled reports those of a namespace. Where no Segregation declares it, what an autoscaler names may be in another
// folder or chart, unless it is probably misspelt.
func (n *namespace) unscaled(result *verdict.Result, declared bool) {
	largest := map[target]*autoscaler{}
	for i := range n.autoscalers {
		a := &n.autoscalers[i]
		t := a.target()
		result.Decide(verdict.Subject{Object: a.Object})
		f := finding.Finding{
			Code: finding.ScaleTarget, Severity: finding.Warning, Field: fieldpath.Of("spec", "scaleTargetRef", "name"),
		}
		p, refused := a.refusal()
		other := largest[t]
		switch {
		case refused:
			f.Severity, f.Field, f.Message, f.Fix = finding.Error, p.Field, p.Message, p.Fix
		case !n.hasTarget(t) && !declared && !n.hasSimilar(t):
			f.Severity = finding.Info
			f.Message = fmt.Sprintf("assumed: %s has %s %q, which is not in the input", objects.NamespaceText(n.name), t.kind,
				t.name)
		case !n.hasTarget(t):
			f.Message = fmt.Sprintf("%s has no %s %q in the input, so nothing is scaled",
				objects.NamespaceText(n.name), t.kind, t.name)
			f.Fix = "name a workload of the autoscaler's own namespace"
		case other == nil:
			largest[t] = a
			continue
		default:
			f.Message = fmt.Sprintf("%s %q is scaled by HorizontalPodAutoscaler %q too: both stop scaling it",
				t.kind, t.name, other.Name)
			f.Fix = "remove one of the two"
			if a.Value.Spec.MaxReplicas > other.Value.Spec.MaxReplicas {
				largest[t] = a
			}
		}
		about(result, a.Object, f)
	}
}

// refusal is the reason for which the API server refuses the numbers.
func (a *autoscaler) refusal() (p admission.Refusal, refused bool) {
	p.Fix = "correct the numbers"
	least, most := int32(1), a.Value.Spec.MaxReplicas
	if a.Value.Spec.MinReplicas != nil {
		least = *a.Value.Spec.MinReplicas
	}
	switch {
	case most < 1:
		p.Field = fieldpath.Of("spec", "maxReplicas")
		p.Message = fmt.Sprintf("maxReplicas is %d, must be at least 1", most)
	case least < 0:
		p.Field = fieldpath.Of("spec", "minReplicas")
		p.Message = fmt.Sprintf("minReplicas is %d, must not be negative", least)
	case least > most:
		p.Field = fieldpath.Of("spec", "minReplicas")
		p.Message = fmt.Sprintf("minReplicas is %d, must be at most maxReplicas, which is %d", least, most)
	default:
		return admission.Refusal{}, false
	}
	return p, true
}
