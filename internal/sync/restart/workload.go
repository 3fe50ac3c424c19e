package restart

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/wellknown"
)

// Kinds of workloads.
const (
	daemonSet   = "DaemonSet"
	deployment  = "Deployment"
	statefulSet = "StatefulSet"
)

// OfDeployment looks at a Deployment.
func OfDeployment(d *appsv1.Deployment) Workload {
	return workload(deployment, &d.ObjectMeta, &d.Spec.Template, deploymentProgress(d))
}

// OfStatefulSet looks at a StatefulSet.
func OfStatefulSet(s *appsv1.StatefulSet) Workload {
	return workload(statefulSet, &s.ObjectMeta, &s.Spec.Template, statefulSetProgress(s))
}

// OfDaemonSet looks at a DaemonSet.
func OfDaemonSet(d *appsv1.DaemonSet) Workload {
	return workload(daemonSet, &d.ObjectMeta, &d.Spec.Template, daemonSetProgress(d))
}

func workload(kind string, meta *metav1.ObjectMeta, template *corev1.PodTemplateSpec, progress Progress) Workload {
	w := Workload{
		Kind: kind, Name: meta.Name, Created: meta.CreationTimestamp.Time,
		Uses: Uses(&template.Spec), Progress: progress,
		Marks: parseMarks(template.Annotations[wellknown.RestartedForAnnotation]),
	}
	w.Restarted, _ = time.Parse(timeLayout, template.Annotations[wellknown.RestartedAtAnnotation]) // else never
	return w
}

// replicas is a number whose default is 1.
func replicas(given *int32) int32 {
	if given == nil {
		return 1
	}
	return *given
}

func rolling(is bool) Progress {
	if is {
		return Rolling
	}
	return Done
}

// deploymentProgress goes by the status, as kubectl rollout status does.
func deploymentProgress(d *appsv1.Deployment) Progress {
	status := &d.Status
	switch {
	case d.Spec.Paused:
		return Manual
	case status.ObservedGeneration < d.Generation:
		return Rolling
	}
	for _, condition := range status.Conditions {
		if condition.Type == appsv1.DeploymentProgressing && condition.Reason == "ProgressDeadlineExceeded" {
			return Failed
		}
	}
	return rolling(status.UpdatedReplicas < replicas(d.Spec.Replicas) ||
		status.Replicas > status.UpdatedReplicas || status.AvailableReplicas < status.UpdatedReplicas)
}

func statefulSetProgress(s *appsv1.StatefulSet) Progress {
	status, strategy := &s.Status, &s.Spec.UpdateStrategy
	wanted, partition := replicas(s.Spec.Replicas), int32(0)
	if strategy.RollingUpdate != nil && strategy.RollingUpdate.Partition != nil {
		partition = *strategy.RollingUpdate.Partition
	}
	switch {
	case strategy.Type == appsv1.OnDeleteStatefulSetStrategyType:
		return Manual
	case status.ObservedGeneration < s.Generation:
		return Rolling
	case status.UpdateRevision == status.CurrentRevision:
		return rolling(status.ReadyReplicas < wanted)
	}
	return rolling(status.UpdatedReplicas < wanted-partition || status.ReadyReplicas < wanted)
}

func daemonSetProgress(d *appsv1.DaemonSet) Progress {
	status := &d.Status
	switch {
	case d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType:
		return Manual
	case status.ObservedGeneration < d.Generation:
		return Rolling
	}
	return rolling(status.UpdatedNumberScheduled < status.DesiredNumberScheduled ||
		status.NumberAvailable < status.DesiredNumberScheduled)
}
