// Package runtime judges the pods of the sync runtime, which copies a component's secrets where the Segregation's engine is
// Cloison: a part of family P of the findings.
package runtime

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// name of the runtime's Deployment, service account and container, and the value of the label by which its NetworkPolicy
// selects its pods.
const (
	name      = "cloison-sync"
	nameLabel = "app.kubernetes.io/name"
)

// Check returns what is wrong, in any order.
func Check(set *objects.Set, components *scope.Scope) []finding.Finding {
	deployed := map[string]*objects.Workload{}
	for _, w := range set.Workloads {
		if _, is := w.Typed.(*appsv1.Deployment); is && w.Name == name {
			deployed[w.Namespace] = w
		}
	}
	var findings []finding.Finding
	for i := range components.Components {
		c := &components.Components[i]
		if c.Plan == nil || c.Sync.Engine != spec.EngineCloison || len(c.Plan.Groups) == 0 {
			continue
		}
		if w := deployed[c.Namespace]; w != nil {
			findings = append(findings, judge(w, c)...)
		} else {
			findings = append(findings, missing(c))
		}
	}
	return findings
}

// missing is the finding about a runtime without Deployment. That one lacks its service account or rights is a finding of
// family R.
func missing(c *scope.Component) finding.Finding {
	return finding.Finding{
		Code: finding.RuntimeMissing, Severity: finding.Error,
		Object:  finding.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: c.Namespace, Name: name},
		Message: fmt.Sprintf("component %q has its secrets copied by the engine Cloison, and the Deployment of its sync runtime is not in the manifests", c.Name),
		Fix:     "restore the Deployment and whatever else of the runtime is missing, as Cloison generates them",
	}
}

// judgement collects what is wrong with one Deployment.
type judgement struct {
	workload *objects.Workload
	findings []finding.Finding
}

func (j *judgement) report(code finding.Code, field, message string) {
	j.findings = append(j.findings, j.workload.About(finding.Finding{
		Code: code, Severity: finding.Error, Field: field, Message: message, Fix: "restore the generated Deployment",
	}))
}

func judge(w *objects.Workload, c *scope.Component) []finding.Finding {
	j := &judgement{workload: w}
	deployment, _ := w.Typed.(*appsv1.Deployment)
	if replicas := deployment.Spec.Replicas; replicas != nil && *replicas < 1 {
		j.report(finding.RuntimeDiffers, "spec.replicas", fmt.Sprintf("must be at least 1, is %d: nothing is synced", *replicas))
	}
	if !selects(deployment.Spec.Selector, w.Pod.Labels) {
		j.report(finding.RuntimeDiffers, "spec.selector", "must select the labels of the pods; the API server refuses the Deployment")
	}
	if w.Pod.Labels[nameLabel] != name {
		j.report(finding.RuntimeDiffers, "spec.template.metadata.labels", fmt.Sprintf("must have %s: %s, by which the runtime's NetworkPolicy selects its pods", nameLabel, name))
	}
	j.account(&w.Pod.Spec)
	j.pod(w.Pod.Spec.SecurityContext)
	for container := range w.Containers() {
		if container.Name != name || container.Init || container.Ephemeral {
			j.report(finding.RuntimeWeakened, container.Path, fmt.Sprintf("container %q must not be there: it shares the runtime's credential", container.Name))
			continue
		}
		j.settings(container, c)
		j.container(container)
	}
	if !slices.ContainsFunc(w.Pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == name }) {
		j.report(finding.RuntimeDiffers, "spec.template.spec.containers", fmt.Sprintf("must hold the container %q", name))
	}
	return j.findings
}

func selects(selector *metav1.LabelSelector, pods map[string]string) bool {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && !parsed.Empty() && parsed.Matches(labels.Set(pods))
}

func (j *judgement) account(pod *corev1.PodSpec) {
	if pod.ServiceAccountName != name {
		j.report(finding.RuntimeDiffers, "spec.template.spec.serviceAccountName", fmt.Sprintf("must be %q, is %q", name, pod.ServiceAccountName))
	}
	if pod.AutomountServiceAccountToken == nil || !*pod.AutomountServiceAccountToken {
		j.report(finding.RuntimeDiffers, "spec.template.spec.automountServiceAccountToken", "must be true: the runtime writes Secrets through the API server")
	}
}

// settings holds the container against what the Segregation declares.
func (j *judgement) settings(container objects.Container, c *scope.Component) {
	if container.Image != c.Sync.Image {
		j.report(finding.RuntimeDiffers, container.Path+".image", fmt.Sprintf("must be %q, is %q", c.Sync.Image, container.Image))
	}
	for _, flag := range []struct {
		text   string
		wanted bool
	}{
		{"--namespace=" + c.Namespace, true},
		{pollInterval(container.Args, c.Sync.PollInterval), true},
		{"--leader-elect", true},
		{"--restart", c.Sync.Restart},
	} {
		if has := slices.Contains(container.Args, flag.text); has != flag.wanted {
			must := "must"
			if !flag.wanted {
				must = "must not"
			}
			j.report(finding.RuntimeDiffers, container.Path+".args", fmt.Sprintf("%s hold %q", must, flag.text))
		}
	}
	if len(container.Command) > 0 {
		j.report(finding.RuntimeDiffers, container.Path+".command", "must be left out: the image says what runs")
	}
}
