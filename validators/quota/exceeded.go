package quota

import (
	"cmp"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
)

// isPodResource says whether pods are charged for a resource of a quota.
func isPodResource(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourcePods, "count/pods", corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage,
		corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceRequestsEphemeralStorage,
		corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory, corev1.ResourceLimitsEphemeralStorage:
		return true
	case corev1.ResourceRequestsStorage:
		return false
	}
	requested, isRequest := strings.CutPrefix(string(name), "requests.")
	return isHugePages(name) || isRequest && (isHugePages(corev1.ResourceName(requested)) || strings.Contains(requested, "/"))
}

// isClaimResource says whether claims are charged for a resource of a quota.
func isClaimResource(name corev1.ResourceName) bool {
	return name == corev1.ResourcePersistentVolumeClaims || name == "count/persistentvolumeclaims" ||
		name == corev1.ResourceRequestsStorage ||
		strings.HasSuffix(string(name), ".storageclass.storage.k8s.io/persistentvolumeclaims") ||
		strings.HasSuffix(string(name), ".storageclass.storage.k8s.io/requests.storage")
}

// podSums holds every ResourceQuota against what the pods of its namespace take.
func (n *namespace) podSums(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		pods := sums{quota: q}
		for _, name := range names(q.Value.Spec.Hard) {
			if isPodResource(name) {
				result.Decide(q.hard(name))
				pods.judge(name, n.podParts(q.Value, name))
			}
		}
		pods.report(result)
	}
}

// claimSums holds every ResourceQuota against what the claims of its namespace take. A quota with a scope counts pods only.
func (n *namespace) claimSums(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		for _, name := range names(q.Value.Spec.Hard) {
			if isClaimResource(name) && !isPodResource(name) && !isScoped(q.Value) {
				result.Decide(q.hard(name))
				alone := sums{quota: q}
				alone.judge(name, claimParts(n.allClaims, name))
				alone.report(result)
			}
		}
	}
}

// sums are the resources of one quota that are exceeded: always, or while everything rolls out. They are one finding each,
// because it is mostly one workload that takes too much of several resources.
type sums struct {
	quota           *quota
	always, rolling exceedance
	// stalls says that the first of always is a rollout that cannot go on.
	stalls bool
}

// exceedance is the list of sums that are too large, and the first resource of them.
type exceedance struct {
	name corev1.ResourceName
	sums []string
}

func (e *exceedance) add(name corev1.ResourceName, format string, args ...any) {
	if len(e.sums) == 0 {
		e.name = name
	}
	e.sums = append(e.sums, fmt.Sprintf(format, args...))
}

// judge adds a sum that exceeds the quota: at once, in a rollout that then cannot go on, or if all rollouts meet.
func (s *sums) judge(name corev1.ResourceName, ps parts) {
	hard := s.quota.Value.Spec.Hard[name]
	steady := ps.sum(part.steady)
	if steady.Cmp(hard) > 0 {
		s.always.add(name, "%s: %s of %s: %s", name, steady.String(), hard.String(), ps)
		return
	}
	free := hard.DeepCopy()
	free.Sub(steady)
	for _, p := range ps {
		if p.count.blocks && p.each.Cmp(free) > 0 {
			s.stalls = s.stalls || len(s.always.sums) == 0
			s.always.add(name, "%s: %s of %s: %s; that leaves %s, and a rollout of %s must create one pod of %s before it may remove any",
				name, steady.String(), hard.String(), ps, free.String(), p.name, p.each.String())
			return
		}
	}
	surge := ps.sum(part.surge)
	if surge.Cmp(free) > 0 {
		total := steady.DeepCopy()
		total.Add(surge)
		s.rolling.add(name, "%s: %s of %s: %s; surge: %s", name, total.String(), hard.String(), ps, surges(ps))
	}
}

func (s *sums) report(result *verdict.Result) {
	f := finding.Finding{Code: finding.QuotaExceeded, Severity: finding.Error, Fix: "raise the quota, or lower replicas or requests"}
	if len(s.always.sums) > 0 {
		f.Field, f.Message = hardField(s.always.name), strings.Join(s.always.sums, "; ")
		if s.stalls {
			f.Fix = "raise the quota, or let the rollout remove pods first with maxUnavailable"
		}
		if strings.HasSuffix(string(s.always.name), "persistentvolumeclaims") {
			f.Code = finding.CountExceeded
		}
		about(result, s.quota.Object, f)
	}
	if len(s.rolling.sums) > 0 {
		f.Code, f.Severity, f.Field = finding.QuotaExceeded, finding.Warning, hardField(s.rolling.name)
		f.Message = "while everything rolls out at full scale, " + strings.Join(s.rolling.sums, "; ")
		f.Fix = "raise the quota; otherwise pods are refused meanwhile and the rollouts take longer"
		about(result, s.quota.Object, f)
	}
}

// surges lists how many pods rollouts add.
func surges(ps parts) parts {
	var added parts
	for _, p := range ps {
		if p.count.surge > 0 {
			added = append(added, part{name: p.name, each: p.each, count: podCount{steady: p.count.surge}, counts: p.counts})
		}
	}
	return added
}

// mustBeSet are the resources that every container must set where a quota counts them.
func mustBeSet(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory,
		corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory:
		return true
	}
	return false
}

// missingRequests reports workloads whose containers do not set what a quota counts.
func (n *namespace) missingRequests(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		var required []corev1.ResourceName
		for _, name := range names(q.Value.Spec.Hard) {
			if mustBeSet(name) {
				required = append(required, name)
			}
		}
		for _, w := range n.workloads {
			if len(required) == 0 || w.hasPodLevel() || !inScope(q.Value, w.pod) {
				continue
			}
			if field, lacking := w.lacking(required); len(lacking) > 0 {
				about(result, w.Object, finding.Finding{
					Code: finding.RequestMissing, Severity: finding.Error, Field: field,
					Message: fmt.Sprintf("%s, and no LimitRange fills it in; ResourceQuota %q counts it, "+
						"so that the API server refuses the pods", strings.Join(lacking, "; "), q.Name),
					Fix: "set it in the container, or as a default in a LimitRange",
				})
			}
		}
	}
}

// lacking says which of the resources each container does not set, and where the first of these is.
func (w *workload) lacking(required []corev1.ResourceName) (field fieldpath.Path, lacking []string) {
	for _, c := range w.resourced() {
		set := usageOf(c.effective.Requests, c.effective.Limits)
		var missing []string
		for _, name := range required {
			if _, found := set[name]; !found {
				missing = append(missing, string(name))
			}
		}
		if len(missing) > 0 {
			lacking = append(lacking, fmt.Sprintf("container %q sets no %s", c.Name, strings.Join(missing, ", ")))
			field = cmp.Or(field, c.Path.Child("resources"))
		}
	}
	return field, lacking
}
