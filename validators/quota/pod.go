package quota

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	requirements "k8s.io/component-helpers/resource"

	"cloison.dev/cloison/internal/objects"
)

// workload is a workload with what its pods will be.
type workload struct {
	*objects.Workload
	// pod has the resources that the API server will give the pods. Nothing else of it may be changed.
	pod   *corev1.Pod
	count podCount
	// taken is what one pod takes of a quota's resources; nil where the namespace has no quota.
	taken corev1.ResourceList
}

// hasPodLevel says whether the pod requests or limits resources as a whole: its containers then need not.
func (w *workload) hasPodLevel() bool { return requirements.IsPodLevelResourcesSet(w.pod) }

// effectivePod is a pod of the template with the resources that the API server fills in, in its order: requests from
// limits, requests of the pod as a whole, then the defaults of the LimitRanges.
func effectivePod(template *corev1.PodTemplateSpec, ranges []limitRange) *corev1.Pod {
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
	for _, lr := range ranges {
		for _, item := range lr.items {
			if item.Type == corev1.LimitTypeContainer {
				each(func(r *corev1.ResourceRequirements) {
					r.Limits = withMissing(r.Limits, item.Default)
					r.Requests = withMissing(r.Requests, item.DefaultRequest)
				})
			}
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
		if requirements.IsSupportedPodLevelResource(name) && mayOvercommit(name) {
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

var one = resource.MustParse("1")

// usage is what one pod takes of the quota's resources.
func usage(pod *corev1.Pod) corev1.ResourceList {
	options := requirements.PodResourcesOptions{}
	list := usageOf(requirements.PodRequests(pod, options), requirements.PodLimits(pod, options))
	list[corev1.ResourcePods], list["count/pods"] = one, one
	return list
}

// usageOf names requests and limits as quotas do. A resource that is not there is not counted.
func usageOf(requests, limits corev1.ResourceList) corev1.ResourceList {
	list := corev1.ResourceList{}
	for name, quantity := range requests {
		switch {
		case name == corev1.ResourceCPU || name == corev1.ResourceMemory || name == corev1.ResourceEphemeralStorage:
			list[name], list["requests."+name] = quantity, quantity
		case isHugePages(name):
			list[name], list["requests."+name] = quantity, quantity
		case !isNative(name):
			list["requests."+name] = quantity
		}
	}
	for name, quantity := range limits {
		if name == corev1.ResourceCPU || name == corev1.ResourceMemory || name == corev1.ResourceEphemeralStorage {
			list["limits."+name] = quantity
		}
	}
	return list
}

func isHugePages(name corev1.ResourceName) bool {
	const prefix = corev1.ResourceHugePagesPrefix
	return len(name) > len(prefix) && name[:len(prefix)] == prefix
}

// isBestEffort says whether nothing of the pod requests or limits CPU or memory. Where the pod has resources as a whole, even
// none, the API server looks at no others.
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
