package quota

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/objects"
)

// podCount is how many pods a workload has.
type podCount struct {
	// steady pods run at once: replicas or the autoscaler's maximum; of a Job while it runs.
	steady int64
	// surge is how many more there are during a rollout.
	surge int64
	// blocks is set where a rollout has to create a pod before it may remove one.
	blocks bool
	// note is where the number comes from; empty where it stands in the workload.
	note string
	// unknown is set where the number is not in the input.
	unknown bool
}

// countPods counts the pods of a workload; hpa is the autoscaler with the largest maximum of those that scale it, or
// nil.
func countPods(w *objects.Workload, hpa *autoscaler) podCount {
	switch typed := w.Typed.(type) {
	case *corev1.Pod:
		return podCount{steady: 1}
	case *appsv1.Deployment:
		count := scaled(typed.Spec.Replicas, hpa)
		surge, unavailable := fenceposts(typed.Spec.Strategy, count.steady)
		// A rollout creates no more new pods than there are replicas.
		count.surge, count.blocks = min(surge, count.steady), surge > 0 && unavailable == 0
		return count
	case *appsv1.StatefulSet:
		return scaled(typed.Spec.Replicas, hpa)
	case *appsv1.ReplicaSet:
		return scaled(typed.Spec.Replicas, hpa)
	case *corev1.ReplicationController:
		return scaled(typed.Spec.Replicas, hpa)
	case *batchv1.Job:
		return podCount{steady: jobPods(&typed.Spec)}
	case *batchv1.CronJob:
		if typed.Spec.Suspend != nil && *typed.Spec.Suspend {
			return podCount{}
		}
		count := podCount{steady: jobPods(&typed.Spec.JobTemplate.Spec)}
		if typed.Spec.ConcurrencyPolicy == "" || typed.Spec.ConcurrencyPolicy == batchv1.AllowConcurrent {
			count.note = "one run at a time, at least"
		}
		return count
	}
	return podCount{unknown: true}
}

// scaled is the number of replicas, 1 where none is given, or the autoscaler's maximum. An autoscaler leaves a workload
// with 0 replicas alone.
func scaled(replicas *int32, hpa *autoscaler) podCount {
	count := podCount{steady: 1}
	if replicas != nil {
		count.steady = int64(*replicas)
	}
	if hpa != nil && count.steady != 0 {
		count.steady = int64(hpa.Value.Spec.MaxReplicas)
		count.note = fmt.Sprintf("the maximum of HorizontalPodAutoscaler %s", hpa.Name)
	}
	return count
}

// jobPods is how many pods of a Job run at once.
func jobPods(spec *batchv1.JobSpec) int64 {
	pods := int64(1)
	if spec.Parallelism != nil {
		pods = int64(*spec.Parallelism)
	}
	if spec.Completions != nil {
		pods = min(pods, int64(*spec.Completions))
	}
	return pods
}

// fenceposts are how many pods a rollout may add, and how many it may take away first. Percentages of the surge are
// rounded up, those of what may be unavailable down; if that leaves neither, one pod may be taken away.
func fenceposts(strategy appsv1.DeploymentStrategy, replicas int64) (surge, unavailable int64) {
	if strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return 0, replicas
	}
	quarter := intstr.FromString("25%")
	maxSurge, maxUnavailable := &quarter, &quarter
	if rolling := strategy.RollingUpdate; rolling != nil {
		if rolling.MaxSurge != nil {
			maxSurge = rolling.MaxSurge
		}
		if rolling.MaxUnavailable != nil {
			maxUnavailable = rolling.MaxUnavailable
		}
	}
	surge, unavailable = scaledValue(maxSurge, replicas, true), scaledValue(maxUnavailable, replicas, false)
	if surge == 0 && unavailable == 0 {
		unavailable = 1
	}
	return surge, unavailable
}

// scaledValue is 0 for text that is no percentage, which the API server refuses.
func scaledValue(value *intstr.IntOrString, of int64, roundUp bool) int64 {
	n, err := intstr.GetScaledValueFromIntOrPercent(value, int(of), roundUp)
	if err != nil {
		return 0
	}
	return int64(n)
}
