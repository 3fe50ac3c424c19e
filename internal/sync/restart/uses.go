package restart

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Uses are the names of the Secrets that a pod consumes, sorted: as environment, as volumes and for its images.
func Uses(pod *corev1.PodSpec) []string {
	var names []string
	for i := range pod.Volumes {
		names = append(names, ofVolume(&pod.Volumes[i].VolumeSource)...)
	}
	for i := range pod.InitContainers {
		names = append(names, ofEnvironment(pod.InitContainers[i].Env, pod.InitContainers[i].EnvFrom)...)
	}
	for i := range pod.Containers {
		names = append(names, ofEnvironment(pod.Containers[i].Env, pod.Containers[i].EnvFrom)...)
	}
	for _, image := range pod.ImagePullSecrets {
		names = append(names, image.Name)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

func ofEnvironment(env []corev1.EnvVar, from []corev1.EnvFromSource) []string {
	var names []string
	for _, variable := range env {
		if variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil {
			names = append(names, variable.ValueFrom.SecretKeyRef.Name)
		}
	}
	for _, source := range from {
		if source.SecretRef != nil {
			names = append(names, source.SecretRef.Name)
		}
	}
	return names
}

// ofVolume are the Secrets of a volume, which has one source: those that it shows, and those that it is mounted with.
func ofVolume(v *corev1.VolumeSource) []string {
	switch {
	case v.Secret != nil:
		return []string{v.Secret.SecretName}
	case v.AzureFile != nil:
		return []string{v.AzureFile.SecretName}
	case v.Projected != nil:
		var names []string
		for _, source := range v.Projected.Sources {
			if source.Secret != nil {
				names = append(names, source.Secret.Name)
			}
		}
		return names
	}
	if mountedWith := credential(v); mountedWith != nil {
		return []string{mountedWith.Name}
	}
	return nil
}

// credential is what a volume is mounted with; nil where that is nothing.
func credential(v *corev1.VolumeSource) *corev1.LocalObjectReference {
	switch {
	case v.CSI != nil:
		return v.CSI.NodePublishSecretRef
	case v.ISCSI != nil:
		return v.ISCSI.SecretRef
	case v.RBD != nil:
		return v.RBD.SecretRef
	case v.CephFS != nil:
		return v.CephFS.SecretRef
	case v.Cinder != nil:
		return v.Cinder.SecretRef
	case v.FlexVolume != nil:
		return v.FlexVolume.SecretRef
	case v.ScaleIO != nil:
		return v.ScaleIO.SecretRef
	case v.StorageOS != nil:
		return v.StorageOS.SecretRef
	}
	return nil
}
