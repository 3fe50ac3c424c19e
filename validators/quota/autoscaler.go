package quota

import (
	"fmt"

	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// autoscaler is a HorizontalPodAutoscaler.
type autoscaler struct {
	objects.Typed[autoscalingv2.HorizontalPodAutoscaler]
}

// target is what an autoscaler scales.
type target struct{ kind, name string }

// scalable says whether workloads of a kind can be scaled.
func scalable(kind string) bool {
	switch kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		return true
	}
	return false
}

// judgeAutoscalers finds the autoscaler with the largest maximum of each target, and reports those that scale nothing.
func (n *namespace) judgeAutoscalers(r *report) map[target]*autoscaler {
	if len(n.autoscalers) == 0 {
		return nil
	}
	known := map[target]bool{}
	for _, w := range n.workloads {
		known[target{w.Kind, w.Name}] = true
	}
	largest := map[target]*autoscaler{}
	for i := range n.autoscalers {
		a := &n.autoscalers[i]
		if !a.judgeNumbers(r) {
			continue
		}
		ref := a.Value.Spec.ScaleTargetRef
		t := target{ref.Kind, ref.Name}
		if scalable(t.kind) && !known[t] {
			r.about(a.Object, finding.Finding{
				Code: finding.ScaleTarget, Severity: finding.Warning, Field: "spec.scaleTargetRef.name",
				Message: fmt.Sprintf("%s has no %s %q in the input, so nothing is scaled", objects.NamespaceText(n.name), t.kind, t.name),
				Fix:     "name a workload of the autoscaler's own namespace",
			})
			continue
		}
		other := largest[t]
		if other != nil {
			r.about(a.Object, finding.Finding{
				Code: finding.ScaleTarget, Severity: finding.Warning, Field: "spec.scaleTargetRef.name",
				Message: fmt.Sprintf("%s %q is scaled by HorizontalPodAutoscaler %q too: both stop scaling it", t.kind, t.name, other.Name),
				Fix:     "remove one of the two",
			})
		}
		if other == nil || a.Value.Spec.MaxReplicas > other.Value.Spec.MaxReplicas {
			largest[t] = a
		}
	}
	return largest
}

// judgeNumbers says whether the API server takes the numbers.
func (a *autoscaler) judgeNumbers(r *report) bool {
	refuse := func(field, message string) bool {
		r.about(a.Object, finding.Finding{
			Code: finding.ScaleTarget, Severity: finding.Error, Field: field, Message: message, Fix: "correct the numbers",
		})
		return false
	}
	least, most := int32(1), a.Value.Spec.MaxReplicas
	if a.Value.Spec.MinReplicas != nil {
		least = *a.Value.Spec.MinReplicas
	}
	switch {
	case most < 1:
		return refuse("spec.maxReplicas", fmt.Sprintf("maxReplicas is %d, must be at least 1", most))
	case least < 0:
		return refuse("spec.minReplicas", fmt.Sprintf("minReplicas is %d, must not be negative", least))
	case least > most:
		return refuse("spec.minReplicas", fmt.Sprintf("minReplicas is %d, must be at most maxReplicas, which is %d", least, most))
	}
	return true
}
