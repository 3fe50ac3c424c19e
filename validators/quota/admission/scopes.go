package admission

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// IsScoped reports whether a quota counts some pods only, and nothing else.
func IsScoped(quota *corev1.ResourceQuota) bool { return len(requirementsOf(quota)) > 0 }

// requirementsOf are the scopes of a quota; all must hold.
func requirementsOf(quota *corev1.ResourceQuota) []corev1.ScopedResourceSelectorRequirement {
	var found []corev1.ScopedResourceSelectorRequirement
	for _, scope := range quota.Spec.Scopes {
		found = append(found, corev1.ScopedResourceSelectorRequirement{ScopeName: scope,
			Operator: corev1.ScopeSelectorOpExists})
	}
	if quota.Spec.ScopeSelector != nil {
		found = append(found, quota.Spec.ScopeSelector.MatchExpressions...)
	}
	return found
}

// Counts reports whether a quota counts a pod.
func Counts(quota *corev1.ResourceQuota, pod *corev1.Pod) bool {
	for _, requirement := range requirementsOf(quota) {
		if !matchesScope(requirement, pod) {
			return false
		}
	}
	return true
}

func matchesScope(requirement corev1.ScopedResourceSelectorRequirement, pod *corev1.Pod) bool {
	switch requirement.ScopeName {
	case corev1.ResourceQuotaScopeTerminating:
		return isTerminating(pod)
	case corev1.ResourceQuotaScopeNotTerminating:
		return !isTerminating(pod)
	case corev1.ResourceQuotaScopeBestEffort:
		return isBestEffort(pod)
	case corev1.ResourceQuotaScopeNotBestEffort:
		return !isBestEffort(pod)
	case corev1.ResourceQuotaScopePriorityClass:
		return matchesClass(requirement, pod.Spec.PriorityClassName)
	case corev1.ResourceQuotaScopeCrossNamespacePodAffinity:
		return crossesNamespaces(pod)
	}
	return false // a scope that is not of pods
}

// isTerminating looks at the pod's own deadline: that of its Job does not reach the pod.
func isTerminating(pod *corev1.Pod) bool {
	return pod.Spec.ActiveDeadlineSeconds != nil && *pod.Spec.ActiveDeadlineSeconds >= 0
}

func matchesClass(requirement corev1.ScopedResourceSelectorRequirement, class string) bool {
	switch requirement.Operator {
	case corev1.ScopeSelectorOpIn:
		return class != "" && slices.Contains(requirement.Values, class)
	case corev1.ScopeSelectorOpNotIn:
		return class == "" || !slices.Contains(requirement.Values, class)
	case corev1.ScopeSelectorOpDoesNotExist:
		return class == ""
	}
	return class != ""
}

// crossesNamespaces reports whether an affinity of the pod looks into other namespaces.
func crossesNamespaces(pod *corev1.Pod) bool {
	affinity := pod.Spec.Affinity
	if affinity == nil {
		return false
	}
	var terms []corev1.PodAffinityTerm
	add := func(required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		terms = append(terms, required...)
		for _, weighted := range preferred {
			terms = append(terms, weighted.PodAffinityTerm)
		}
	}
	if a := affinity.PodAffinity; a != nil {
		add(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := affinity.PodAntiAffinity; a != nil {
		add(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	return slices.ContainsFunc(terms, func(t corev1.PodAffinityTerm) bool {
		return len(t.Namespaces) > 0 || t.NamespaceSelector != nil
	})
}

// isBestEffort reports whether nothing of the pod requests or limits CPU or memory. Where the pod has resources as a
// whole, even none, the API server looks at no others.
func isBestEffort(pod *corev1.Pod) bool {
	var lists []corev1.ResourceList
	if pod.Spec.Resources != nil {
		lists = append(lists, pod.Spec.Resources.Requests, pod.Spec.Resources.Limits)
	} else {
		for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
			for i := range containers {
				lists = append(lists, containers[i].Resources.Requests, containers[i].Resources.Limits)
			}
		}
	}
	for _, list := range lists {
		if list.Cpu().Sign() > 0 || list.Memory().Sign() > 0 {
			return false
		}
	}
	return true
}
