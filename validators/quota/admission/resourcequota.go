package admission

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
)

// QuotaRefusals are the reasons for which the API server refuses a ResourceQuota.
func QuotaRefusals(quota *corev1.ResourceQuota) []Refusal {
	var found []Refusal
	refuse := func(field fieldpath.Path, message, fix string) { found = append(found, Refusal{field, message, fix}) }
	for _, name := range Names(quota.Spec.Hard) {
		hard := quota.Spec.Hard[name]
		field := HardField(name)
		switch {
		case !strings.Contains(string(name), "/") && !standardResource(name):
			refuse(field, fmt.Sprintf("%q is no resource of a quota", name), "correct the name, as in requests.cpu")
		case hard.Sign() < 0:
			refuse(field, fmt.Sprintf("%s is %s, must not be negative", name, hard.String()), "correct the amount")
		case IsWhole(name) && hard.MilliValue()%1000 != 0:
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
		for _, name := range Names(quota.Spec.Hard) {
			if standardResource(name) && !validInScope(requirement.ScopeName, name) {
				refuse(HardField(name),
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

// standardResource reports whether a resource without a slash in its name is one that quotas count.
func standardResource(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceServices, corev1.ResourceServicesLoadBalancers, corev1.ResourceServicesNodePorts,
		corev1.ResourceSecrets,
		corev1.ResourceConfigMaps, corev1.ResourceQuotas, corev1.ResourceReplicationControllers,
		corev1.ResourcePersistentVolumeClaims, corev1.ResourceRequestsStorage:
		return true
	}
	return IsOfPods(name) && !strings.Contains(string(name), "/")
}

// validInScope reports whether a quota with the scope may count a standard resource.
func validInScope(scope corev1.ResourceQuotaScope, name corev1.ResourceName) bool {
	switch scope {
	case corev1.ResourceQuotaScopeBestEffort:
		return name == corev1.ResourcePods
	case corev1.ResourceQuotaScopeVolumeAttributesClass:
		return name == corev1.ResourcePersistentVolumeClaims || name == corev1.ResourceRequestsStorage
	}
	return name == corev1.ResourcePods || MustBeSet(name)
}

// HardField is where a ResourceQuota has its amount of a resource.
func HardField(name corev1.ResourceName) fieldpath.Path {
	return fieldpath.Of("spec", "hard", string(name))
}
