package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// restartable are workloads of which all but the one called other consume the
// Secret, and a pod that nothing restarts.
const restartable = `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: %[1]s}, spec: {replicas: 3, selector: {matchLabels: {app: api}}, template: {
  metadata: {labels: {app: api}, annotations: {mine: stays}}, spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: own-secrets}}]}]}}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: %[1]s}, spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {
  metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}], volumes: [{name: s, secret: {secretName: own-secrets}}]}}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: logs, namespace: %[1]s}, spec: {selector: {matchLabels: {app: logs}}, template: {
  metadata: {labels: {app: logs}}, spec: {initContainers: [{name: i, image: i, env: [{name: A, valueFrom: {secretKeyRef: {name: own-secrets, key: A}}}]}], containers: [{name: c, image: i}]}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: other, namespace: %[1]s}, spec: {selector: {matchLabels: {app: other}}, template: {
  metadata: {labels: {app: other}}, spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: another}}]}]}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: bare, namespace: %[1]s}, spec: {automountServiceAccountToken: false, securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}},
  containers: [{name: c, image: i, envFrom: [{secretRef: {name: own-secrets}}], securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}},
  resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {cpu: 1m, memory: 1Mi}}}]}}
`

// generations are those of the workloads: each change of a pod template is one
// more.
func (r *syncRuntime) generations(ctx context.Context) (map[string]int64, error) {
	found := map[string]int64{}
	apps := shared.Clientset.AppsV1()
	deployments, err := apps.Deployments(r.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for i := range deployments.Items {
		found[deployments.Items[i].Name] = deployments.Items[i].Generation
	}
	sets, err := apps.StatefulSets(r.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for i := range sets.Items {
		found[sets.Items[i].Name] = sets.Items[i].Generation
	}
	daemons, err := apps.DaemonSets(r.namespace).List(ctx, metav1.ListOptions{})
	for i := range daemons.Items {
		found[daemons.Items[i].Name] = daemons.Items[i].Generation
	}
	return found, err
}

// restarted waits until the workloads have been changed so often since they were
// made.
func (r *syncRuntime) restarted(t *testing.T, want map[string]int64) {
	t.Helper()
	await(t, fmt.Sprintf("restarts %v", want), func(ctx context.Context) (bool, string, error) {
		got, err := r.generations(ctx)
		same := true
		for name, times := range want {
			same = same && got[name] == times+1
		}
		return same, fmt.Sprint("generations ", got), err
	})
}

// rolledOut says of a workload what its controller would say, which does not run
// here.
func (r *syncRuntime) rolledOut(t *testing.T, resource, name, status string) {
	t.Helper()
	generations, err := r.generations(t.Context())
	require.NoError(t, err)
	patch := fmt.Sprintf(`{"status": {"observedGeneration": %d, %s}}`, generations[name], status)
	of := appsv1.SchemeGroupVersion.WithResource(resource)
	_, err = shared.Dynamic.Resource(of).Namespace(r.namespace).Patch(t.Context(), name, types.MergePatchType,
		[]byte(patch),
		metav1.PatchOptions{}, "status")
	require.NoError(t, err)
}

const (
	deploymentIsOut  = `"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "readyReplicas": 3`
	statefulSetIsOut = `"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "currentRevision": "b", ` +
		`"updateRevision": "b"`
	daemonSetIsOut = `"desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1, ` +
		`"numberAvailable": 1, "numberMisscheduled": 0, "numberReady": 1`
)

// TestTheRuntimeRestartsWorkloads lets new versions arrive, one of them while the
// runtime is killed between two restarts.
func TestTheRuntimeRestartsWorkloads(t *testing.T) {
	from := deployRuntime(t, "restarted")
	folder := "/restarted-own"
	a := from.put(t, folder, "a", canary+"1")
	from.put(t, folder, "b", canary+"2")
	r := &syncRuntime{lab: &lab{namespace: "restarted-own", scaleway: from}}
	r.giveKey(t)
	shared.Apply(t, fmt.Appendf(nil, restartable, r.namespace))
	ctx, kill := context.WithCancel(t.Context())
	done := r.run(ctx, 1)

	r.data(t, map[string]string{"A": canary + "1", "B": canary + "2"})
	r.condition(t, "True", "secret synced")
	r.restarted(t, map[string]int64{"api": 0, "db": 0, "logs": 0, "other": 0})

	// A new version restarts one workload, and the next only when that is out. A
	// runtime that is killed in between leaves nothing undone.
	_, err := from.AddVersion(a, emulator.Value(canary+"3"))
	require.NoError(t, err)
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2"})
	r.restarted(t, map[string]int64{"api": 0, "db": 0, "logs": 1, "other": 0})
	r.metric(t, "restarts_pending", map[string]float64{"Deployment/api": 1, "StatefulSet/db": 1})
	kill()
	require.NoError(t, <-done)
	r.patchSecret(t, `{"stringData": {"A": "edited"}}`)
	r.check(t)
	ctx, kill = context.WithCancel(t.Context())
	done = r.run(ctx, 1)
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2"})
	r.rolledOut(t, "daemonsets", "logs", daemonSetIsOut)
	r.restarted(t, map[string]int64{"api": 1, "db": 0, "logs": 1, "other": 0})
	r.rolledOut(t, "deployments", "api", deploymentIsOut)
	r.restarted(t, map[string]int64{"api": 1, "db": 1, "logs": 1, "other": 0})
	r.rolledOut(t, "statefulsets", "db", statefulSetIsOut)

	// What is not restarted is named, and the change comes to its end.
	r.settled(t)
	r.metric(t, "restarts_pending", map[string]float64{})
	r.metric(t, "restart_pending_since_timestamp_seconds", map[string]float64{})
	r.event(t, "NotRestarted", "Pod bare;")
	api, err := shared.Clientset.AppsV1().Deployments(r.namespace).Get(t.Context(), "api", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, int32(3), *api.Spec.Replicas)
	require.Equal(t, "stays", api.Spec.Template.Annotations["mine"])
	require.Contains(t, api.Spec.Template.Annotations["cloison.dev/restarted-for"], "own-secrets=")
	require.NotContains(t, fmt.Sprint(api.ObjectMeta, api.Spec.Template.Annotations), canary)

	// A repair restarts nothing, nor does a workload that comes to consume the Secret.
	manifest, _, _ := strings.Cut(restartable, "---")
	late := strings.NewReplacer("name: api", "name: late", "app: api", "app: late").Replace(manifest)
	shared.Apply(t, fmt.Appendf(nil, late, r.namespace))
	r.patchSecret(t, `{"stringData": {"A": "edited"}}`)
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2"})
	r.settled(t)

	// The next version restarts each once more.
	_, err = from.AddVersion(a, emulator.Value(canary+"4"))
	require.NoError(t, err)
	r.restarted(t, map[string]int64{"api": 1, "db": 1, "logs": 2, "late": 0, "other": 0})
	r.rolledOut(t, "daemonsets", "logs", daemonSetIsOut)
	r.restarted(t, map[string]int64{"api": 2, "db": 1, "logs": 2, "late": 0, "other": 0})
	r.rolledOut(t, "deployments", "api", deploymentIsOut)
	r.restarted(t, map[string]int64{"api": 2, "db": 1, "logs": 2, "late": 1, "other": 0})
	r.rolledOut(t, "deployments", "late", deploymentIsOut)
	r.restarted(t, map[string]int64{"api": 2, "db": 2, "logs": 2, "late": 1, "other": 0})
	r.settled(t)
	kill()
	require.NoError(t, <-done)
	r.check(t)
}

// settled waits until no change is pending.
func (r *syncRuntime) settled(t *testing.T) {
	t.Helper()
	r.settledOf(t, syncedSecret)
}

func (r *syncRuntime) settledOf(t *testing.T, name string) {
	t.Helper()
	await(t, "the end of the change", func(ctx context.Context) (bool, string, error) {
		secret, err := shared.Clientset.CoreV1().Secrets(r.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		change, is := secret.Annotations["cloison.dev/restart-pending"]
		return !is, change, nil
	})
}

// event waits for an event about the ExternalSecret.
func (r *syncRuntime) event(t *testing.T, reason, part string) {
	t.Helper()
	await(t, "event "+reason, func(ctx context.Context) (bool, string, error) {
		events, err := shared.Clientset.EventsV1().Events(r.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, "", err
		}
		var notes []string
		for i := range events.Items {
			e := &events.Items[i]
			if e.Reason == reason && e.Regarding.Name == syncedExternal && strings.Contains(e.Note, part) {
				return true, "", nil
			}
			notes = append(notes, e.Reason+": "+e.Note)
		}
		return false, strings.Join(notes, "\n"), nil
	})
}
