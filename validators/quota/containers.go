package quota

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// podsOutsideRanges holds every pod, and its containers, against the LimitRanges.
func (n *namespace) podsOutsideRanges(result *verdict.Result) {
	ranges := n.validRanges()
	for _, w := range n.workloads {
		result.Decide(verdict.Subject{Object: w.Object, Question: "resources"})
		for _, lr := range ranges {
			for item := range lr.of(corev1.LimitTypeContainer) {
				for _, c := range w.resourced() {
					for _, message := range admission.Violations(item, c.effective.Requests, c.effective.Limits) {
						outside(result, w.Object, c.Path.Child("resources"), fmt.Sprintf("container %q", c.Name),
							message, lr)
					}
				}
			}
			for item := range lr.of(corev1.LimitTypePod) {
				requests, limits := admission.PodResources(w.pod)
				for _, message := range admission.Violations(item, requests, limits) {
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

// limitsBelowRequests reports limits below requests, which the API server refuses, also where one of both is a
// LimitRange's default.
func (n *namespace) limitsBelowRequests(result *verdict.Result) {
	for _, w := range n.workloads {
		for _, c := range w.resourced() {
			n.limitBelowRequest(result, w, c)
		}
	}
}

func (n *namespace) limitBelowRequest(result *verdict.Result, w *workload, c container) {
	for _, name := range admission.Names(c.effective.Requests) {
		request := c.effective.Requests[name]
		limit, limited := c.effective.Limits[name]
		f := finding.Finding{Code: finding.LimitBelowRequest, Severity: finding.Error}
		f.Field = c.Path.Child("resources", "requests", string(name))
		switch {
		case limited && request.Cmp(limit) > 0:
			f.Message = fmt.Sprintf("container %q requests %s %s, more than its limit %s",
				c.Name, name, request.String(), limit.String())
			f.Fix = "raise the limit to at least the request"
		case limited && !admission.MayOvercommit(name) && request.Cmp(limit) != 0:
			f.Message = fmt.Sprintf("container %q requests %s %s, must be its limit %s: it cannot be overcommitted",
				c.Name, name, request.String(), limit.String())
			f.Fix = "make both the same"
		case !limited && !admission.MayOvercommit(name):
			f.Message = fmt.Sprintf("container %q requests %s without a limit: it cannot be overcommitted", c.Name,
				name)
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
