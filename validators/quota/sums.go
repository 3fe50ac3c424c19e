package quota

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/validators/quota/admission"
)

// share is what one workload, or claim, takes of one resource of a quota.
type share struct {
	name  string
	each  resource.Quantity
	count podCount
	// counts is set where the resource is a number of objects.
	counts bool
}

// times is a quantity n times.
func times(quantity resource.Quantity, n int64) resource.Quantity {
	product := quantity.DeepCopy()
	product.Mul(n)
	return product
}

func (s share) steady() resource.Quantity { return times(s.each, s.count.steady) }

func (s share) surge() resource.Quantity { return times(s.each, s.count.surge) }

// String formats the share as "Deployment api 10 x 2 (the maximum of HorizontalPodAutoscaler api)".
func (s share) String() string {
	text := fmt.Sprintf("%s %d x %s", s.name, s.count.steady, s.each.String())
	if s.counts {
		text = fmt.Sprintf("%s %d", s.name, s.count.steady)
	}
	if s.count.note != "" {
		text += " (" + s.count.note + ")"
	}
	return text
}

// shares are what the namespace takes of one resource.
type shares []share

func (ps shares) sum(of func(share) resource.Quantity) resource.Quantity {
	var sum resource.Quantity
	for _, p := range ps {
		sum.Add(of(p))
	}
	return sum
}

// maxShares bounds how many shares a message names.
const maxShares = 8

// String lists the shares, the largest first.
func (ps shares) String() string {
	sorted := slices.DeleteFunc(slices.Clone(ps), func(s share) bool { return s.count.steady == 0 })
	slices.SortStableFunc(sorted, func(a, b share) int {
		left, right := a.steady(), b.steady()
		return cmp.Or(right.Cmp(left), cmp.Compare(a.name, b.name))
	})
	var texts []string
	for i, p := range sorted {
		if i == maxShares {
			texts = append(texts, fmt.Sprintf("and %d more", len(sorted)-maxShares))
			break
		}
		texts = append(texts, p.String())
	}
	return strings.Join(texts, ", ")
}

// podShares are what the pods that a quota counts take of a resource.
func (n *namespace) podShares(quota *corev1.ResourceQuota, name corev1.ResourceName) shares {
	var found shares
	for _, w := range n.workloads {
		if each, used := w.taken[name]; used && !w.count.unknown && admission.Counts(quota, w.pod) {
			found = append(found, share{
				name: w.Kind + " " + w.Name, each: each, count: w.count, counts: admission.IsWhole(name),
			})
		}
	}
	return found
}

// countsClaims reports whether a resource is a number of claims.
func countsClaims(name corev1.ResourceName) bool {
	return strings.HasSuffix(string(name), string(corev1.ResourcePersistentVolumeClaims))
}

// claimShares are what the claims take of a resource.
func claimShares(claims []claim, name corev1.ResourceName) shares {
	var found shares
	for _, c := range claims {
		if each, used := admission.ClaimUsage(c.class, c.spec)[name]; used {
			found = append(found, share{name: c.name, each: each, count: c.count, counts: countsClaims(name)})
		}
	}
	return found
}
