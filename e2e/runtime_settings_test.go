package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// podSettings are values of spec.sync.pod that are fields of a pod too, and whether the API server takes them.
var podSettings = map[string]bool{
	"tolerations: [{operator: Exists}]":                                              true,
	"tolerations: [{key: a}]":                                                        true,
	"tolerations: [{key: a, value: b}]":                                              true,
	"tolerations: [{key: a, operator: Equal, value: b, effect: NoSchedule}]":         true,
	"tolerations: [{key: example.com/a, operator: Exists, effect: NoExecute}]":       true,
	"tolerations: [{key: a, effect: NoExecute, tolerationSeconds: 30}]":              true,
	"tolerations: [{key: a, effect: NoExecute, tolerationSeconds: -1}]":              true,
	"tolerations: [{key: a, effect: PreferNoSchedule}, {key: a, effect: NoExecute}]": true,
	"tolerations: [{key: a, operator: '', effect: ''}]":                              true,
	"tolerations: [{}]":                                                  false,
	"tolerations: [{value: a}]":                                          false,
	"tolerations: [{operator: Equal}]":                                   false,
	"tolerations: [{key: a b}]":                                          false,
	"tolerations: [{key: a, value: 'a b'}]":                              false,
	"tolerations: [{key: a, operator: exists}]":                          false,
	"tolerations: [{key: a, operator: Exists, value: b}]":                false,
	"tolerations: [{key: a, effect: No}]":                                false,
	"tolerations: [{key: a, tolerationSeconds: 30}]":                     false,
	"tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 30}]": false,
	"nodeSelector: {a: b, example.com/c: ''}":                            true,
	"nodeSelector: {a b: c}":                                             false,
	"nodeSelector: {a: 'b c'}":                                           false,
	"imagePullSecrets: [{name: registry}, {name: a.b}]":                  true,
	"priorityClassName: system-cluster-critical":                         true,
	"priorityClassName: A_B":                                             false,
	"resources: {requests: {cpu: 20m}, limits: {cpu: 20m, memory: 1Gi}}": true,
	"resources: {requests: {cpu: 2}, limits: {cpu: 1}}":                  false,
	"resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}":        false,
	"resources: {limits: {lots: 1}}":                                     false,
}

// TestTheSpecTakesPodsThatTheServerTakes asks the API server for pods of the sync runtime with each of the settings,
// and the function for a Segregation with it.
func TestTheSpecTakesPodsThatTheServerTakes(t *testing.T) {
	const form = `
sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1'}
components: {a: {secrets: {keys: [A]}}}
`
	objects := expandAndApply(t, "settings", form)
	for settings, accepted := range podSettings {
		t.Run(settings, func(t *testing.T) {
			pod := podOf(t, objects, "cloison-sync")
			into := any(&pod.Spec)
			if strings.HasPrefix(settings, "resources:") {
				pod.Spec.Containers[0].Resources.Requests, pod.Spec.Containers[0].Resources.Limits = nil, nil
				into = &pod.Spec.Containers[0]
			}
			require.NoError(t, yaml.UnmarshalStrict([]byte(settings), into))
			deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "settings"}}
			deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: pod.Labels}
			deployment.Spec.Template.Labels, deployment.Spec.Template.Spec = pod.Labels, pod.Spec
			_, err := shared.Clientset.AppsV1().Deployments("settings-a").Create(t.Context(), deployment,
				metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict})
			require.Equal(t, accepted, err == nil, "the API server: %v", err)

			outcome := runOn("settings", strings.Replace(form, "sync: {", "sync: {pod: {"+settings+"}, ", 1))
			require.Equal(t, accepted, !outcome.Failed(), "the Segregation: %v", outcome.Findings)
		})
	}
}
