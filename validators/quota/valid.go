package quota

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// quota is a ResourceQuota.
type quota struct {
	objects.Typed[corev1.ResourceQuota]

	// problems are the reasons for which the API server refuses it.
	problems []problem
}

func newQuota(o objects.Typed[corev1.ResourceQuota]) quota { return quota{o, quotaProblems(o.Value)} }

// hard is the subject of one resource of the quota.
func (q *quota) hard(name corev1.ResourceName) verdict.Subject {
	return verdict.Subject{Object: q.Object, Field: hardField(name)}
}

func hardField(name corev1.ResourceName) fieldpath.Path {
	return fieldpath.Of("spec", "hard", string(name))
}

// validQuotas are the ResourceQuotas that the API server takes.
func (n *namespace) validQuotas() []*quota {
	var valid []*quota
	for i := range n.quotas {
		if len(n.quotas[i].problems) == 0 {
			valid = append(valid, &n.quotas[i])
		}
	}
	return valid
}

// invalidQuotas reports ResourceQuotas that the API server refuses.
func (n *namespace) invalidQuotas(result *verdict.Result) {
	for i := range n.quotas {
		q := &n.quotas[i]
		result.Decide(verdict.Subject{Object: q.Object})
		for _, p := range q.problems {
			about(result, q.Object, finding.Finding{
				Code: finding.InvalidQuota, Severity: finding.Error, Field: p.field, Message: p.message, Fix: p.fix,
			})
		}
	}
}

// quotaProblems are the reasons for which the API server refuses a ResourceQuota.
func quotaProblems(quota *corev1.ResourceQuota) []problem {
	var found []problem
	refuse := func(field fieldpath.Path, message, fix string) { found = append(found, problem{field, message, fix}) }
	for _, name := range names(quota.Spec.Hard) {
		hard := quota.Spec.Hard[name]
		field := hardField(name)
		switch {
		case !strings.Contains(string(name), "/") && !standardResource(name):
			refuse(field, fmt.Sprintf("%q is no resource of a quota", name), "correct the name, as in requests.cpu")
		case hard.Sign() < 0:
			refuse(field, fmt.Sprintf("%s is %s, must not be negative", name, hard.String()), "correct the amount")
		case isWhole(name) && hard.MilliValue()%1000 != 0:
			refuse(field, fmt.Sprintf("%s is %s, must be a whole number", name, hard.String()), "correct the amount")
		}
	}
	for _, pair := range [][2]corev1.ResourceQuotaScope{
		{corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort},
		{corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating},
	} {
		if hasScope(quota, pair[0]) && hasScope(quota, pair[1]) {
			refuse(fieldpath.Of("spec", "scopes"),
				fmt.Sprintf("the scopes %s and %s exclude each other", pair[0], pair[1]), "remove one of them")
		}
	}
	for _, requirement := range requirementsOf(quota) {
		for _, name := range names(quota.Spec.Hard) {
			if standardResource(name) && !validInScope(requirement.ScopeName, name) {
				refuse(hardField(name),
					fmt.Sprintf("a quota with the scope %s must not count %s", requirement.ScopeName, name),
					"move it to a ResourceQuota without the scope")
			}
		}
	}
	return found
}

func hasScope(quota *corev1.ResourceQuota, scope corev1.ResourceQuotaScope) bool {
	is := func(r corev1.ScopedResourceSelectorRequirement) bool { return r.ScopeName == scope }
	return slices.ContainsFunc(requirementsOf(quota), is)
}

// standardResource knows the resources of quotas whose name has no slash.
func standardResource(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceServices, corev1.ResourceServicesLoadBalancers, corev1.ResourceServicesNodePorts, corev1.ResourceSecrets,
		corev1.ResourceConfigMaps, corev1.ResourceQuotas, corev1.ResourceReplicationControllers,
		corev1.ResourcePersistentVolumeClaims, corev1.ResourceRequestsStorage:
		return true
	}
	return isPodResource(name) && !strings.Contains(string(name), "/")
}

// isWhole says whether amounts of the resource have no fractions.
func isWhole(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourcePods, corev1.ResourceServices, corev1.ResourceServicesLoadBalancers, corev1.ResourceServicesNodePorts,
		corev1.ResourceSecrets, corev1.ResourceConfigMaps, corev1.ResourceQuotas, corev1.ResourceReplicationControllers,
		corev1.ResourcePersistentVolumeClaims:
		return true
	}
	return !isNative(name) && !strings.HasPrefix(string(name), "requests.")
}

func validInScope(scope corev1.ResourceQuotaScope, name corev1.ResourceName) bool {
	switch scope {
	case corev1.ResourceQuotaScopeBestEffort:
		return name == corev1.ResourcePods
	case corev1.ResourceQuotaScopeVolumeAttributesClass:
		return name == corev1.ResourcePersistentVolumeClaims || name == corev1.ResourceRequestsStorage
	}
	return name == corev1.ResourcePods || mustBeSet(name)
}
