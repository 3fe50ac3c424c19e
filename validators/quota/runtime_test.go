package quota_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// TestTheSyncRuntimeCounts generates three replicas of a runtime in a namespace with the given quota and limits, where
// nothing else runs.
func TestTheSyncRuntimeCounts(t *testing.T) {
	for name, test := range map[string]struct {
		component string
		want      []string
	}{
		"a quota that just holds it, also while it is rolled out": {
			"quota: {pods: 3, requests.cpu: 300m, requests.memory: 192Mi, limits.memory: 384Mi}", nil,
		},
		"too few pods": {"quota: {pods: 2}", []string{
			"error Q001 ResourceQuota shop-a/shop-a-quota spec.hard.pods: pods: 3 of 2: Deployment cloison-sync 3"}},
		"too little memory": {"quota: {limits.memory: 300Mi}", []string{
			"error Q001 ResourceQuota shop-a/shop-a-quota spec.hard[limits.memory]: limits.memory: 384Mi of 300Mi: " +
				"Deployment cloison-sync 3 x 128Mi"}},
		"a quota on what it has no limit of": {"quota: {limits.cpu: 4}", []string{
			`error Q002 Deployment shop-a/cloison-sync spec.template.spec.containers[0].resources: container ` +
				`"cloison-sync" ` +
				`sets no limits.cpu, and no LimitRange fills it in; ResourceQuota "shop-a-quota" counts it, so that ` +
				`the ` +
				`API server refuses the pods`}},
		"a limit from a LimitRange": {
			"quota: {limits.cpu: 400m}, limits: [{type: Container, default: {cpu: 200m}}]", []string{
				"error Q001 ResourceQuota shop-a/shop-a-quota spec.hard[limits.cpu]: limits.cpu: 600m of 400m: " +
					"Deployment cloison-sync 3 x 200m"}},
		"more than a LimitRange lets a container have": {
			"limits: [{type: Container, max: {memory: 64Mi}}]", []string{
				`error Q003 Deployment shop-a/cloison-sync spec.template.spec.containers[0].resources: container ` +
					`"cloison-sync" limits memory to 128Mi, above the maximum 64Mi of LimitRange "shop-a-limits"`}},
	} {
		t.Run(name, func(t *testing.T) {
			p := manifests.Shop(t, "{a: {secrets: {keys: [A]}, "+test.component+"}}")
			p.Sync = plan.Sync{Engine: spec.EngineCloison, Image: "sync:v1", Pod: plan.RuntimePod{
				Replicas: 3,
				Resources: corev1.ResourceRequirements{
					Requests: corev1.ResourceList{
						corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("64Mi"),
					},
					Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("128Mi")},
				},
			}}
			var text strings.Builder
			for _, object := range generators.Generate(p, cluster.Kapsule()) {
				encoded, err := k8syaml.Marshal(object)
				require.NoError(t, err)
				text.WriteString("---\n" + string(encoded))
			}
			var got []string
			for _, f := range manifests.Judge(judge).Check(t, text.String(), p) {
				line, _, _ := strings.Cut(f.String(), "; fix: ")
				got = append(got, strings.Replace(line, "CLS-", "", 1))
			}
			assert.Equal(t, test.want, got)
		})
	}
}
