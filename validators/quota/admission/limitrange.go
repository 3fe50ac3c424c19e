package admission

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/fieldpath"
)

// LimitRangeRefusals are the reasons for which the API server refuses a LimitRange with these [StoredItems].
func LimitRangeRefusals(items []corev1.LimitRangeItem) []Refusal {
	var found []Refusal
	refuse := func(field fieldpath.Path, message, fix string) { found = append(found, Refusal{field, message, fix}) }
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
			refuse(path, "an item of type Pod must have no default and no defaultRequest",
				"move them to the item of type Container")
		case item.Type == corev1.LimitTypePersistentVolumeClaim && !limitsStorage(item):
			refuse(path, "an item of type PersistentVolumeClaim must have min.storage or max.storage",
				"add one of them")
		}
		types[item.Type] = true
		for _, name := range Names(item.Min, item.Max, item.Default, item.DefaultRequest, item.MaxLimitRequestRatio) {
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
			return p.at, fmt.Sprintf("%s %s is %s, more than %s, which is %s", p.lowName, name, low.String(),
				p.highName, high.String())
		}
	}
	request, haveRequest := item.DefaultRequest[name]
	limit, haveLimit := item.Default[name]
	if haveRequest && haveLimit && !MayOvercommit(name) && request.Cmp(limit) != 0 {
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
		return "maxLimitRequestRatio",
			fmt.Sprintf("maxLimitRequestRatio %s is %s, must be at least 1", name, ratio.String())
	}
	least, haveMin := item.Min[name]
	most, haveMax := item.Max[name]
	if haveMin && haveMax && !least.IsZero() &&
		ratio.AsApproximateFloat64() > most.AsApproximateFloat64()/least.AsApproximateFloat64() {
		return "maxLimitRequestRatio",
			fmt.Sprintf("maxLimitRequestRatio %s is %s, more than max/min, %s/%s, allows", name, ratio.String(),
				most.String(), least.String())
	}
	return "", ""
}

// Violations are the ways in which requests and limits of a container or a pod are outside the item of a LimitRange,
// one for each resource. Format: requests cpu 1, above the maximum 500m.
func Violations(item *corev1.LimitRangeItem, requests, limits corev1.ResourceList) []string {
	var found []string
	for _, name := range Names(item.Min, item.Max, item.MaxLimitRequestRatio) {
		if message := violation(item, name, requests, limits); message != "" {
			found = append(found, message)
		}
	}
	return found
}

// violation is the way in which the requests and limits of one resource are outside the item; empty where they are not.
func violation(item *corev1.LimitRangeItem, name corev1.ResourceName, requests, limits corev1.ResourceList) string {
	request, requested := requests[name]
	limit, limited := limits[name]
	if least, found := item.Min[name]; found {
		switch {
		case !requested:
			return fmt.Sprintf("requests no %s, must request at least the minimum %s", name, least.String())
		case request.Cmp(least) < 0:
			return fmt.Sprintf("requests %s %s, below the minimum %s", name, request.String(), least.String())
		case limited && limit.Cmp(least) < 0:
			return fmt.Sprintf("limits %s to %s, below the minimum %s", name, limit.String(), least.String())
		}
	}
	if most, found := item.Max[name]; found {
		switch {
		case !limited:
			return fmt.Sprintf("has no limit of %s, must have one of at most the maximum %s", name, most.String())
		case limit.Cmp(most) > 0:
			return fmt.Sprintf("limits %s to %s, above the maximum %s", name, limit.String(), most.String())
		case requested && request.Cmp(most) > 0:
			return fmt.Sprintf("requests %s %s, above the maximum %s", name, request.String(), most.String())
		}
	}
	if ratio, found := item.MaxLimitRequestRatio[name]; found {
		switch {
		case request.IsZero() || limit.IsZero():
			return fmt.Sprintf("must request and limit %s, for the ratio of at most %s", name, ratio.String())
		case exceedsRatio(limit, request, ratio):
			return fmt.Sprintf("limits %s to %s, more than %s times its request %s, the ratio",
				name, limit.String(), ratio.String(), request.String())
		}
	}
	return ""
}

func exceedsRatio(limit, request, ratio resource.Quantity) bool {
	return limit.AsApproximateFloat64()/request.AsApproximateFloat64() > ratio.AsApproximateFloat64()*(1+1e-12)
}

// ClaimViolations are the ways in which what a claim requests is outside the item of a LimitRange, one for each
// resource. The limits of a claim do not matter.
func ClaimViolations(item *corev1.LimitRangeItem, requests corev1.ResourceList) []string {
	var found []string
	for _, name := range Names(item.Min, item.Max) {
		if message := claimViolation(item, name, requests); message != "" {
			found = append(found, message)
		}
	}
	return found
}

func claimViolation(item *corev1.LimitRangeItem, name corev1.ResourceName, requests corev1.ResourceList) string {
	request, requested := requests[name]
	least, haveMin := item.Min[name]
	most, haveMax := item.Max[name]
	switch {
	case !requested:
		return fmt.Sprintf("requests no %s, which it must, for a minimum or maximum", name)
	case haveMin && request.Cmp(least) < 0:
		return fmt.Sprintf("requests %s %s, below the minimum %s", name, request.String(), least.String())
	case haveMax && request.Cmp(most) > 0:
		return fmt.Sprintf("requests %s %s, above the maximum %s", name, request.String(), most.String())
	}
	return ""
}
