package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/wellknown"
)

// podSecurityLabel starts the labels that the API server's Pod Security admission reads.
const podSecurityLabel = "pod-security.kubernetes.io/"

func (c component) namespace() Object {
	labels := with(c.Labels, c.labels())
	labels[podSecurityLabel+"enforce"] = string(c.PodSecurity.Enforce)
	labels[podSecurityLabel+"warn"] = string(c.PodSecurity.Warn)
	labels[podSecurityLabel+"audit"] = string(c.PodSecurity.Audit)
	for mode, version := range map[string]string{
		"enforce": c.PodSecurity.EnforceVersion, "warn": c.PodSecurity.WarnVersion, "audit": c.PodSecurity.AuditVersion,
	} {
		if version != "" {
			labels[podSecurityLabel+mode+"-version"] = version
		}
	}
	annotations := c.Annotations
	if c.Protect {
		annotations = wellknown.Protected(annotations)
	}
	return &Manifest[struct{}]{
		TypeMeta:   typeMeta("v1", "Namespace"),
		ObjectMeta: metav1.ObjectMeta{Name: c.Namespace, Labels: labels, Annotations: annotations},
	}
}
