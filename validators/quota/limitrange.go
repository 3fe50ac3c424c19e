package quota

import (
	"iter"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// limitRange is a LimitRange as the API server stores it.
type limitRange struct {
	*objects.Object

	// written are the items as they are in the manifest, items as the API server stores them.
	written, items []corev1.LimitRangeItem
	// refusals are the reasons for which the API server refuses the LimitRange.
	refusals []admission.Refusal
}

func newLimitRange(o objects.Typed[corev1.LimitRange]) limitRange {
	items := admission.StoredItems(o.Value.Spec.Limits)
	return limitRange{Object: o.Object, written: o.Value.Spec.Limits, items: items,
		refusals: admission.LimitRangeRefusals(items)}
}

// invalidRanges reports LimitRanges that the API server refuses.
func (n *namespace) invalidRanges(result *verdict.Result) {
	for _, lr := range n.ranges {
		result.Decide(verdict.Subject{Object: lr.Object})
		for _, p := range lr.refusals {
			about(result, lr.Object, finding.Finding{
				Code: finding.InvalidLimitRange, Severity: finding.Error, Field: p.Field, Message: p.Message,
				Fix: p.Fix,
			})
		}
	}
}

// of visits the items of a type.
func (lr *limitRange) of(limited corev1.LimitType) iter.Seq[*corev1.LimitRangeItem] {
	return func(yield func(*corev1.LimitRangeItem) bool) {
		for i := range lr.items {
			if lr.items[i].Type == limited && !yield(&lr.items[i]) {
				return
			}
		}
	}
}
