package admission

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	requirements "k8s.io/component-helpers/resource"
)

var one = resource.MustParse("1")

// PodUsage is what one pod takes of each resource of a quota.
func PodUsage(pod *corev1.Pod) corev1.ResourceList {
	options := requirements.PodResourcesOptions{}
	list := Usage(requirements.PodRequests(pod, options), requirements.PodLimits(pod, options))
	list[corev1.ResourcePods], list["count/pods"] = one, one
	return list
}

// Usage is what requests and limits take of each resource of a quota. A resource that has neither is not in it.
func Usage(requests, limits corev1.ResourceList) corev1.ResourceList {
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

// ClaimClass is the storage class of a claim; empty for the default of the cluster.
func ClaimClass(annotations map[string]string, spec *corev1.PersistentVolumeClaimSpec) string {
	if class, found := annotations[corev1.BetaStorageClassAnnotation]; found {
		return class
	}
	if spec.StorageClassName != nil {
		return *spec.StorageClassName
	}
	return ""
}

// ClaimUsage is what one claim of a storage class takes of each resource of a quota.
func ClaimUsage(class string, spec *corev1.PersistentVolumeClaimSpec) corev1.ResourceList {
	const suffix = ".storageclass.storage.k8s.io/"
	list := corev1.ResourceList{corev1.ResourcePersistentVolumeClaims: one, "count/persistentvolumeclaims": one}
	storage, requested := spec.Resources.Requests[corev1.ResourceStorage]
	if requested {
		storage.RoundUp(0)
		list[corev1.ResourceRequestsStorage] = storage
	}
	if class != "" {
		list[corev1.ResourceName(class+suffix)+corev1.ResourcePersistentVolumeClaims] = one
		if requested {
			list[corev1.ResourceName(class+suffix)+corev1.ResourceRequestsStorage] = storage
		}
	}
	return list
}

// PodResources are what a pod requests and limits as a whole, as LimitRanges see it: without the overhead of its
// runtime.
func PodResources(pod *corev1.Pod) (requests, limits corev1.ResourceList) {
	options := requirements.PodResourcesOptions{ExcludeOverhead: true}
	return requirements.PodRequests(pod, options), requirements.PodLimits(pod, options)
}

// HasPodResources reports whether a pod requests or limits resources as a whole: its containers then need not.
func HasPodResources(pod *corev1.Pod) bool { return requirements.IsPodLevelResourcesSet(pod) }
