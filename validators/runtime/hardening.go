package runtime

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

// podRequirements are those of the restricted Pod Security Standard for a pod.
func podRequirements(at fieldpath.Path, context *corev1.PodSecurityContext) requirements {
	if context == nil {
		context = &corev1.PodSecurityContext{}
	}
	isDefault := context.SeccompProfile != nil && context.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault
	isRoot := context.RunAsUser != nil && *context.RunAsUser == 0
	return requirements{
		{at.Child("runAsNonRoot"), finding.RuntimeWeakened, unless(isTrue(context.RunAsNonRoot), "must be true")},
		{at.Child("runAsUser"), finding.RuntimeWeakened, unless(!isRoot, "must not be 0, which is root")},
		{at.Child("seccompProfile", "type"), finding.RuntimeWeakened, unless(isDefault, "must be RuntimeDefault")},
	}
}

// containerRequirements are those of the same standard for a container, and a file system that cannot be written.
func containerRequirements(at fieldpath.Path, context *corev1.SecurityContext) requirements {
	if context == nil {
		context = &corev1.SecurityContext{}
	}
	capabilities := context.Capabilities
	hasNone := capabilities != nil && slices.Contains(capabilities.Drop, "ALL") && len(capabilities.Add) == 0
	noEscalation, readOnly := isFalse(context.AllowPrivilegeEscalation), isTrue(context.ReadOnlyRootFilesystem)
	return requirements{
		{at.Child("allowPrivilegeEscalation"), finding.RuntimeWeakened, unless(noEscalation, "must be false")},
		{at.Child("readOnlyRootFilesystem"), finding.RuntimeWeakened, unless(readOnly, "must be true")},
		{at.Child("capabilities"), finding.RuntimeWeakened, unless(hasNone, "must drop ALL and add none")},
		{at.Child("runAsNonRoot"), finding.RuntimeWeakened,
			unless(!isFalse(context.RunAsNonRoot), "must not be false")},
	}
}

func isTrue(value *bool) bool { return value != nil && *value }

func isFalse(value *bool) bool { return value != nil && !*value }
