package objects_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// TestPodsInCustomObjects lists, for each pod that is found: its namespace, its account, its containers by path, and
// its volumes.
func TestPodsInCustomObjects(t *testing.T) {
	for name, c := range map[string]struct {
		object string
		want   []string
	}{
		"a Workflow has one container a template, and volumes around it": {`
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: w, namespace: a}
spec:
  serviceAccountName: app
  volumes: [{name: v, secret: {secretName: s}}]
  templates:
    - {name: one, container: {image: x}, sidecars: [{name: side, image: z}]}
    - {name: two, serviceAccountName: other, script: {image: z}}
    - {name: steps, steps: [[{name: s, template: one}]]}
`, []string{
			"a app v: ",
			"a app v: spec.templates[0].container spec.templates[0].sidecars[0]",
			"a other v: spec.templates[1].script",
		}},
		"a TaskRun has steps": {`
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: w, namespace: a}
spec: {taskSpec: {steps: [{name: s, image: x, env: [{name: A, value: b}]}], volumes: [{name: v, hostPath: {path: /}}]}}
`, []string{"a  v: spec.taskSpec.steps[0]"}},
		"a pod template anywhere, with init containers": {`
apiVersion: batch.volcano.sh/v1alpha1
kind: Job
metadata: {name: w, namespace: a}
spec: {tasks: [{template: {spec: {initContainers: [{name: i, image: x}], containers: [{name: c, image: x}]}}}]}
`, []string{"a  : spec.tasks[0].template.spec.initContainers[0] spec.tasks[0].template.spec.containers[0]"}},
		"containers that only change those of an operator": {`
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: w, namespace: a}
spec: {containers: [{name: prometheus, envFrom: [{secretRef: {name: s}}]}], image: x}
`, []string{"a  : spec.containers[0]"}},
		"an object that is itself as good as a container": {`
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: w, namespace: a}
spec: {envFrom: [{secretRef: {name: s}}], volumeMounts: [{name: v, mountPath: /v}], volumes: [{name: v, hostPath: {path: /}}]}
`, []string{"a  v: spec"}},
		"a manifest inside has its own namespace": {`
apiVersion: work.karmada.io/v1alpha1
kind: Work
metadata: {name: w, namespace: karmada}
spec:
  workload:
    manifests:
      - {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: b}, spec: {containers: [{name: c, image: x}]}}
`, []string{"b  : spec.workload.manifests[0].spec.containers[0]"}},
		"a policy has patterns": {`
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: w}
spec: {rules: [{validate: {pattern: {spec: {containers: [{name: c, image: "!*:latest"}]}}}}]}
`, nil},
		"images of other things": {`
apiVersion: example.org/v1
kind: Thing
metadata: {name: w, namespace: a}
spec: {image: x, images: [{name: a, newTag: b}], env: production, containers: 3}
`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := objects.Parse("", []byte(c.object))
			require.NoError(t, err)
			set, findings := objects.NewSet(all)
			require.Empty(t, findings)
			assert.Len(t, set.Custom, 1)
			var found []string
			for _, w := range set.CustomWorkloads {
				assert.True(t, w.Custom)
				var volumes, containers []string
				for _, v := range w.Pod.Spec.Volumes {
					volumes = append(volumes, v.Name)
				}
				for container := range w.Containers() {
					containers = append(containers, container.Path.String())
				}
				found = append(found, w.PodNamespace()+" "+w.Pod.Spec.ServiceAccountName+" "+
					strings.Join(volumes, ",")+": "+strings.Join(containers, " "))
			}
			slices.Sort(found)
			assert.Equal(t, c.want, found)
		})
	}
}

func TestNumberWithoutEndInCustomObject(t *testing.T) {
	all, err := objects.Parse("", []byte(`
apiVersion: example.org/v1
kind: Thing
metadata: {name: w, namespace: a}
spec:
  commit: "12e4567890"
  containers: [{name: c, image: x, resources: {limits: {cpu: "1e99999999"}}, envFrom: [{secretRef: {name: s}}]}]
`))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	assert.Empty(t, findings)
	require.Len(t, set.CustomWorkloads, 1)
	assert.Equal(t, "s", set.CustomWorkloads[0].Pod.Spec.Containers[0].EnvFrom[0].SecretRef.Name)
}

// TestFieldsOfPodsInCustomObjects looks for the path of a field where the kind of the object has the container.
func TestFieldsOfPodsInCustomObjects(t *testing.T) {
	all, err := objects.Parse("", []byte(`
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: w, namespace: a}
spec: {templates: [{name: t, container: {image: x}, initContainers: [{name: i, image: x}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: a}
spec: {selector: {}, template: {spec: {containers: [{name: c, image: x}]}}}
`))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	require.Empty(t, findings)
	require.Len(t, set.CustomWorkloads, 1)
	privileged := fieldpath.Of("containers").Index(0).Child("securityContext", "privileged")
	for _, c := range []struct {
		in    *objects.Workload
		field fieldpath.Path
		want  string
	}{
		{set.CustomWorkloads[0], privileged, "spec.templates[0].container.securityContext.privileged"},
		{set.CustomWorkloads[0], fieldpath.Of("initContainers").Index(0), "spec.templates[0].initContainers[0]"},
		{set.CustomWorkloads[0], fieldpath.Of("hostPID"), "spec.templates[0].hostPID"},
		{set.Workloads[0], privileged, "spec.template.spec.containers[0].securityContext.privileged"},
	} {
		assert.Equal(t, c.want, c.in.FieldPath(c.field).String())
	}
}
