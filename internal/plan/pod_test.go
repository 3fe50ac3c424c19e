package plan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

func amounts(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
	}
}

func TestTheRuntimeOfTheEngineCloison(t *testing.T) {
	byDefault := plan.RuntimePod{Replicas: 1, Resources: corev1.ResourceRequirements{
		Requests: amounts("20m", "32Mi"), Limits: amounts("500m", "128Mi"),
	}}
	assert.Equal(t, plan.Sync{Engine: spec.EngineExternalSecrets}, resolve(t, "  components: {a: {}}").Sync)
	assert.Equal(t, plan.Sync{
		Engine: spec.EngineCloison, Image: "registry.example.com/cloison-sync:v1", PollInterval: 30 * time.Second,
		Pod: byDefault,
	}, resolve(t, "  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1'}\n  components: {a: {}}").Sync)
	assert.Equal(t, plan.Sync{
		Engine: spec.EngineCloison, Image: "own:v1", PollInterval: time.Minute, Restart: true, Pod: byDefault,
		MetricsFrom: "monitoring",
	}, resolve(t, "  sync: {engine: Cloison, image: 'own:v1', pollInterval: 1m, restart: true, metricsFrom: "+
		"monitoring}\n"+
		"  components: {a: {}}").Sync)
}

func TestThePodOfTheRuntime(t *testing.T) {
	seconds := int64(0)
	assert.Equal(t, plan.RuntimePod{
		Replicas: 3,
		Resources: corev1.ResourceRequirements{
			Requests: amounts("20m", "32Mi"),
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")},
		},
		ImagePullSecrets: []corev1.LocalObjectReference{{Name: "registry"}, {Name: "mirror"}},
		NodeSelector:     map[string]string{"pool": "tools"},
		Tolerations: []corev1.Toleration{{Key: "a", Effect: "NoExecute", TolerationSeconds: &seconds},
			{Operator: "Exists"}},
		PriorityClassName: "high",
	}, resolve(t, `  sync:
    engine: Cloison
    image: own:v1
    pod:
      replicas: 3
      resources: {limits: {memory: 1Gi}}
      imagePullSecrets: [{name: registry}, {name: mirror}]
      nodeSelector: {pool: tools}
      tolerations: [{key: a, effect: NoExecute, tolerationSeconds: 0}, {operator: Exists}]
      priorityClassName: high
  components: {a: {}}`).Sync.Pod)
}
