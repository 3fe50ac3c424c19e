package admission

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	requirements "k8s.io/component-helpers/resource"
)

// StoredItems are the items of a LimitRange as the API server stores them: it fills in a container's default limit from
// its maximum, and its default request from the default limit or from the minimum.
func StoredItems(items []corev1.LimitRangeItem) []corev1.LimitRangeItem {
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

// StoredPod is a pod of the template as the API server stores it, in a namespace with LimitRanges of these items, which
// are ordered by the name of their LimitRange. It fills in requests from limits, then requests of the pod as a whole,
// then the defaults of the items. The template is not changed, and shares all but its resources with the pod.
func StoredPod(template *corev1.PodTemplateSpec, items []corev1.LimitRangeItem) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Spec.Containers = slices.Clone(pod.Spec.Containers)
	pod.Spec.InitContainers = slices.Clone(pod.Spec.InitContainers)
	each := func(change func(*corev1.ResourceRequirements)) {
		for i := range pod.Spec.Containers {
			change(&pod.Spec.Containers[i].Resources)
		}
		for i := range pod.Spec.InitContainers {
			change(&pod.Spec.InitContainers[i].Resources)
		}
	}
	each(func(r *corev1.ResourceRequirements) { r.Requests = withMissing(r.Requests, r.Limits) })
	defaultPodLevel(pod)
	for _, item := range items {
		if item.Type == corev1.LimitTypeContainer {
			each(func(r *corev1.ResourceRequirements) {
				r.Limits = withMissing(r.Limits, item.Default)
				r.Requests = withMissing(r.Requests, item.DefaultRequest)
			})
		}
	}
	return pod
}

// defaultPodLevel fills in the requests of a pod that has limits as a whole: what its containers request or, where none
// requests the resource, the limit.
func defaultPodLevel(pod *corev1.Pod) {
	if pod.Spec.Resources == nil || len(pod.Spec.Resources.Limits) == 0 {
		return
	}
	filled := *pod.Spec.Resources
	requested := requirements.AggregateContainerRequests(pod, requirements.PodResourcesOptions{})
	supported := corev1.ResourceList{}
	for name, quantity := range requested {
		if requirements.IsSupportedPodLevelResource(name) && MayOvercommit(name) {
			supported[name] = quantity
		}
	}
	filled.Requests = withMissing(filled.Requests, supported)
	for name, quantity := range filled.Limits {
		if requirements.IsSupportedPodLevelResource(name) {
			filled.Requests = withMissing(filled.Requests, corev1.ResourceList{name: quantity})
		}
	}
	pod.Spec.Resources = &filled
}
