package generators

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	// appNameLabel has the value [wellknown.RuntimeName] on the runtime's pods.
	appNameLabel   = "app.kubernetes.io/name"
	metricsPort    = 8080
	healthPort     = 8081
	healthPortName = "health"
)

func (c component) runtimeDeployment(sync *plan.Sync) Object {
	return &Manifest[appsv1.DeploymentSpec]{
		TypeMeta:   typeMeta(appsv1.SchemeGroupVersion.String(), "Deployment"),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		Spec: appsv1.DeploymentSpec{
			Replicas: new(sync.Pod.Replicas),
			Strategy: runtimeStrategy(sync.Pod.Replicas),
			Selector: podSelector(runtimeLabels()),
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: with(c.labels(), runtimeLabels())},
				Spec:       c.runtimePod(sync),
			},
		},
	}
}

// runtimeLabels are those that select the runtime's pods.
func runtimeLabels() map[string]string {
	return map[string]string{appNameLabel: wellknown.RuntimeName}
}

// runtimeStrategy never makes more pods than replicas, for which a quota may have no room. With several replicas, one
// that waits is there at any time; the Lease keeps an old and a new one from working at once.
func runtimeStrategy(replicas int32) appsv1.DeploymentStrategy {
	if replicas == 1 {
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return appsv1.DeploymentStrategy{
		Type: appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge: new(intstr.FromInt32(0)), MaxUnavailable: new(intstr.FromInt32(1)),
		},
	}
}

// runtimePod satisfies the restricted Pod Security Standard.
func (c component) runtimePod(sync *plan.Sync) corev1.PodSpec {
	return corev1.PodSpec{
		ServiceAccountName:           wellknown.RuntimeName,
		AutomountServiceAccountToken: new(true),
		ImagePullSecrets:             sync.Pod.ImagePullSecrets,
		NodeSelector:                 sync.Pod.NodeSelector,
		Tolerations:                  sync.Pod.Tolerations,
		PriorityClassName:            sync.Pod.PriorityClassName,
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot:   new(true),
			RunAsUser:      new(int64(65534)),
			RunAsGroup:     new(int64(65534)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{{
			Name:  wellknown.RuntimeName,
			Image: sync.Image,
			Args:  c.runtimeArgs(sync),
			Ports: []corev1.ContainerPort{
				{Name: wellknown.RuntimeMetricsPort, ContainerPort: metricsPort},
				{Name: healthPortName, ContainerPort: healthPort},
			},
			Resources:      sync.Pod.Resources,
			LivenessProbe:  probe("/healthz"),
			ReadinessProbe: probe("/readyz"),
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false),
				ReadOnlyRootFilesystem:   new(true),
				Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
		}},
	}
}

func (c component) runtimeArgs(sync *plan.Sync) []string {
	args := []string{
		"--namespace=" + c.Namespace,
		"--poll-interval=" + duration(sync.PollInterval),
		"--leader-elect",
		"--metrics-bind-address=:" + strconv.Itoa(metricsPort),
		"--health-probe-bind-address=:" + strconv.Itoa(healthPort),
	}
	if sync.Restart {
		args = append(args, "--restart")
	}
	args = append(args, "--minimum-version="+version.RuntimeMinimum)
	return append(args, c.probes.args()...)
}

func probe(path string) *corev1.Probe {
	get := &corev1.HTTPGetAction{Path: path, Port: intstr.FromString(healthPortName)}
	return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: get}}
}
