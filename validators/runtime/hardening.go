package runtime

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// pod holds the pods' security context against the restricted Pod Security Standard.
func (j *judgement) pod(context *corev1.PodSecurityContext) {
	if context == nil {
		context = &corev1.PodSecurityContext{}
	}
	const path = "spec.template.spec.securityContext"
	if !isTrue(context.RunAsNonRoot) {
		j.report(finding.RuntimeWeakened, path+".runAsNonRoot", "must be true")
	}
	if context.RunAsUser != nil && *context.RunAsUser == 0 {
		j.report(finding.RuntimeWeakened, path+".runAsUser", "must not be 0, which is root")
	}
	if context.SeccompProfile == nil || context.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		j.report(finding.RuntimeWeakened, path+".seccompProfile.type", "must be RuntimeDefault")
	}
}

// container holds the runtime's container against the same standard, and wants a file system that cannot be written.
func (j *judgement) container(container objects.Container) {
	context, path := container.SecurityContext, container.Path+".securityContext"
	if context == nil {
		context = &corev1.SecurityContext{}
	}
	if context.AllowPrivilegeEscalation == nil || *context.AllowPrivilegeEscalation {
		j.report(finding.RuntimeWeakened, path+".allowPrivilegeEscalation", "must be false")
	}
	if !isTrue(context.ReadOnlyRootFilesystem) {
		j.report(finding.RuntimeWeakened, path+".readOnlyRootFilesystem", "must be true")
	}
	if context.Capabilities == nil || !slices.Contains(context.Capabilities.Drop, "ALL") || len(context.Capabilities.Add) > 0 {
		j.report(finding.RuntimeWeakened, path+".capabilities", "must drop ALL and add none")
	}
	if context.RunAsNonRoot != nil && !*context.RunAsNonRoot {
		j.report(finding.RuntimeWeakened, path+".runAsNonRoot", "must not be false")
	}
}

func isTrue(value *bool) bool { return value != nil && *value }

// pollInterval is the flag that must be there: as it is written, if it says the same as what is declared, such as 1m0s for 1m.
func pollInterval(args []string, declared time.Duration) string {
	const flag = "--poll-interval="
	for _, arg := range args {
		if text, is := strings.CutPrefix(arg, flag); is {
			if span, err := time.ParseDuration(text); err == nil && span == declared {
				return arg
			}
		}
	}
	return flag + interval(declared)
}

// interval writes a span of time as people do: 1m and not 1m0s.
func interval(span time.Duration) string {
	text := span.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
