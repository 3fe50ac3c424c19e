package quota

import (
	"cmp"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// podSums holds every ResourceQuota against what the pods of its namespace take.
func (n *namespace) podSums(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		pods := sums{quota: q}
		for _, name := range admission.Names(q.Value.Spec.Hard) {
			if admission.IsOfPods(name) {
				result.Decide(q.hard(name))
				pods.judge(name, n.podShares(q.Value, name))
			}
		}
		pods.addTo(result)
	}
}

// claimSums holds every ResourceQuota against what the claims of its namespace take. A quota with a scope counts pods
// only.
func (n *namespace) claimSums(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		for _, name := range admission.Names(q.Value.Spec.Hard) {
			if admission.IsOfClaims(name) && !admission.IsOfPods(name) && !admission.IsScoped(q.Value) {
				result.Decide(q.hard(name))
				alone := sums{quota: q}
				alone.judge(name, claimShares(n.allClaims, name))
				alone.addTo(result)
			}
		}
	}
}

// sums are the resources of one quota that are exceeded: always, or while everything rolls out. They are one finding
// each, because it is mostly one workload that takes too much of several resources.
type sums struct {
	quota           *quota
	always, rolling exceedance
	// stalls is set where the first of always is a rollout that cannot go on.
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
func (s *sums) judge(name corev1.ResourceName, ps shares) {
	hard := s.quota.Value.Spec.Hard[name]
	steady := ps.sum(share.steady)
	if steady.Cmp(hard) > 0 {
		s.always.add(name, "%s: %s of %s: %s", name, steady.String(), hard.String(), ps)
		return
	}
	free := hard.DeepCopy()
	free.Sub(steady)
	for _, p := range ps {
		if p.count.blocks && p.each.Cmp(free) > 0 {
			s.stalls = s.stalls || len(s.always.sums) == 0
			s.always.add(name, "%s: %s of %s: %s; that leaves %s, and a rollout of %s must create one pod of %s "+
				"before it may remove any",
				name, steady.String(), hard.String(), ps, free.String(), p.name, p.each.String())
			return
		}
	}
	surge := ps.sum(share.surge)
	if surge.Cmp(free) > 0 {
		total := steady.DeepCopy()
		total.Add(surge)
		s.rolling.add(name, "%s: %s of %s: %s; surge: %s", name, total.String(), hard.String(), ps, surges(ps))
	}
}

// addTo adds the findings about the sums.
func (s *sums) addTo(result *verdict.Result) {
	f := finding.Finding{Code: finding.QuotaExceeded, Severity: finding.Error,
		Fix: "raise the quota, or lower replicas or requests"}
	if len(s.always.sums) > 0 {
		f.Field, f.Message = admission.HardField(s.always.name), strings.Join(s.always.sums, "; ")
		if s.stalls {
			f.Fix = "raise the quota, or let the rollout remove pods first with maxUnavailable"
		}
		if countsClaims(s.always.name) {
			f.Code = finding.CountExceeded
		}
		about(result, s.quota.Object, f)
	}
	if len(s.rolling.sums) > 0 {
		f.Code, f.Severity, f.Field = finding.QuotaExceeded, finding.Warning, admission.HardField(s.rolling.name)
		f.Message = "while everything rolls out at full scale, " + strings.Join(s.rolling.sums, "; ")
		f.Fix = "raise the quota; otherwise pods are refused meanwhile and the rollouts take longer"
		about(result, s.quota.Object, f)
	}
}

// surges lists how many pods rollouts add.
func surges(ps shares) shares {
	var added shares
	for _, p := range ps {
		if p.count.surge > 0 {
			added = append(added, share{name: p.name, each: p.each, count: podCount{steady: p.count.surge},
				counts: p.counts})
		}
	}
	return added
}

// missingRequests reports workloads whose containers do not set what a quota counts.
func (n *namespace) missingRequests(result *verdict.Result) {
	for _, q := range n.validQuotas() {
		var required []corev1.ResourceName
		for _, name := range admission.Names(q.Value.Spec.Hard) {
			if admission.MustBeSet(name) {
				required = append(required, name)
			}
		}
		for _, w := range n.workloads {
			if len(required) == 0 || admission.HasPodResources(w.pod) || !admission.Counts(q.Value, w.pod) {
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

// lacking lists the resources that each container does not set, and the field where the first of them belongs.
func (w *workload) lacking(required []corev1.ResourceName) (field fieldpath.Path, lacking []string) {
	for _, c := range w.resourced() {
		set := admission.Usage(c.effective.Requests, c.effective.Limits)
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
