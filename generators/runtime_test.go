package generators_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
)

// syncing has the engine Cloison, and further fields of sync.
func syncing(more string) string {
	return "  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1'" + more + "}\n"
}

type deployment = generators.Manifest[appsv1.DeploymentSpec]

func runtimeOf(t *testing.T, objects []generators.Object, namespace string) appsv1.DeploymentSpec {
	t.Helper()
	return find[*deployment](t, objects, namespace, "cloison-sync").Spec
}

func argsOf(t *testing.T, objects []generators.Object, namespace string) []string {
	t.Helper()
	return runtimeOf(t, objects, namespace).Template.Spec.Containers[0].Args
}

func TestTheRuntimeReachesItsOwnSecretsOnly(t *testing.T) {
	role := find[*rbacv1.Role](t, generate(t, everything, engineCloison), "shop-b", "cloison-sync")
	var secrets []rbacv1.PolicyRule
	for _, rule := range role.Rules {
		if slices.Contains(rule.Resources, "secrets") {
			secrets = append(secrets, rule)
		}
	}
	targets := []string{"b-payment-secrets", "b-secrets"}
	assert.Equal(t, []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"create", "patch"},
			ResourceNames: targets},
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get", "list", "watch"},
			ResourceNames: []string{"b-payment-secrets", "b-secrets", "own", "scw-b-credentials"}},
	}, secrets)
	for _, rule := range role.Rules {
		if slices.Contains(rule.Resources, "pods") {
			assert.Equal(t, []string{"list"}, rule.Verbs)
		}
		assert.NotContains(t, rule.Verbs, "*")
	}
}

func TestWithoutRestartTheRuntimeTouchesNoWorkload(t *testing.T) {
	role := find[*rbacv1.Role](t, generate(t, everything, syncing("")), "shop-b", "cloison-sync")
	for _, rule := range role.Rules {
		assert.NotContains(t, rule.APIGroups, "apps")
		assert.NotContains(t, rule.Resources, "pods")
	}
}

func TestTheRuntimeReachesScalewayWhereItIs(t *testing.T) {
	for name, test := range map[string]struct {
		apiURL, cidr, namespace string
		port                    int32
	}{
		"by default":                 {"", "0.0.0.0/0", "", 443},
		"a name":                     {"https://api.example.com", "0.0.0.0/0", "", 443},
		"a name and a port":          {"https://api.example.com:8443", "0.0.0.0/0", "", 8443},
		"http":                       {"http://api.example.com", "0.0.0.0/0", "", 80},
		"an address":                 {"http://198.51.100.7:8080", "198.51.100.7/32", "", 8080},
		"an address of IPv6":         {"https://[2001:db8::7]", "2001:db8::7/128", "", 443},
		"a Service":                  {"http://scw.emulator.svc:8080", "", "emulator", 8080},
		"a Service by its full name": {"https://scw.emulator.svc.cluster.local", "", "emulator", 443},
	} {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, "a: {secrets: {keys: [A]}}\n", syncing(""))
			p.Sync.APIURL = test.apiURL
			policy := find[*netv1.NetworkPolicy](t, generators.Generate(p, cluster.Kapsule()), "shop-a", "cloison-sync")
			rule := policy.Spec.Egress[len(policy.Spec.Egress)-1]
			require.NotEmpty(t, rule.To)
			if test.namespace != "" {
				assert.Equal(t, selector("kubernetes.io/metadata.name", test.namespace), rule.To[0].NamespaceSelector)
			} else {
				assert.Equal(t, test.cidr, rule.To[0].IPBlock.CIDR)
			}
			require.Len(t, rule.Ports, 1)
			assert.Equal(t, test.port, rule.Ports[0].Port.IntVal)
		})
	}
}

func TestTheRuntimeRunsAsItsPodSays(t *testing.T) {
	plain := runtimeOf(t, generate(t, "a: {secrets: {keys: [A]}}", syncing("")), "shop-a")
	assert.Equal(t, int32(1), *plain.Replicas)
	assert.Equal(t, appsv1.DeploymentStrategy{Type: "Recreate"}, plain.Strategy)
	assert.Empty(t, plain.Template.Spec.ImagePullSecrets)
	assert.Empty(t, plain.Template.Spec.Tolerations)
	assert.Empty(t, plain.Template.Spec.PriorityClassName)
	got := runtimeOf(t, generate(t, "a: {secrets: {keys: [A]}}", syncing(", pod: {replicas: 3, "+
		"resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}, imagePullSecrets: [{name: registry}], "+
		"nodeSelector: {pool: tools}, tolerations: [{key: a, value: b, effect: NoSchedule}], "+
		"priorityClassName: high}")), "shop-a")
	assert.Equal(t, int32(3), *got.Replicas)
	assert.Equal(t, appsv1.RollingUpdateDeployment{
		MaxSurge: new(intstr.FromInt32(0)), MaxUnavailable: new(intstr.FromInt32(1)),
	}, *got.Strategy.RollingUpdate, "never more pods than replicas")
	pod := got.Template.Spec
	assert.Equal(t, []corev1.LocalObjectReference{{Name: "registry"}}, pod.ImagePullSecrets)
	assert.Equal(t, map[string]string{"pool": "tools"}, pod.NodeSelector)
	assert.Equal(t, []corev1.Toleration{{Key: "a", Value: "b", Effect: "NoSchedule"}}, pod.Tolerations)
	assert.Equal(t, "high", pod.PriorityClassName)
	written, err := json.Marshal(pod.Containers[0].Resources)
	require.NoError(t, err)
	assert.JSONEq(t, `{"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}`, string(written))
}

func TestMetricsAreOpenToOneNamespaceOrNone(t *testing.T) {
	const services = "a: {secrets: {keys: [A]}}"
	closed := generate(t, services, syncing(""))
	policy := find[*netv1.NetworkPolicy](t, closed, "shop-a", "cloison-sync").Spec
	assert.Empty(t, policy.Ingress)
	assert.Equal(t, []netv1.PolicyType{"Egress"}, policy.PolicyTypes)
	for _, object := range closed {
		assert.NotEqual(t, "PodMonitor", object.GetObjectKind().GroupVersionKind().Kind)
	}
	open := generate(t, services, syncing(", metricsFrom: monitoring"))
	policy = find[*netv1.NetworkPolicy](t, open, "shop-a", "cloison-sync").Spec
	assert.Equal(t, []netv1.NetworkPolicyIngressRule{{
		From: []netv1.NetworkPolicyPeer{{NamespaceSelector: selector("kubernetes.io/metadata.name", "monitoring")}},
		Ports: []netv1.NetworkPolicyPort{
			{Protocol: new(corev1.ProtocolTCP), Port: new(intstr.FromInt32(8080))},
		},
	}}, policy.Ingress)
	assert.Equal(t, []netv1.PolicyType{"Egress", "Ingress"}, policy.PolicyTypes)
	monitor, err := json.Marshal(open[len(open)-1])
	require.NoError(t, err)
	assert.JSONEq(t, `{"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "metadata": {
		"name": "cloison-sync", "namespace": "shop-a", "labels": {
		"app.kubernetes.io/managed-by": "cloison", "app.kubernetes.io/part-of": "shop",
		"cloison.dev/component": "a", "cloison.dev/segregation": "shop"}},
		"spec": {"selector": {"matchLabels": {"app.kubernetes.io/name": "cloison-sync"}},
		"podMetricsEndpoints": [{"port": "metrics"}]}}`, string(monitor))
}

func TestTheRuntimesTakeTurnsInProbingEachOther(t *testing.T) {
	const project = "fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	objects := generate(t, `
c: {secrets: {keys: [A]}}
a: {secrets: {keys: [A]}, scaleway: {region: nl-ams, projectID: 0d6be5f3-7a92-4c18-8e4d-b93f60a1c572}}
b: {secrets: {keys: [A], path: /z}, secretGroups: {x: {keys: [B], path: /b/x}}}
ui: {}
`, syncing(""))
	const own = "nl-ams/0d6be5f3-7a92-4c18-8e4d-b93f60a1c572/shop-a"
	for namespace, want := range map[string]string{
		// 1 store x 3 folders, then 2 x 2, then 1 x 3.
		"shop-a": "--probe-folder=" + project + "/b/x --probe-folder=" + project + "/shop-c " +
			"--probe-folder=" + project + "/z --probe-interval=1h --probe-offset=0s",
		"shop-b": "--probe-folder=" + project + "/shop-c --probe-folder=" + own + " " +
			"--probe-interval=1h --probe-offset=2m",
		"shop-c": "--probe-folder=" + project + "/b/x --probe-folder=" + project + "/z --probe-folder=" + own + " " +
			"--probe-interval=1h --probe-offset=4m40s",
	} {
		args := argsOf(t, objects, namespace)
		from := slices.Index(args, "--minimum-version=0.1.0")
		require.GreaterOrEqual(t, from, 0, args)
		assert.Equal(t, want, strings.Join(args[from+1:], " "), namespace)
	}
}

func TestOneComponentWithSecretsHasNothingToProbe(t *testing.T) {
	args := argsOf(t, generate(t, "a: {secrets: {keys: [A]}, secretGroups: {x: {keys: [B]}}}\nb: {}", syncing("")),
		"shop-a")
	assert.NotContains(t, strings.Join(args, " "), "--probe")
}

func TestManyProbesTakeMoreThanAnHour(t *testing.T) {
	var services strings.Builder
	for i := range 30 {
		fmt.Fprintf(&services, "c%02d: {secrets: {keys: [A]}}\n", i)
	}
	args := argsOf(t, generate(t, services.String(), syncing("")), "shop-c29")
	assert.Equal(t, []string{"--probe-interval=9h40m", "--probe-offset=9h20m40s"}, args[len(args)-2:],
		"30 x 29 probes of 40 s, of which those of 29 components come before")
}
