package quota

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// limitRange is a LimitRange as the API server stores it.
type limitRange struct {
	*objects.Object

	// written are the items as they are in the manifest, items as the API server stores them.
	written, items []corev1.LimitRangeItem
	// problems are the reasons for which the API server refuses the LimitRange.
	problems []problem
}

func newLimitRange(o objects.Typed[corev1.LimitRange]) limitRange {
	items := defaulted(o.Value.Spec.Limits)
	return limitRange{Object: o.Object, written: o.Value.Spec.Limits, items: items, problems: rangeProblems(items)}
}

// invalidRanges reports LimitRanges that the API server refuses.
func (n *namespace) invalidRanges(result *verdict.Result) {
	for _, lr := range n.ranges {
		result.Decide(verdict.Subject{Object: lr.Object})
		for _, p := range lr.problems {
			about(result, lr.Object, finding.Finding{
				Code: finding.InvalidLimitRange, Severity: finding.Error, Field: p.field, Message: p.message, Fix: p.fix,
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

// defaulted fills in what the API server fills in: a container's default limit from its maximum, its default request from
// the default limit or from the minimum.
func defaulted(items []corev1.LimitRangeItem) []corev1.LimitRangeItem {
	filled := slices.Clone(items)
	for i := range filled {
		item := &filled[i]
		if item.Type != corev1.LimitTypeContainer {
			continue
		}
		item.Default = withMissing(item.Default, item.Max)
		item.DefaultRequest = withMissing(withMissing(item.DefaultRequest, item.Default), item.Min)
	}
	return filled
}

// withMissing is list with the entries of others that it does not have.
func withMissing(list, others corev1.ResourceList) corev1.ResourceList {
	if len(others) == 0 {
		return list
	}
	filled := maps.Clone(list)
	if filled == nil {
		filled = corev1.ResourceList{}
	}
	for name, quantity := range others {
		if _, found := filled[name]; !found {
			filled[name] = quantity
		}
	}
	return filled
}

// names are the resources of the lists, sorted.
func names(lists ...corev1.ResourceList) []corev1.ResourceName {
	found := map[corev1.ResourceName]bool{}
	for _, list := range lists {
		for name := range list {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// rangeProblems are the reasons for which the API server refuses a LimitRange with these items.
func rangeProblems(items []corev1.LimitRangeItem) []problem {
	var found []problem
	refuse := func(field fieldpath.Path, message, fix string) { found = append(found, problem{field, message, fix}) }
	types := map[corev1.LimitType]bool{}
	for i, item := range items {
		path := fieldpath.Of("spec", "limits").Index(i)
		switch {
		case !standardLimitType(item.Type):
			refuse(path.Child("type"),
				fmt.Sprintf("the type is %q, must be Container, Pod or PersistentVolumeClaim", item.Type),
				"correct the type")
			continue
		case types[item.Type]:
			refuse(path.Child("type"), fmt.Sprintf("the type %s is given twice", item.Type), "put both into one item")
		case item.Type == corev1.LimitTypePod && len(item.Default)+len(item.DefaultRequest) > 0:
			refuse(path, "an item of type Pod must have no default and no defaultRequest", "move them to the item of type Container")
		case item.Type == corev1.LimitTypePersistentVolumeClaim && !limitsStorage(item):
			refuse(path, "an item of type PersistentVolumeClaim must have min.storage or max.storage", "add one of them")
		}
		types[item.Type] = true
		for _, name := range names(item.Min, item.Max, item.Default, item.DefaultRequest, item.MaxLimitRequestRatio) {
			if list, message := contradiction(item, name); message != "" {
				refuse(path.Child(list, string(name)), message,
					"min, defaultRequest, default and max must not decrease")
			}
		}
	}
	return found
}

// standardLimitType reports whether the API server knows the type; it takes qualified names of others too.
func standardLimitType(t corev1.LimitType) bool {
	return t == corev1.LimitTypeContainer || t == corev1.LimitTypePod || t == corev1.LimitTypePersistentVolumeClaim ||
		strings.Contains(string(t), "/")
}

func limitsStorage(item corev1.LimitRangeItem) bool {
	_, least := item.Min[corev1.ResourceStorage]
	_, most := item.Max[corev1.ResourceStorage]
	return least || most
}

// contradiction finds the first pair of values of a resource that contradict each other, and the list where to look.
func contradiction(item corev1.LimitRangeItem, name corev1.ResourceName) (list, message string) {
	pairs := []struct {
		low, high         corev1.ResourceList
		lowName, highName string
		at                string
	}{
		{item.Min, item.Max, "min", "max", "min"},
		{item.Min, item.DefaultRequest, "min", "defaultRequest", "defaultRequest"},
		{item.DefaultRequest, item.Max, "defaultRequest", "max", "defaultRequest"},
		{item.Min, item.Default, "min", "default", "default"},
		{item.Default, item.Max, "default", "max", "default"},
		{item.DefaultRequest, item.Default, "defaultRequest", "default", "defaultRequest"},
	}
	for _, p := range pairs {
		low, haveLow := p.low[name]
		high, haveHigh := p.high[name]
		if haveLow && haveHigh && low.Cmp(high) > 0 {
			return p.at, fmt.Sprintf("%s %s is %s, more than %s, which is %s", p.lowName, name, low.String(), p.highName, high.String())
		}
	}
	request, haveRequest := item.DefaultRequest[name]
	limit, haveLimit := item.Default[name]
	if haveRequest && haveLimit && !mayOvercommit(name) && request.Cmp(limit) != 0 {
		return "defaultRequest",
			fmt.Sprintf("defaultRequest %s is %s, must be that of default, %s: it cannot be overcommitted", name,
				request.String(), limit.String())
	}
	return ratioContradiction(item, name)
}

func ratioContradiction(item corev1.LimitRangeItem, name corev1.ResourceName) (list, message string) {
	ratio, found := item.MaxLimitRequestRatio[name]
	if !found {
		return "", ""
	}
	if ratio.Cmp(resource.MustParse("1")) < 0 {
		return "maxLimitRequestRatio", fmt.Sprintf("maxLimitRequestRatio %s is %s, must be at least 1", name, ratio.String())
	}
	least, haveMin := item.Min[name]
	most, haveMax := item.Max[name]
	if haveMin && haveMax && !least.IsZero() && ratio.AsApproximateFloat64() > most.AsApproximateFloat64()/least.AsApproximateFloat64() {
		return "maxLimitRequestRatio",
			fmt.Sprintf("maxLimitRequestRatio %s is %s, more than max/min, %s/%s, allows", name, ratio.String(),
				most.String(), least.String())
	}
	return "", ""
}

// mayOvercommit says whether a limit of the resource may be above its request: that of Kubernetes' own resources, but for
// huge pages.
func mayOvercommit(name corev1.ResourceName) bool {
	return isNative(name) && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

func isNative(name corev1.ResourceName) bool {
	return !strings.Contains(string(name), "/") || strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}
