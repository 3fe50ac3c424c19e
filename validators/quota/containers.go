package quota

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	requirements "k8s.io/component-helpers/resource"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// container is one container that requests resources, as written and with what the API server fills in.
type container struct {
	objects.Container
	effective corev1.ResourceRequirements
}

// resourced visits the containers of a workload that may request resources: all but ephemeral ones.
func (w *workload) resourced() []container {
	var found []container
	inits, others := 0, 0
	for c := range w.Containers() {
		switch {
		case c.Ephemeral:
		case c.Init:
			found = append(found, container{c, w.pod.Spec.InitContainers[inits].Resources})
			inits++
		default:
			found = append(found, container{c, w.pod.Spec.Containers[others].Resources})
			others++
		}
	}
	return found
}

// podsOutsideRanges holds every pod, and its containers, against the LimitRanges.
func (n *namespace) podsOutsideRanges(result *verdict.Result) {
	ranges := n.validRanges()
	options := requirements.PodResourcesOptions{ExcludeOverhead: true}
	for _, w := range n.workloads {
		result.Decide(verdict.Subject{Object: w.Object, Question: "resources"})
		for _, lr := range ranges {
			for item := range lr.of(corev1.LimitTypeContainer) {
				for _, c := range w.resourced() {
					for _, message := range violations(item, c.effective.Requests, c.effective.Limits) {
						outside(result, w.Object, c.Path.Child("resources"), fmt.Sprintf("container %q", c.Name),
							message, lr)
					}
				}
			}
			for item := range lr.of(corev1.LimitTypePod) {
				requests, limits := requirements.PodRequests(w.pod, options), requirements.PodLimits(w.pod, options)
				for _, message := range violations(item, requests, limits) {
					outside(result, w.Object, w.SpecPath(), "the pod", message, lr)
				}
			}
		}
	}
}

func outside(result *verdict.Result, o *objects.Object, field fieldpath.Path, subject, message string, lr *limitRange) {
	about(result, o, finding.Finding{
		Code: finding.OutsideLimitRange, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s %s of LimitRange %q", subject, message, lr.Name),
		Fix:     "change the resources or the LimitRange",
	})
}

// violations are what a LimitRange's item refuses, one for each resource.
func violations(item *corev1.LimitRangeItem, requests, limits corev1.ResourceList) []string {
	var found []string
	for _, name := range names(item.Min, item.Max, item.MaxLimitRequestRatio) {
		if message := violation(item, name, requests, limits); message != "" {
			found = append(found, message)
		}
	}
	return found
}

// violation says in which way the requests and limits are outside the item; empty where they are not.
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

// limitsBelowRequests reports limits below requests, which the API server refuses, also where one of both is a LimitRange's
// default.
func (n *namespace) limitsBelowRequests(result *verdict.Result) {
	for _, w := range n.workloads {
		for _, c := range w.resourced() {
			n.limitBelowRequest(result, w, c)
		}
	}
}

func (n *namespace) limitBelowRequest(result *verdict.Result, w *workload, c container) {
	for _, name := range names(c.effective.Requests) {
		request := c.effective.Requests[name]
		limit, limited := c.effective.Limits[name]
		f := finding.Finding{Code: finding.LimitBelowRequest, Severity: finding.Error}
		f.Field = c.Path.Child("resources", "requests", string(name))
		switch {
		case limited && request.Cmp(limit) > 0:
			f.Message = fmt.Sprintf("container %q requests %s %s, more than its limit %s",
				c.Name, name, request.String(), limit.String())
			f.Fix = "raise the limit to at least the request"
		case limited && !mayOvercommit(name) && request.Cmp(limit) != 0:
			f.Message = fmt.Sprintf("container %q requests %s %s, must be its limit %s: it cannot be overcommitted",
				c.Name, name, request.String(), limit.String())
			f.Fix = "make both the same"
		case !limited && !mayOvercommit(name):
			f.Message = fmt.Sprintf("container %q requests %s without a limit: it cannot be overcommitted", c.Name, name)
			f.Fix = "give it a limit of the same amount"
		default:
			continue
		}
		_, ownRequest := c.Resources.Requests[name]
		if _, own := c.Resources.Limits[name]; limited && !own {
			if n.defaulter(name, false) == "" {
				continue // the default of a LimitRange that the API server refuses
			}
			f.Message += fmt.Sprintf(", the default of LimitRange %q", n.defaulter(name, false))
			f.Fix = "give the container a limit of its own, or raise the default"
		} else if !ownRequest {
			if n.defaulter(name, true) == "" {
				continue
			}
			f.Field = c.Path.Child("resources", "limits", string(name))
			f.Message += fmt.Sprintf("; the request is the default of LimitRange %q", n.defaulter(name, true))
			f.Fix = "give the container a request of its own, or lower the default"
		}
		about(result, w.Object, f)
	}
}

// defaulter names the LimitRange that fills in a resource; empty where none does that the API server takes.
func (n *namespace) defaulter(name corev1.ResourceName, request bool) string {
	for _, lr := range n.validRanges() {
		for item := range lr.of(corev1.LimitTypeContainer) {
			list := item.Default
			if request {
				list = item.DefaultRequest
			}
			if _, found := list[name]; found {
				return lr.Name
			}
		}
	}
	return ""
}
