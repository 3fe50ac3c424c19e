package restart_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/sync/restart"
)

func read[T any](t *testing.T, text string) *T {
	t.Helper()
	object := new(T)
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), object), text)
	return object
}

func TestUses(t *testing.T) {
	pod := read[corev1.PodSpec](t, `
imagePullSecrets: [{name: pull}, {}]
initContainers:
- {name: i, env: [{name: A, valueFrom: {secretKeyRef: {name: init-env, key: a}}}, {name: B, value: b}]}
containers:
- name: c
  env:
  - {name: A, valueFrom: {configMapKeyRef: {name: other, key: a}}}
  - {name: C, valueFrom: {secretKeyRef: {name: env, key: a}}}
  envFrom: [{secretRef: {name: env-from}}, {configMapRef: {name: other}}, {secretRef: {name: env}}]
volumes:
- {name: v, secret: {secretName: volume}}
- {name: p, projected: {sources: [{secret: {name: projected}}, {configMap: {name: other}}]}}
- {name: o, csi: {driver: d, nodePublishSecretRef: {name: csi}}}
- {name: e, csi: {driver: d}}
- {name: az, azureFile: {secretName: azure, shareName: s}}
- {name: is, iscsi: {targetPortal: t, iqn: i, lun: 0, secretRef: {name: iscsi}}}
- {name: rb, rbd: {monitors: [], image: i, secretRef: {name: rbd}}}
- {name: ce, cephfs: {monitors: [], secretRef: {name: cephfs}}}
- {name: ci, cinder: {volumeID: v, secretRef: {name: cinder}}}
- {name: fl, flexVolume: {driver: d, secretRef: {name: flex}}}
- {name: sc, scaleIO: {gateway: g, system: s, secretRef: {name: scale}}}
- {name: st, storageos: {secretRef: {name: storage}}}
- {name: m, configMap: {name: other}}
`)
	assert.Equal(t, []string{
		"azure", "cephfs", "cinder", "csi", "env", "env-from", "flex", "init-env", "iscsi", "projected", "pull", "rbd",
		"scale", "storage", "volume",
	}, restart.Uses(pod))
	assert.Empty(t, restart.Uses(&corev1.PodSpec{}))
}

// object is one of generation 2, with the status of the observed one.
func object(observed int, status, spec string) string {
	return fmt.Sprintf("metadata: {generation: 2}\nstatus: {observedGeneration: %d, %s}\nspec: {%s}",
		observed, status, spec)
}

func TestProgressOfDeployments(t *testing.T) {
	const gaveUp = "conditions: [{type: Progressing, reason: ProgressDeadlineExceeded}]"
	for text, want := range map[string]restart.Progress{
		object(1, "updatedReplicas: 1, replicas: 1, availableReplicas: 1", ""): restart.Rolling,
		object(2, "updatedReplicas: 1, replicas: 1, availableReplicas: 1", ""): restart.Done,
		object(2, "updatedReplicas: 1, replicas: 2, availableReplicas: 2", ""): restart.Rolling,
		object(2, "updatedReplicas: 1, replicas: 1", ""):                       restart.Rolling,
		object(2, "replicas: 1, availableReplicas: 1", ""):                     restart.Rolling,
		object(2, "", "replicas: 0"):                                           restart.Done,
		object(2, gaveUp, ""):                                                  restart.Failed,
		object(1, gaveUp, ""):                                                  restart.Rolling,
		object(1, "", "paused: true"):                                          restart.Manual,
	} {
		assert.Equal(t, want, restart.OfDeployment(read[appsv1.Deployment](t, text)).Progress, text)
	}
}

func TestProgressOfStatefulSets(t *testing.T) {
	const (
		two   = "replicas: 2"
		same  = "currentRevision: a, updateRevision: a, "
		other = "currentRevision: a, updateRevision: b, "
	)
	for text, want := range map[string]restart.Progress{
		object(1, "readyReplicas: 2", two):                           restart.Rolling,
		object(2, same+"readyReplicas: 2", two):                      restart.Done,
		object(2, same+"readyReplicas: 1", two):                      restart.Rolling,
		object(2, other+"readyReplicas: 2, updatedReplicas: 1", two): restart.Rolling,
		object(2, other+"readyReplicas: 2, updatedReplicas: 2", two): restart.Done,
		object(2, other+"readyReplicas: 2, updatedReplicas: 1",
			two+", updateStrategy: {rollingUpdate: {partition: 1}}"): restart.Done,
		object(1, "", two+", updateStrategy: {type: OnDelete}"): restart.Manual,
	} {
		assert.Equal(t, want, restart.OfStatefulSet(read[appsv1.StatefulSet](t, text)).Progress, text)
	}
}

func TestProgressOfDaemonSets(t *testing.T) {
	for text, want := range map[string]restart.Progress{
		object(1, "", ""): restart.Rolling,
		object(2, "", ""): restart.Done,
		object(2, "desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2", ""): restart.Done,
		object(2, "desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2", ""): restart.Rolling,
		object(2, "desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1", ""): restart.Rolling,
		object(1, "", "updateStrategy: {type: OnDelete}"):                                         restart.Manual,
	} {
		assert.Equal(t, want, restart.OfDaemonSet(read[appsv1.DaemonSet](t, text)).Progress, text)
	}
}

func TestAWorkloadHasItsMarks(t *testing.T) {
	w := restart.OfDaemonSet(read[appsv1.DaemonSet](t, `
metadata: {name: logs, creationTimestamp: "2026-07-01T00:00:00Z"}
spec:
  template:
    metadata:
      annotations:
        cloison.dev/restarted-for: "a=`+old.String()+`,odd,b=`+next.String()+`"
        cloison.dev/restarted-at: "2026-07-03T12:00:00.000Z"
    spec: {containers: [], imagePullSecrets: [{name: a}]}
`))
	assert.Equal(t, "DaemonSet logs", w.String())
	assert.Equal(t, map[string]restart.Change{"a": old, "b": next}, w.Marks)
	assert.Equal(t, now, w.Restarted)
	assert.Equal(t, []string{"a"}, w.Uses)
	assert.Equal(t, "2026-07-01", w.Created.UTC().Format("2006-01-02"))
}

func TestWhatNoRestartReplacesIsNamed(t *testing.T) {
	pod := func(name, owner, hash string) corev1.Pod {
		p := corev1.Pod{}
		p.Name, p.Spec.ImagePullSecrets = name, []corev1.LocalObjectReference{{Name: "a"}}
		if kind, of, is := strings.Cut(owner, " "); is {
			p.OwnerReferences = []metav1.OwnerReference{{Kind: kind, Name: of, Controller: new(true)}}
			p.Labels = map[string]string{"pod-template-hash": hash}
		}
		return p
	}
	finished, later, other := pod("finished", "", ""), pod("later", "", ""), pod("other", "", "")
	finished.Status.Phase = corev1.PodSucceeded
	later.CreationTimestamp = metav1.NewTime(now)
	other.Spec.ImagePullSecrets[0].Name = "b"
	workloads := []restart.Workload{
		workload("Deployment", "api", "a"), workload("DaemonSet", "logs", "a"), workload("Deployment", "z", "b"),
		with(workload("StatefulSet", "db", "a"), func(w *restart.Workload) {
			w.Progress, w.Marks = restart.Manual, map[string]restart.Change{"a": next}
		}),
	}
	assert.Equal(t, []string{"Job migrate-1", "Pod bare", "ReplicaSet rollout-7f", "StatefulSet db"},
		restart.Left("a", next, workloads, []corev1.Pod{
			pod("api-5d-1", "ReplicaSet api-5d", "5d"), pod("logs-1", "DaemonSet logs", ""),
			pod("db-0", "StatefulSet db", ""), pod("bare", "", ""),
			pod("migrate-1-x", "Job migrate-1", ""), pod("migrate-1-y", "Job migrate-1", ""),
			pod("rollout-7f-1", "ReplicaSet rollout-7f", ""), finished, later, other,
		}))
}
