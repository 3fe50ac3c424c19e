package sandbox

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Standards evaluates pods against the Pod Security Standards as the API server does, without the settings that
// [Escapes] lists.
type Standards struct{ evaluator policy.Evaluator }

// NewStandards takes the rules of the library.
func NewStandards() *Standards {
	listed := []policy.CheckID{"privileged", "hostNamespaces", "hostPathVolumes", "windowsHostProcess", "procMount",
		"procMount_restricted"}
	checks := slices.DeleteFunc(policy.DefaultChecks(),
		func(c policy.Check) bool { return slices.Contains(listed, c.ID) })
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		// The checks are the library's own.
		panic("sandbox: the checks of the Pod Security Standards do not fit together: " + err.Error())
	}
	return &Standards{evaluator: evaluator}
}

// Refusals are the reasons for which the API server refuses the pods of a template.
func (s *Standards) Refusals(level api.LevelVersion, template *corev1.PodTemplateSpec) []string {
	pod := withoutEscapes(template)
	var reasons []string
	for _, result := range s.evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			reasons = append(reasons, strings.TrimSpace(result.ForbiddenReason+" ("+result.ForbiddenDetail+")"))
		}
	}
	return reasons
}

// withoutEscapes is a pod without the settings that Escapes lists and that share a check of the library with others.
func withoutEscapes(template *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	pod := *template
	pod.Spec.Volumes = slices.DeleteFunc(slices.Clone(pod.Spec.Volumes),
		func(v corev1.Volume) bool { return v.HostPath != nil })
	pod.Spec.Containers = slices.Clone(pod.Spec.Containers)
	pod.Spec.InitContainers = slices.Clone(pod.Spec.InitContainers)
	pod.Spec.EphemeralContainers = slices.Clone(pod.Spec.EphemeralContainers)
	for i := range pod.Spec.Containers {
		removeDangerousCapabilities(&pod.Spec.Containers[i].SecurityContext)
	}
	for i := range pod.Spec.InitContainers {
		removeDangerousCapabilities(&pod.Spec.InitContainers[i].SecurityContext)
	}
	for i := range pod.Spec.EphemeralContainers {
		removeDangerousCapabilities(&pod.Spec.EphemeralContainers[i].SecurityContext)
	}
	return &pod
}

// removeDangerousCapabilities replaces a context that adds any.
func removeDangerousCapabilities(context **corev1.SecurityContext) {
	old := *context
	if old == nil || old.Capabilities == nil || !slices.ContainsFunc(old.Capabilities.Add, isListed) {
		return
	}
	changed, capabilities := *old, *old.Capabilities
	capabilities.Add = slices.DeleteFunc(slices.Clone(capabilities.Add), isListed)
	changed.Capabilities = &capabilities
	*context = &changed
}

// Enforced is what the labels of a namespace have the API server enforce; the zero value where they are none that it
// takes.
func Enforced(labels map[string]string) api.LevelVersion {
	level, err := api.ParseLevel(labels[api.EnforceLevelLabel])
	if err != nil {
		return api.LevelVersion{}
	}
	version, err := api.ParseVersion(cmp.Or(labels[api.EnforceVersionLabel], api.VersionLatest))
	if err != nil {
		return api.LevelVersion{}
	}
	return api.LevelVersion{Level: level, Version: version}
}

// Restricts reports whether a level refuses any pod.
func Restricts(level api.Level) bool {
	return level == api.LevelBaseline || level == api.LevelRestricted
}

// NewestRule is the newest version in which a standard became stricter. Later ones only allow more. Facts:
// docs/facts.md, "Versions of the Pod Security Standards".
func NewestRule() api.Version { return api.MajorMinorVersion(1, 34) }
