package runtime

import (
	"fmt"
	"slices"
	"strings"
	"time"

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

func runs(d *appsv1.Deployment) string {
	if d.Spec.Replicas == nil || *d.Spec.Replicas > 0 {
		return ""
	}
	return fmt.Sprintf("must be at least 1, is %d: nothing is synced", *d.Spec.Replicas)
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
func settings(at fieldpath.Path, c objects.Container, namespace string, declared *plan.Sync) requirements {
	return requirements{
		{at.Child("image"), finding.RuntimeDiffers, mustBe(declared.Image, c.Image)},
		{at.Child("args"), finding.RuntimeDiffers, mustHold(c.Args, "--namespace="+namespace)},
		{at.Child("args"), finding.RuntimeDiffers, mustHold(c.Args, pollInterval(c.Args, declared.PollInterval))},
		{at.Child("args"), finding.RuntimeDiffers, mustHold(c.Args, "--leader-elect")},
		{at.Child("args"), finding.RuntimeDiffers, restarts(c.Args, declared.Restart)},
		{at.Child("command"), finding.RuntimeDiffers, unless(len(c.Command) == 0,
			"must be left out: the image says what runs")},
	}
}

func mustHold(args []string, flag string) string {
	return unless(slices.Contains(args, flag), fmt.Sprintf("must hold %q", flag))
}

func restarts(args []string, declared bool) string {
	const flag = "--restart"
	if declared {
		return mustHold(args, flag)
	}
	return unless(!slices.Contains(args, flag), fmt.Sprintf("must not hold %q", flag))
}

// pollInterval is the flag that must be there: as it is written, if it means the same as what is declared, such as 1m0s
// for 1m.
func pollInterval(args []string, declared time.Duration) string {
	const flag = "--poll-interval="
	for _, arg := range args {
		if text, is := strings.CutPrefix(arg, flag); is {
			if duration, err := time.ParseDuration(text); err == nil && duration == declared {
				return arg
			}
		}
	}
	return flag + short(declared)
}

// short formats a duration as people write it: 1m and not 1m0s.
func short(duration time.Duration) string {
	text := duration.String()
	for _, unit := range []struct{ from, to string }{{"m0s", "m"}, {"h0m", "h"}} {
		if before, found := strings.CutSuffix(text, unit.from); found {
			text = before + unit.to
		}
	}
	return text
}
