package generators

import (
	corev1 "k8s.io/api/core/v1"
)

// defaultServiceAccount mounts no API token into pods that name no service account.
func (c component) defaultServiceAccount() Object {
	return &corev1.ServiceAccount{
		TypeMeta:                     typeMeta("v1", "ServiceAccount"),
		ObjectMeta:                   c.meta("default"),
		AutomountServiceAccountToken: new(false),
	}
}
