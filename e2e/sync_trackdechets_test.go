package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// rollout stands in for the controllers of the workloads of a namespace: what was
// changed is rolled out a little later.
type rollout struct {
	namespace string
	mu        sync.Mutex
	// most is how many workloads rolled out at a time.
	most int
}

// rollOut rolls out until the test ends.
func rollOut(t *testing.T, namespace string) *rollout {
	t.Helper()
	r := &rollout{namespace: namespace}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			r.mu.Lock()
			changed := r.changed(ctx)
			r.most = max(r.most, len(changed))
			r.mu.Unlock()
			time.Sleep(300 * time.Millisecond)
			for _, one := range changed {
				r.finish(ctx, one)
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return r
}

// begin waits until everything is rolled out, and counts from then on.
func (r *rollout) begin(t *testing.T) {
	t.Helper()
	await(t, "all workloads of "+r.namespace+" to be rolled out", func(ctx context.Context) (bool, string, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.most = 0
		return len(r.changed(ctx)) == 0, "not yet", nil
	})
}

func (r *rollout) atMost() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.most
}

// changed are the workloads that have changed since they were rolled out.
func (r *rollout) changed(ctx context.Context) []*unstructured.Unstructured {
	var changed []*unstructured.Unstructured
	for _, resource := range []string{"deployments", "statefulsets"} {
		list, err := shared.Dynamic.Resource(appsResource(resource)).Namespace(r.namespace).List(ctx,
			metav1.ListOptions{})
		if err != nil {
			return nil // it is asked for again
		}
		for i := range list.Items {
			observed, _, _ := unstructured.NestedInt64(list.Items[i].Object, "status", "observedGeneration")
			if observed != list.Items[i].GetGeneration() {
				changed = append(changed, &list.Items[i])
			}
		}
	}
	return changed
}

// finish says of a workload what its controller would. An error is noticed by what
// never is rolled out.
func (r *rollout) finish(ctx context.Context, one *unstructured.Unstructured) {
	replicas, found, _ := unstructured.NestedInt64(one.Object, "spec", "replicas")
	if !found {
		replicas = 1
	}
	status := fmt.Sprintf(`"replicas": %d, "updatedReplicas": %[1]d, "availableReplicas": %[1]d, "readyReplicas": %[1]d`, replicas)
	resource := "deployments"
	if one.GetKind() == "StatefulSet" {
		resource = "statefulsets"
		status += `, "currentRevision": "b", "updateRevision": "b"`
	}
	patch := fmt.Sprintf(`{"status": {"observedGeneration": %d, %s}}`, one.GetGeneration(), status)
	_, _ = shared.Dynamic.Resource(appsResource(resource)).Namespace(r.namespace).Patch(ctx, one.GetName(),
		types.MergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
}

func appsResource(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: resource}
}

// TestTrackdechetsWithTheSyncRuntime follows the production overlay with the engine
// Cloison: each component's Secret is filled by its own runtime, and a new version
// makes one rollout of what consumes it.
func TestTrackdechetsWithTheSyncRuntime(t *testing.T) {
	td := deployTrackdechets(t, func(spec map[string]any) {
		spec["sync"] = map[string]any{"engine": "Cloison", "image": "example.com/cloison-sync:v1", "restart": true}
	})
	runtimes := map[string]*syncRuntime{}
	rollouts := map[string]*rollout{}
	for _, group := range td.groups {
		rollouts[group.component] = rollOut(t, group.namespace)
		runtimes[group.component] = startRuntime(t, group.namespace, td.scaleway, 1)
	}
	for _, group := range td.groups {
		secret := td.expect(t, group, "True", td.data[group.component])
		requireOurs(t, secret, "trackdechets", group)
	}
	generations := func() map[string]int64 {
		all := map[string]int64{}
		for component, r := range runtimes {
			found, err := r.generations(t.Context())
			require.NoError(t, err)
			for name, generation := range found {
				all[component+"/"+name] = generation
			}
		}
		return all
	}
	for _, rollout := range rollouts {
		rollout.begin(t)
	}
	want := generations()
	for _, changed := range []struct {
		group     group
		key       string
		consumers []string
	}{
		{backend, "DATABASE_URL", []string{"api", "notifier", "worker-exports", "worker-indexing", "worker-webhooks"}},
		{databases, "POSTGRES_PASSWORD", []string{"elasticsearch", "mongodb", "postgres", "redis"}},
		{frontend, "API_ENDPOINT", []string{"ui"}},
	} {
		component := changed.group.component
		td.data[component][changed.key] += "-changed"
		_, err := td.scaleway.AddVersion(td.ids[component][changed.key],
			emulator.Value(td.data[component][changed.key]))
		require.NoError(t, err)
		for _, name := range changed.consumers {
			require.Contains(t, want, component+"/"+name)
			want[component+"/"+name]++
		}
		await(t, "the rollouts of "+component, func(context.Context) (bool, string, error) {
			got := generations()
			return maps.Equal(got, want), fmt.Sprint(got), nil
		})
		runtimes[component].settledOf(t, changed.group.target)
		td.expect(t, changed.group, "True", td.data[component])
	}
	time.Sleep(3 * time.Second) // a second rollout would come with the next poll
	require.Equal(t, want, generations(), "one rollout for each change, of what consumes it")
	for _, component := range slices.Sorted(maps.Keys(rollouts)) {
		require.Equal(t, 1, rollouts[component].atMost(), "workloads of %s that rolled out at a time", component)
	}
}
