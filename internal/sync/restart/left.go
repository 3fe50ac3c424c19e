package restart

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Left are, by kind and name and sorted, those that may hold what a Secret held before a change, and that no restart
// replaces: pods that belong to no workload that is restarted, by their controller where they have one, and workloads
// that replace no pods by themselves. Example: Job migrate-29384, Pod debug, StatefulSet db.
func Left(secret string, change Change, workloads []Workload, pods []corev1.Pod) []string {
	var left []string
	restarted := map[string]bool{}
	for i := range workloads {
		w := &workloads[i]
		if !slices.Contains(w.Uses, secret) {
			continue
		}
		restarted[w.String()] = true
		if w.Progress == Manual && w.Marks[secret] == change {
			left = append(left, w.String())
		}
	}
	for i := range pods {
		pod := &pods[i]
		isLater := pod.CreationTimestamp.After(change.At)
		if isOver(pod) || isLater || !slices.Contains(Uses(&pod.Spec), secret) {
			continue
		}
		if owner := ownerOf(pod); !restarted[owner] {
			left = append(left, owner)
		}
	}
	slices.Sort(left)
	return slices.Compact(left)
}

func isOver(pod *corev1.Pod) bool {
	phase := pod.Status.Phase
	return pod.DeletionTimestamp != nil || phase == corev1.PodSucceeded || phase == corev1.PodFailed
}

// ownerOf is what a pod belongs to, at last itself. The ReplicaSet of a Deployment has the name of the Deployment, with
// the hash of its pod template.
func ownerOf(pod *corev1.Pod) string {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return "Pod " + pod.Name
	}
	hash := pod.Labels["pod-template-hash"]
	if name, is := strings.CutSuffix(owner.Name, "-"+hash); is && hash != "" && owner.Kind == "ReplicaSet" {
		return deployment + " " + name
	}
	return owner.Kind + " " + owner.Name
}
