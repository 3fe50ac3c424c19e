package objects_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// decoded is the value of a field as kubectl reads it, and as the package does.
func decoded(t *testing.T, text string) (want, got any) {
	t.Helper()
	document := "apiVersion: v1\nkind: Test\nvalue: " + text + "\n"
	var reference map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(document), &reference), text)
	found, err := objects.Parse("", []byte(document))
	require.NoError(t, err, text)
	var ours map[string]any
	err = found[0].DecodePart(&ours)
	require.NoError(t, err, text)
	return reference["value"], ours["value"]
}

func TestValuesAreReadAsKubectlReadsThem(t *testing.T) {
	for _, text := range []string{
		"a", `"a"`, "'a'", "null", "~", "", "Null", "true", "True", "TRUE", "false", "yes", "Yes", "no", "on", "off", "y", "n", "Y", "N",
		`"yes"`, "'no'", "!!str yes", "0", "-1", "+1", "1_000", "0x1f", "0o17", "017", "0b101", "1.5", "-1.5e3", "1e3", "1.", ".5",
		"1h", "10Gi", "100m", "1:30", "2026-01-02", "2026-01-02T03:04:05Z",
		"|\n  a\n  b", ">\n  a\n  b", "[]", "{}", "[1, a, true]", "{a: 1, b: [c]}", `"\u00e9\n\t\""`, "é", "=", "<",
		`"a<b>&c"`, `"\u2028"`, `"\x07"`,
	} {
		want, got := decoded(t, text)
		wanted, err := json.Marshal(want)
		require.NoError(t, err)
		given, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, string(wanted), string(given), text)
	}
}

// problems says what NewSet finds in manifests.
func problems(t *testing.T, manifests string) []string {
	t.Helper()
	found, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	_, findings := objects.NewSet(found)
	finding.Sort(findings)
	var lines []string
	for _, f := range findings {
		lines = append(lines, f.Field.String()+": "+f.Message)
	}
	return lines
}

func TestMalformedObjectsAreSaidWithoutTheirValues(t *testing.T) {
	for name, test := range map[string]struct {
		manifest string
		want     []string
	}{
		"a wrong type": {"{apiVersion: apps/v1, kind: Deployment, spec: {replicas: hunter2}}",
			[]string{"spec.replicas: the object cannot be read as a Deployment: got a string, must be a whole number"}},
		"a number for a text": {"{apiVersion: v1, kind: Secret, stringData: {A: 12345}}",
			[]string{"stringData: the object cannot be read as a Secret: got a number, must be text (put it in quotes)"}},
		"an unknown field": {"{apiVersion: v1, kind: Secret, strngData: {A: hunter2}}",
			[]string{"strngData: a Secret has no field strngData; the API server refuses or drops it"}},
		"a field twice": {"{apiVersion: v1, kind: Secret, stringData: {A: hunter2, A: hunter3}}",
			[]string{"stringData.A: the field is given twice"}},
		"a merge key": {"{apiVersion: v1, kind: Secret, data: &x {a: hunter2!}, stringData: {<<: *x}}",
			[]string{": the object cannot be read as a Secret: a value is malformed"}},
		"an unknown field whose name has dots": {"{apiVersion: apps/v1, kind: Deployment, spec: {selector: " +
			"{app.kubernetes.io/component: hunter2}}}",
			[]string{"spec.selector[app.kubernetes.io/component]: a Deployment has no field " +
				"app.kubernetes.io/component; the API server refuses or drops it"}},
		"a name with dots twice": {"{apiVersion: v1, kind: Secret, stringData: {tls.crt: hunter2, tls.crt: hunter3}}",
			[]string{"stringData[tls.crt]: the field is given twice"}},
		"an exponent without end": {
			`{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: "1E-999999999"}}}`,
			[]string{": the object cannot be read as a ResourceQuota: a number has an exponent of seven digits or " +
				"more, " +
				"which no quantity needs"}},
		"a large exponent, bare": {
			`{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: 1e+12345678}}}`,
			[]string{": the object cannot be read as a ResourceQuota: a number has an exponent of seven digits or " +
				"more, " +
				"which no quantity needs"}},
		"a long exponent of a quantity": {
			`{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: "1e9999"}}}`,
			[]string{": the object cannot be read as a ResourceQuota: a quantity has an exponent of four digits or more, " +
				"or a thousand digits, which none needs"}},
		"many digits of a quantity": {
			`{apiVersion: v1, kind: ResourceQuota, spec: {hard: {cpu: ` + strings.Repeat("9", 1000) + `}}}`,
			[]string{": the object cannot be read as a ResourceQuota: a quantity has an exponent of four digits or more, " +
				"or a thousand digits, which none needs"}},
		"what only looks like one": {
			`{apiVersion: v1, kind: ConfigMap, metadata: {labels: {sha: 7e12345, long: a1e12345678, b: ` +
				`1e12345678-x}}, data: {n: "1e999999", d: "` + strings.Repeat("9", 1000) + `"}}`,
			nil},
		"a list for an object": {"{apiVersion: v1, kind: Service, spec: {selector: [hunter2]}}",
			[]string{"spec.selector: the object cannot be read as a Service: got a list, must be a map"}},
		"an object for a text": {
			"{apiVersion: external-secrets.io/v1, kind: SecretStore, spec: {provider: {scaleway: {projectId: {a: " +
				"hunter2}}}}}",
			[]string{"spec.provider.scaleway.projectId: the object cannot be read as a SecretStore: got an object, " +
				"must be text"}},
		"data that is no base64": {"{apiVersion: v1, kind: Secret, data: {A: hunter2!}}",
			[]string{": the object cannot be read as a Secret: a value is malformed"}},
		"a version that is gone": {"{apiVersion: extensions/v1beta1, kind: DaemonSet}",
			[]string{`apiVersion: the API server serves no DaemonSet of version "extensions/v1beta1"; must be apps/v1`}},
		"a kind that is not read": {"{apiVersion: example.com/v1, kind: Anything, spec: 1}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := problems(t, test.manifest)
			assert.Equal(t, test.want, got)
			assert.NotContains(t, strings.Join(got, "\n"), "hunter")
		})
	}
}

func TestWorkloadsOfOtherProjectsAreWorkloads(t *testing.T) {
	found, err := objects.Parse("", []byte(`{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: a}, spec: {
  strategy: {canary: {}}, template: {spec: {hostPID: true, containers: [{name: c}]}}}}
---
{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: b}, spec: {template: {spec: {containerConcurrency: 2, containers: [{name: c}]}}}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: refers}, spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}
---
{apiVersion: example.com/v1, kind: Rollout, metadata: {name: another}, spec: {template: {spec: {hostPID: true}}}}
`))
	require.NoError(t, err)
	set, findings := objects.NewSet(found)
	assert.Empty(t, findings, "their other fields are not known")
	require.Len(t, set.Workloads, 2)
	assert.True(t, set.Workloads[0].Pod.Spec.HostPID)
	assert.Equal(t, fieldpath.Of("spec", "template", "spec"), set.Workloads[1].SpecPath())
}

func TestSetsLeaveOutWhatIsNotApplied(t *testing.T) {
	found, err := objects.Parse("", []byte(`{apiVersion: v1, kind: Secret, metadata: {name: a}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b, annotations: {config.kubernetes.io/local-config: "true"}}}
---
{apiVersion: cloison.dev/v1alpha1, kind: Segregation, metadata: {name: c}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: d}, spec: {jobTemplate: {spec: {template: {spec: {
  initContainers: [{name: i}], containers: [{name: c}]}}}}}}
`))
	require.NoError(t, err)
	set, findings := objects.NewSet(found)
	assert.Empty(t, findings)
	assert.Len(t, set.All, 2)
	assert.Len(t, set.Local, 1)
	assert.Len(t, set.Secrets, 1)
	require.Len(t, set.Workloads, 1)
	var paths []string
	for c := range set.Workloads[0].Containers() {
		paths = append(paths, c.Path.String())
	}
	assert.Equal(t, []string{"spec.jobTemplate.spec.template.spec.initContainers[0]",
		"spec.jobTemplate.spec.template.spec.containers[0]"}, paths)
}
