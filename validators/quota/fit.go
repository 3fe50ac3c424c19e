package quota

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// unfitting reports LimitRanges under which nothing fits into a ResourceQuota of the namespace: the least that they
// allow, or what they give to a container that asks for nothing, is more than all of it. A quota with scopes counts
// some pods only.
func (n *namespace) unfitting(result *verdict.Result) {
	for _, lr := range n.validRanges() {
		for i := range lr.items {
			result.Decide(verdict.Subject{Object: lr.Object, Field: itemPath(i)})
			for _, q := range n.validQuotas() {
				if len(q.Value.Spec.Scopes) == 0 && q.Value.Spec.ScopeSelector == nil {
					lr.compare(result, i, q)
				}
			}
		}
	}
}

func itemPath(i int) fieldpath.Path { return fieldpath.Of("spec", "limits").Index(i) }

// bound is a value of a LimitRange and the resource of a quota that it counts against.
type bound struct {
	field string
	of    corev1.ResourceList
	hard  func(corev1.ResourceName) []corev1.ResourceName
	// what happens: "no container is admitted".
	consequence string
	severity    finding.Severity
}

// compare reports the first value of an item that is more than a quota has.
func (lr *limitRange) compare(result *verdict.Result, i int, q *quota) {
	for _, b := range boundsOf(&lr.items[i]) {
		for _, name := range admission.Names(b.of) {
			amount := b.of[name]
			for _, counted := range b.hard(name) {
				hard, limited := q.Value.Spec.Hard[counted]
				if !limited || amount.Cmp(hard) <= 0 {
					continue
				}
				about(result, lr.Object, finding.Finding{
					Code: finding.NeverFits, Severity: b.severity, Field: itemPath(i).Child(b.field, string(name)),
					Message: fmt.Sprintf("%s of %s is %s, and ResourceQuota %q has %s of %s in all: %s", b.field, name,
						amount.String(), q.Name, hard.String(), counted, b.consequence),
					Fix: "lower the value, or raise the quota",
				}, verdict.Subject{Object: lr.Object, Field: itemPath(i)})
				return
			}
		}
	}
}

// boundsOf lists the values of an item, those first that keep everything out.
func boundsOf(item *corev1.LimitRangeItem) []bound {
	requests := func(name corev1.ResourceName) []corev1.ResourceName {
		return []corev1.ResourceName{"requests." + name, name}
	}
	limits := func(name corev1.ResourceName) []corev1.ResourceName { return []corev1.ResourceName{"limits." + name} }
	switch item.Type {
	case corev1.LimitTypePersistentVolumeClaim:
		return []bound{{"min", item.Min, requests, "no claim is admitted", finding.Error}}
	case corev1.LimitTypePod:
		return []bound{
			{"min", item.Min, requests, "no pod is admitted", finding.Error},
			{"min", item.Min, limits, "no pod is admitted", finding.Error},
		}
	case corev1.LimitTypeContainer:
		const silent = "a container that says nothing of its own is never admitted"
		return []bound{
			{"min", item.Min, requests, "no container is admitted", finding.Error},
			{"min", item.Min, limits, "no container is admitted", finding.Error},
			{"defaultRequest", item.DefaultRequest, requests, silent, finding.Warning},
			{"default", item.Default, limits, silent, finding.Warning},
		}
	}
	return nil
}
