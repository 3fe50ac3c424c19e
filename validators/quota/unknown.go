package quota

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/quota/admission"
)

// uncounted reports pods that were not counted although a quota counts pods: those of DaemonSets, one for each node,
// and those that operators create.
func (n *namespace) uncounted(result *verdict.Result) {
	counting := slices.DeleteFunc(slices.Clone(n.quotas), func(q quota) bool {
		return !slices.ContainsFunc(admission.Names(q.Value.Spec.Hard), admission.IsOfPods)
	})
	if len(counting) == 0 {
		return
	}
	add := func(o *objects.Object, message string) {
		about(result, o, finding.Finding{
			Code: finding.QuotaUndecided, Severity: finding.Info, Message: message,
			Fix: fmt.Sprintf("leave room for them in ResourceQuota %q", counting[0].Name), Undecided: true,
		})
	}
	for _, w := range n.workloads {
		if w.count.unknown && slices.ContainsFunc(counting,
			func(q quota) bool { return admission.Counts(q.Value, w.pod) }) {
			add(w.Object, "the pods were not counted: a DaemonSet has one on every node, "+
				"and the number of nodes is not in the input")
		}
	}
	for _, o := range n.all {
		if makesPods(o.GroupKind()) {
			add(o, fmt.Sprintf("the pods that an operator creates for the %s were not counted", o.Kind))
		}
	}
}

// makesPods reports whether a well-known operator creates pods for objects of a kind, or changes how many there are.
func makesPods(kind schema.GroupKind) bool {
	operator, known := wellknown.OperatorOf(kind.Group)
	return known && operator.CreatesPods(kind.Kind) || kind == schema.GroupKind{Group: "keda.sh", Kind: "ScaledObject"}
}
