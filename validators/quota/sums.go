package quota

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// part is what one workload, or claim, takes of one resource of a quota.
type part struct {
	name  string
	each  resource.Quantity
	count podCount
	// counts says that the resource is a number of objects.
	counts bool
}

func times(quantity resource.Quantity, n int64) resource.Quantity {
	product := quantity.DeepCopy()
	product.Mul(n)
	return product
}

func (p part) steady() resource.Quantity { return times(p.each, p.count.steady) }

func (p part) surge() resource.Quantity { return times(p.each, p.count.surge) }

// String formats the part as "Deployment api 10 x 2 (the maximum of HorizontalPodAutoscaler api)".
func (p part) String() string {
	text := fmt.Sprintf("%s %d x %s", p.name, p.count.steady, p.each.String())
	if p.counts {
		text = fmt.Sprintf("%s %d", p.name, p.count.steady)
	}
	if p.count.note != "" {
		text += " (" + p.count.note + ")"
	}
	return text
}

// parts are what the namespace takes of one resource.
type parts []part

func (ps parts) sum(of func(part) resource.Quantity) resource.Quantity {
	var sum resource.Quantity
	for _, p := range ps {
		sum.Add(of(p))
	}
	return sum
}

// maxParts bounds how many parts a message names.
const maxParts = 8

// String lists the parts, the largest first.
func (ps parts) String() string {
	sorted := slices.DeleteFunc(slices.Clone(ps), func(p part) bool { return p.count.steady == 0 })
	slices.SortStableFunc(sorted, func(a, b part) int {
		left, right := a.steady(), b.steady()
		return cmp.Or(right.Cmp(left), cmp.Compare(a.name, b.name))
	})
	var texts []string
	for i, p := range sorted {
		if i == maxParts {
			texts = append(texts, fmt.Sprintf("and %d more", len(sorted)-maxParts))
			break
		}
		texts = append(texts, p.String())
	}
	return strings.Join(texts, ", ")
}

// podParts are what the pods that a quota counts take of a resource.
func (n *namespace) podParts(quota *corev1.ResourceQuota, name corev1.ResourceName) parts {
	var found parts
	for _, w := range n.workloads {
		if each, used := w.taken[name]; used && !w.count.unknown && inScope(quota, w.pod) {
			found = append(found, part{name: w.Kind + " " + w.Name, each: each, count: w.count, counts: isWhole(name)})
		}
	}
	return found
}

// claimParts are what the claims take of a resource.
func claimParts(claims []claim, name corev1.ResourceName) parts {
	var found parts
	for _, c := range claims {
		if each, used := c.usage()[name]; used {
			found = append(found, part{name: c.name, each: each, count: c.count, counts: strings.HasSuffix(string(name), "persistentvolumeclaims")})
		}
	}
	return found
}
