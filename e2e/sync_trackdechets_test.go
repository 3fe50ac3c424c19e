package e2e

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// TestTrackdechetsWithTheSyncRuntime follows the production overlay with the engine
// Cloison: each component's Secret is filled by its own runtime, and a new version
// makes one rollout of what consumes it. The rollouts are those of the real
// controllers, in a cluster of its own: other tests say themselves what controllers
// would.
func TestTrackdechetsWithTheSyncRuntime(t *testing.T) {
	useOwnCluster(t)
	shared.StartControllers(t, "deployment-controller", "replicaset-controller", "statefulset-controller",
		"daemonset-controller", "resourcequota-controller")
	td := deployTrackdechets(t, func(spec map[string]any) {
		spec["sync"] = map[string]any{"engine": "Cloison", "image": "example.com/cloison-sync:v1", "restart": true}
	})
	runtimes := map[string]*syncRuntime{}
	nodes := map[string]*nodes{}
	for _, group := range td.groups {
		nodes[group.component] = runPods(t, group.namespace)
		runtimes[group.component] = startRuntime(t, group.namespace, td.scaleway, 1)
	}
	for _, group := range td.groups {
		secret := td.expect(t, group, "True", td.data[group.component])
		requireOurs(t, secret, "trackdechets", group)
	}
	want := map[string]int{}
	for _, group := range td.groups {
		for name := range nodes[group.component].begin(t) {
			want[group.component+"/"+name] = 1
		}
	}
	rollouts := func(ctx context.Context) map[string]int {
		all := map[string]int{}
		for component, of := range nodes {
			for name, times := range of.rollouts(ctx) {
				all[component+"/"+name] = times
			}
		}
		return all
	}
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
		await(t, "the rollouts of "+component, func(ctx context.Context) (bool, string, error) {
			got := rollouts(ctx)
			return maps.Equal(got, want), fmt.Sprint(got), nil
		})
		runtimes[component].settledOf(t, changed.group.target)
		td.expect(t, changed.group, "True", td.data[component])
	}
	time.Sleep(3 * time.Second) // a second rollout would come with the next poll
	require.Equal(t, want, rollouts(t.Context()), "one rollout for each change, of what consumes it")
	for component, of := range nodes {
		require.Equal(t, 1, of.atMost(), "workloads of %s that rolled out at a time", component)
	}
}

// useOwnCluster has a test use an API server that no other test does.
func useOwnCluster(t *testing.T) {
	t.Helper()
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	own, err := cluster.Start(assets)
	require.NoError(t, err)
	others := shared
	shared = own
	t.Cleanup(func() {
		shared = others
		require.NoError(t, own.Stop())
	})
}
