package generators

import (
	corev1 "k8s.io/api/core/v1"
)

func (c component) resourceQuota() Object {
	if len(c.Quota) == 0 {
		return nil
	}
	return &Manifest[corev1.ResourceQuotaSpec]{
		TypeMeta:   typeMeta("v1", "ResourceQuota"),
		ObjectMeta: c.meta(c.Namespace + "-quota"),
		Spec:       corev1.ResourceQuotaSpec{Hard: c.Quota},
	}
}

func (c component) limitRange() Object {
	if len(c.Limits) == 0 {
		return nil
	}
	return &corev1.LimitRange{
		TypeMeta:   typeMeta("v1", "LimitRange"),
		ObjectMeta: c.meta(c.Namespace + "-limits"),
		Spec:       corev1.LimitRangeSpec{Limits: c.Limits},
	}
}
