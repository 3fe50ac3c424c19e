package runtime

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wellknown"
)

// nameLabel has the value [wellknown.RuntimeName] on the runtime's pods; its NetworkPolicy selects them by it.
const nameLabel = "app.kubernetes.io/name"

func runs(d *appsv1.Deployment, declared int32) string {
	replicas := int32(1)
	if d.Spec.Replicas != nil {
		replicas = *d.Spec.Replicas
	}
	switch replicas {
	case declared:
		return ""
	case 0:
		return fmt.Sprintf("must be %d, is 0: nothing is synced", declared)
	}
	return fmt.Sprintf("must be %d, as spec.sync.pod.replicas says, is %d", declared, replicas)
}

func selectsItsPods(d *appsv1.Deployment) string {
	selector, err := metav1.LabelSelectorAsSelector(d.Spec.Selector)
	selects := err == nil && !selector.Empty() && selector.Matches(labels.Set(d.Spec.Template.Labels))
	return unless(selects, "must select the labels of the pods; the API server refuses the Deployment")
}

func isSelectedByPolicy(pods map[string]string) string {
	return unless(pods[nameLabel] == wellknown.RuntimeName, fmt.Sprintf(
		"must have %s: %s, by which the runtime's NetworkPolicy selects its pods", nameLabel, wellknown.RuntimeName))
}

func holdsRuntime(containers []corev1.Container) string {
	isRuntime := func(c corev1.Container) bool { return c.Name == wellknown.RuntimeName }
	holds := slices.ContainsFunc(containers, isRuntime)
	return unless(holds, fmt.Sprintf("must hold the container %q", wellknown.RuntimeName))
}

func accountRequirements(at fieldpath.Path, pod *corev1.PodSpec) requirements {
	return requirements{
		{at.Child("serviceAccountName"), finding.RuntimeDiffers, mustBe(wellknown.RuntimeName, pod.ServiceAccountName)},
		{at.Child("automountServiceAccountToken"), finding.RuntimeDiffers,
			unless(isTrue(pod.AutomountServiceAccountToken),
				"must be true: the runtime writes Secrets through the API server")},
	}
}

func mustBe(wanted, is string) string {
	return unless(is == wanted, fmt.Sprintf("must be %q, is %q", wanted, is))
}

// settings compares the container with what the Segregation declares.
func settings(at fieldpath.Path, c objects.Container, declared *plan.Sync) requirements {
	found := requirements{
		{at.Child("image"), finding.RuntimeDiffers, mustBe(declared.Image, c.Image)},
		{at.Child("command"), finding.RuntimeDiffers, unless(len(c.Command) == 0,
			"must be left out: the image says what runs")},
		{at.Child("resources"), finding.RuntimeDiffers, resources(&declared.Pod.Resources, &c.Resources)},
	}
	if declared.MetricsFrom != "" {
		found = append(found, requirement{at.Child("ports"), finding.RuntimeDiffers, unless(servesMetrics(c.Ports),
			fmt.Sprintf("must hold the port %d with the name %q, which namespace %q reads metrics from", metricsPort,
				wellknown.RuntimeMetricsPort, declared.MetricsFrom))})
	}
	return found
}

func servesMetrics(ports []corev1.ContainerPort) bool {
	return slices.ContainsFunc(ports, func(p corev1.ContainerPort) bool {
		isTCP := p.Protocol == "" || p.Protocol == corev1.ProtocolTCP
		return p.Name == wellknown.RuntimeMetricsPort && p.ContainerPort == metricsPort && isTCP
	})
}
