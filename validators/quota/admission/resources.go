package admission

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// IsOfPods reports whether a quota charges pods for a resource.
func IsOfPods(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourcePods, "count/pods", corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage,
		corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceRequestsEphemeralStorage,
		corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory, corev1.ResourceLimitsEphemeralStorage:
		return true
	case corev1.ResourceRequestsStorage:
		return false
	}
	requested, isRequest := strings.CutPrefix(string(name), "requests.")
	return isHugePages(name) || isRequest &&
		(isHugePages(corev1.ResourceName(requested)) || strings.Contains(requested, "/"))
}

// IsOfClaims reports whether a quota charges claims for a resource.
func IsOfClaims(name corev1.ResourceName) bool {
	return name == corev1.ResourcePersistentVolumeClaims || name == "count/persistentvolumeclaims" ||
		name == corev1.ResourceRequestsStorage ||
		strings.HasSuffix(string(name), ".storageclass.storage.k8s.io/persistentvolumeclaims") ||
		strings.HasSuffix(string(name), ".storageclass.storage.k8s.io/requests.storage")
}

// MustBeSet reports whether every container must set a resource where a quota counts it.
func MustBeSet(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory,
		corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory:
		return true
	}
	return false
}

// IsWhole reports whether amounts of a resource have no fractions.
func IsWhole(name corev1.ResourceName) bool {
	switch name {
	case corev1.ResourcePods, corev1.ResourceServices, corev1.ResourceServicesLoadBalancers,
		corev1.ResourceServicesNodePorts,
		corev1.ResourceSecrets, corev1.ResourceConfigMaps, corev1.ResourceQuotas, corev1.ResourceReplicationControllers,
		corev1.ResourcePersistentVolumeClaims:
		return true
	}
	return !isNative(name) && !strings.HasPrefix(string(name), "requests.")
}

// CountedObjects names the objects that an entry of a quota counts; empty where it counts something else. Format:
// deployments.apps, secrets.
func CountedObjects(name corev1.ResourceName) string {
	if resource, found := strings.CutPrefix(string(name), "count/"); found {
		return resource
	}
	switch name {
	case corev1.ResourceConfigMaps, corev1.ResourceSecrets, corev1.ResourceServices,
		corev1.ResourceReplicationControllers,
		corev1.ResourceQuotas:
		return string(name)
	}
	return ""
}

// MayOvercommit reports whether the limit of a resource may be above its request: that of Kubernetes' own resources,
// but for huge pages.
func MayOvercommit(name corev1.ResourceName) bool {
	return isNative(name) && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

func isNative(name corev1.ResourceName) bool {
	return !strings.Contains(string(name), "/") || strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

func isHugePages(name corev1.ResourceName) bool {
	const prefix = corev1.ResourceHugePagesPrefix
	return len(name) > len(prefix) && name[:len(prefix)] == prefix
}

// Names are the resources of the lists, sorted, each once.
func Names(lists ...corev1.ResourceList) []corev1.ResourceName {
	found := map[corev1.ResourceName]bool{}
	for _, list := range lists {
		for name := range list {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
