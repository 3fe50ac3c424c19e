package pods

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// enforced is what the namespace's labels have the API server enforce; the zero value where that is not known.
func (p *part) enforced() api.LevelVersion {
	if p.namespace == nil {
		return api.LevelVersion{}
	}
	level, err := api.ParseLevel(p.namespace.Labels[api.EnforceLevelLabel])
	if err != nil {
		return api.LevelVersion{}
	}
	version, err := api.ParseVersion(latestIfEmpty(p.namespace.Labels[api.EnforceVersionLabel]))
	if err != nil {
		return api.LevelVersion{}
	}
	return api.LevelVersion{Level: level, Version: version}
}

func latestIfEmpty(version string) string {
	if version == "" {
		return api.VersionLatest
	}
	return version
}

// judgePodSecurity judges the namespace's labels of the Pod Security Standards, and the pods that they refuse.
func (c *checker) judgePodSecurity(p *part) {
	if p.namespace == nil {
		return // that it is missing is a finding of family K
	}
	declared := spec.PodSecurity{}
	if p.Plan != nil {
		declared = p.Plan.PodSecurity
	}
	for _, mode := range []struct {
		name, level, version string
		declared             spec.PodSecurityLevel
	}{
		{"enforce", api.EnforceLevelLabel, api.EnforceVersionLabel, declared.Enforce},
		{"warn", api.WarnLevelLabel, api.WarnVersionLabel, declared.Warn},
		{"audit", api.AuditLevelLabel, api.AuditVersionLabel, declared.Audit},
	} {
		if c.judgeLevel(p, mode.name, mode.level, api.Level(mode.declared)) {
			c.judgeVersion(p, mode.version)
		}
	}
	if level := p.enforced(); level.Level == api.LevelBaseline || level.Level == api.LevelRestricted {
		c.judgeRefusals(p, level)
	}
}

// judgeLevel judges the level of one mode, and says whether it is one that refuses something.
func (c *checker) judgeLevel(p *part, mode, label string, declared api.Level) bool {
	text, found := p.namespace.Labels[label]
	f := finding.Finding{
		Code: finding.PodSecurityWeak, Severity: finding.Error, Field: objects.Field("metadata.labels", label),
		Fix: fmt.Sprintf("label the namespace %s: %s", label, cmpLevel(declared)),
	}
	level, err := api.ParseLevel(text)
	switch {
	case found && err != nil:
		f.Message = fmt.Sprintf("the level is %q, must be privileged, baseline or restricted", text)
	case declared != "" && api.CompareLevels(levelOf(level, found), declared) < 0:
		if mode != "enforce" {
			f.Severity = finding.Warning
		}
		is := "not set"
		if found {
			is = fmt.Sprintf("%q", level)
		}
		f.Message = fmt.Sprintf("the Pod Security Standard to %s is %s, must be %q or stricter as component %q declares",
			mode, is, declared, p.Name)
	case declared == "" && mode == "enforce" && (!found || level == api.LevelPrivileged):
		f.Severity = finding.Warning
		f.Message = "the namespace enforces no Pod Security Standard, so that its pods may take over their nodes"
		if found {
			f.Message = fmt.Sprintf("the Pod Security Standard to enforce is %q, which forbids nothing, so that pods may take over their nodes", level)
		}
	default:
		return found && level != api.LevelPrivileged
	}
	c.about(p.namespace.Object, f)
	return false
}

// levelOf is privileged where there is none, as the API server has it.
func levelOf(level api.Level, found bool) api.Level {
	if !found {
		return api.LevelPrivileged
	}
	return level
}

func cmpLevel(declared api.Level) string {
	if declared == "" {
		return "baseline or restricted"
	}
	return string(declared)
}

// judgeVersion reports a standard that is pinned to a version which has fewer rules than the newest.
func (c *checker) judgeVersion(p *part, label string) {
	text, found := p.namespace.Labels[label]
	if !found {
		return
	}
	f := finding.Finding{
		Code: finding.PodSecurityWeak, Field: objects.Field("metadata.labels", label), Fix: "remove the label, or write latest",
	}
	version, err := api.ParseVersion(text)
	newest := newestRule()
	switch {
	case err != nil:
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("the version is %q, must be latest or of the form v1.30", text)
	case !version.Latest() && version.Older(newest):
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("the standard is pinned to %s: rules that later versions added, up to %s, do not hold",
			text, newest.String())
	default:
		return
	}
	c.about(p.namespace.Object, f)
}

// newestRule is the newest version in which a standard became stricter. Later ones only allow more.
//
// Source: k8s.io/pod-security-admission/policy; kubernetes.io/docs/concepts/security/pod-security-standards.
func newestRule() api.Version { return api.MajorMinorVersion(1, 34) }

// podSecurity evaluates pods as the API server does.
type podSecurity struct{ evaluator policy.Evaluator }

// judgedElsewhere are the checks that have findings of their own.
var judgedElsewhere = []policy.CheckID{"privileged", "hostNamespaces", "hostPathVolumes", "windowsHostProcess"}

func newPodSecurity() *podSecurity {
	elsewhere := func(check policy.Check) bool { return slices.Contains(judgedElsewhere, check.ID) }
	checks := slices.DeleteFunc(policy.DefaultChecks(), elsewhere)
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		panic("pods: the checks of the Pod Security Standards do not fit together: " + err.Error()) // they are the library's own
	}
	return &podSecurity{evaluator: evaluator}
}

// judgeRefusals reports workloads whose pods the API server refuses for what the namespace enforces.
func (c *checker) judgeRefusals(p *part, enforced api.LevelVersion) {
	if len(p.workloads) == 0 {
		return
	}
	if c.pods == nil {
		c.pods = newPodSecurity()
	}
	for _, w := range p.workloads {
		pod := withoutJudged(w.Pod)
		var reasons []string
		for _, result := range c.pods.evaluator.EvaluatePod(enforced, &pod.ObjectMeta, &pod.Spec) {
			if !result.Allowed {
				reasons = append(reasons, strings.TrimSpace(result.ForbiddenReason+" ("+result.ForbiddenDetail+")"))
			}
		}
		if len(reasons) == 0 {
			continue
		}
		c.about(w.Object, finding.Finding{
			Code: finding.PodRefused, Severity: finding.Error, Field: w.SpecPath(),
			Message: fmt.Sprintf("the namespace enforces the Pod Security Standard %q, so that the API server refuses the pods: %s",
				enforced.Level, strings.Join(reasons, "; ")),
			Fix: "change the pods' security context, or the level that the namespace enforces",
		})
	}
}

// withoutJudged is a pod without the settings that have findings of their own.
func withoutJudged(template *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	pod := *template
	pod.Spec.Volumes = slices.DeleteFunc(slices.Clone(pod.Spec.Volumes), func(v corev1.Volume) bool { return v.HostPath != nil })
	strip := func(context **corev1.SecurityContext) {
		if *context == nil || (*context).Capabilities == nil || !slices.ContainsFunc((*context).Capabilities.Add, isDangerousCapability) {
			return
		}
		changed, capabilities := **context, *(*context).Capabilities
		capabilities.Add = slices.DeleteFunc(slices.Clone(capabilities.Add), isDangerousCapability)
		changed.Capabilities = &capabilities
		*context = &changed
	}
	pod.Spec.Containers, pod.Spec.InitContainers = slices.Clone(pod.Spec.Containers), slices.Clone(pod.Spec.InitContainers)
	pod.Spec.EphemeralContainers = slices.Clone(pod.Spec.EphemeralContainers)
	for i := range pod.Spec.Containers {
		strip(&pod.Spec.Containers[i].SecurityContext)
	}
	for i := range pod.Spec.InitContainers {
		strip(&pod.Spec.InitContainers[i].SecurityContext)
	}
	for i := range pod.Spec.EphemeralContainers {
		strip(&pod.Spec.EphemeralContainers[i].SecurityContext)
	}
	return &pod
}
