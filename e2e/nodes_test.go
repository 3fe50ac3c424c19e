package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// starting is how long the Pods of a test take to be ready.
const starting = 300 * time.Millisecond

// nodes stands in for the nodes of a cluster, which these tests have none of: each
// Pod of a namespace is ready a moment after it was made. The rest of a rollout is
// done by the real controllers.
type nodes struct {
	namespace string
	// seen is when each Pod was first seen.
	seen map[types.UID]time.Time

	mu sync.Mutex
	// most is how many workloads had a Pod at a time that was not ready.
	most int
}

// runPods runs the Pods of a namespace until the test ends.
func runPods(t *testing.T, namespace string) *nodes {
	t.Helper()
	n := &nodes{namespace: namespace, seen: map[types.UID]time.Time{}}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			n.run(ctx)
			time.Sleep(starting / 3)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return n
}

// run looks at the Pods once. An error is noticed by what never is rolled out.
func (n *nodes) run(ctx context.Context) {
	pods := shared.Clientset.CoreV1().Pods(n.namespace)
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	rolling := map[string]bool{}
	for i := range list.Items {
		pod := &list.Items[i]
		if isReady(pod) {
			continue
		}
		rolling[workloadOf(pod)] = true
		if n.seen[pod.UID].IsZero() {
			n.seen[pod.UID] = time.Now()
		}
		if time.Since(n.seen[pod.UID]) > starting {
			_, _ = pods.Patch(ctx, pod.Name, types.StrategicMergePatchType, []byte(
				`{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}`),
				metav1.PatchOptions{}, "status")
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.most = max(n.most, len(rolling))
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// workloadOf is the name of what a Pod belongs to. That of a ReplicaSet ends with
// the hash of its template.
func workloadOf(pod *corev1.Pod) string {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return ""
	}
	return strings.TrimSuffix(owner.Name, "-"+pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
}

// begin waits until everything is rolled out, and counts from then on. It returns
// the workloads.
func (n *nodes) begin(t *testing.T) map[string]int {
	t.Helper()
	var found map[string]int
	await(t, "all workloads of "+n.namespace+" to be rolled out", func(ctx context.Context) (bool, string, error) {
		found = n.rollouts(ctx)
		list, err := shared.Clientset.CoreV1().Pods(n.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, "", err
		}
		have := map[string]bool{}
		for i := range list.Items {
			if !isReady(&list.Items[i]) {
				return false, "Pod " + list.Items[i].Name + " is not ready", nil
			}
			have[workloadOf(&list.Items[i])] = true
		}
		return len(found) > 0 && len(have) == len(found), fmt.Sprintf("Pods of %v, workloads %v", have, found), nil
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	n.most = 0
	return found
}

func (n *nodes) atMost() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.most
}

// rollouts are how often each workload was rolled out, the first time included: a
// Deployment has a ReplicaSet for each, a StatefulSet a ControllerRevision. It is
// empty where that cannot be read.
func (n *nodes) rollouts(ctx context.Context) map[string]int {
	apps := shared.Clientset.AppsV1()
	sets, err := apps.ReplicaSets(n.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil
	}
	revisions, err := apps.ControllerRevisions(n.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil
	}
	times := map[string]int{}
	for i := range sets.Items {
		times[metav1.GetControllerOf(&sets.Items[i]).Name]++
	}
	for i := range revisions.Items {
		times[metav1.GetControllerOf(&revisions.Items[i]).Name]++
	}
	return times
}
