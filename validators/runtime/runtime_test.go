package runtime_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/runtime"
)

const account = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: cloison-sync, namespace: shop-backend}
---
`

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cloison-sync, namespace: shop-backend}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: cloison-sync}}
  template:
    metadata: {labels: {app.kubernetes.io/name: cloison-sync}}
    spec:
      serviceAccountName: cloison-sync
      automountServiceAccountToken: true
      imagePullSecrets: [{name: registry}]
      nodeSelector: {pool: tools}
      tolerations: [{key: dedicated, value: tools, effect: NoSchedule}]
      priorityClassName: high
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: cloison-sync
        image: sync:v1
        args: [--namespace=shop-backend, --poll-interval=1m30s, --leader-elect, --minimum-version=0.1.0,
          --probe-folder=fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/shop-api, --probe-folder=nl-ams/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/shop-web,
          --probe-interval=1h, --probe-offset=1m20s, --metrics-bind-address=:8080, --health-probe-bind-address=:8081]
        ports: [{name: metrics, containerPort: 8080}]
        resources: {requests: {cpu: 20m, memory: 32Mi}, limits: {memory: 128Mi}}
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
`

const monitor = `---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: cloison-sync, namespace: shop-backend}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: cloison-sync}}
  podMetricsEndpoints: [{port: metrics}]
status: {bindings: []}
`

func group(region, folder string) plan.SecretGroup {
	return plan.SecretGroup{Region: region, ProjectID: project, Folder: folder}
}

func amounts(cpu, memory string) corev1.ResourceList {
	list := corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memory)}
	if cpu != "" {
		list[corev1.ResourceCPU] = resource.MustParse(cpu)
	}
	return list
}

// declared has three components with secrets, of which only the runtime of backend is among the manifests, and one
// without. Probes are numbered from api on: 1 store x 2 folders, then 1 x 2 of backend, then 1 x 2 of web.
func declared(engine spec.Engine) *plan.Plan {
	return &plan.Plan{
		Segregation: "shop",
		Sync: plan.Sync{
			Engine: engine, Image: "sync:v1", PollInterval: 90 * time.Second, MetricsFrom: "monitoring",
			Pod: plan.RuntimePod{
				Replicas: 2,
				Resources: corev1.ResourceRequirements{
					Requests: amounts("20m", "32Mi"), Limits: amounts("", "128Mi"),
				},
				ImagePullSecrets: []corev1.LocalObjectReference{{Name: "registry"}},
				NodeSelector:     map[string]string{"pool": "tools"},
				Tolerations: []corev1.Toleration{{Key: "dedicated", Operator: "Equal", Value: "tools",
					Effect: "NoSchedule"}},
				PriorityClassName: "high",
			},
		},
		Components: []plan.Component{
			{Name: "api", Namespace: "shop-api", Groups: []plan.SecretGroup{group("fr-par", "/shop-api")}},
			{Name: "backend", Namespace: "shop-backend", Groups: []plan.SecretGroup{group("fr-par", "/shop-backend")}},
			{Name: "ui", Namespace: "shop-ui"},
			{Name: "web", Namespace: "shop-web", Groups: []plan.SecretGroup{group("nl-ams", "/shop-web")}},
		},
	}
}

// check judges the runtime of backend.
func check(t *testing.T, text string, p *plan.Plan) []finding.Finding {
	t.Helper()
	return checkOnly(t, text, p, "shop-backend")
}

// checkOnly judges the runtime of one namespace; the components of others are not among the manifests.
func checkOnly(t *testing.T, text string, p *plan.Plan, namespace string) []finding.Finding {
	t.Helper()
	others := map[string]bool{}
	for i := range p.Components {
		if other := p.Components[i].Namespace; other != namespace {
			others[other] = true
		}
	}
	set := manifests.Set(t, text)
	return runtime.Check(set, scope.New(set, []*plan.Plan{p}).Without(others)).Findings
}

// codes are the codes and fields of findings, sorted.
func codes(found []finding.Finding) string {
	var texts []string
	for _, f := range found {
		texts = append(texts, strings.TrimPrefix(string(f.Code), "CLS-")+" "+f.Field.String())
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

func judge(t *testing.T, text string, engine spec.Engine) string {
	t.Helper()
	return codes(check(t, text, declared(engine)))
}

// changedOnce is the Deployment with one text replaced, and the rest of the runtime.
func changedOnce(t *testing.T, old, changed string) string {
	t.Helper()
	require.Contains(t, deployment, old)
	return account + strings.Replace(deployment, old, changed, 1) + monitor
}

func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	manifests.Judge(func(set *objects.Set, components *scope.Scope) []finding.Finding {
		return runtime.Check(set, components).Findings
	}).AcceptsWhatIsGenerated(t)
}

func TestTheRuntimeOfTheEngineCloisonMustBeAsDeclared(t *testing.T) {
	const (
		differs     = "P016 spec.template"
		weakened    = "P017 spec.template.spec"
		container   = ".spec.containers[0]"
		context     = ".securityContext."
		ofPod       = weakened + context
		ofContainer = weakened + ".containers[0]" + context
		labels      = "metadata: {labels: {app.kubernetes.io/name: cloison-sync}}"
	)
	for name, test := range map[string]struct {
		old, changed, want string
	}{
		"as generated":            {"", "", ""},
		"missing":                 {deployment, "", "P015 "},
		"the interval in seconds": {"1m30s", "90s", ""},
		"another interval":        {"1m30s", "90m", differs + container + ".args"},
		"no pods":                 {"replicas: 2", "replicas: 0", "P016 spec.replicas"},
		"another image":           {"sync:v1", "sync:v2", differs + container + ".image"},
		"another namespace":       {"--namespace=shop-backend", "--namespace=shop-ui", differs + container + ".args"},
		"restarts nobody asked":   {"--leader-elect", "--leader-elect, --restart", differs + container + ".args"},
		"another command":         {"image:", "command: [sh]\n        image:", differs + container + ".command"},
		"another service account": {"serviceAccountName: cloison-sync", "", differs + ".spec.serviceAccountName"},
		"no token":                {"Token: true", "Token: false", differs + ".spec.automountServiceAccountToken"},
		"another label": {labels, "metadata: {labels: {app: x}}",
			"P016 spec.selector, " + differs + ".metadata.labels"},
		"a container beside it": {"containers:", "containers:\n      - {name: shell}", weakened + ".containers[0]"},
		"a container by its name": {"- name: cloison-sync", "- name: x",
			differs + ".spec.containers, " + weakened + ".containers[0]"},
		"root": {"runAsNonRoot: true", "runAsUser: 0",
			ofPod + "runAsNonRoot, " + ofPod + "runAsUser"},
		"no seccomp":               {"RuntimeDefault", "Unconfined", ofPod + "seccompProfile.type"},
		"privileges by escalation": {"Escalation: false", "Escalation: true", ofContainer + "allowPrivilegeEscalation"},
		"a file system to write":   {"Filesystem: true", "Filesystem: false", ofContainer + "readOnlyRootFilesystem"},
		"capabilities":             {"drop: [ALL]", "drop: [ALL], add: [NET_RAW]", ofContainer + "capabilities"},
		"fewer replicas":           {"replicas: 2", "replicas: 1", "P016 spec.replicas"},
		"one replica by default":   {"replicas: 2", "paused: false", "P016 spec.replicas"},
		"more memory":              {"memory: 128Mi", "memory: 1Gi", differs + container + ".resources"},
		"the same in other units":  {"memory: 128Mi", "memory: 131072Ki", ""},
		"a limit of its own":       {"{memory: 128Mi", "{cpu: 1, memory: 128Mi", differs + container + ".resources"},
		"another pull secret": {"[{name: registry}]", "[{name: backend-secrets}]", differs +
			".spec.imagePullSecrets"},
		"one more pull secret": {"[{name: registry}]", "[{name: registry}, {name: x}]", differs +
			".spec.imagePullSecrets"},
		"other nodes": {"pool: tools", "pool: others", differs + ".spec.nodeSelector"},
		"no taint is tolerated": {"{key: dedicated, value: tools, effect: NoSchedule}", "", differs +
			".spec.tolerations"},
		"an operator by its name": {"value: tools,", "operator: Equal, value: tools,", ""},
		"every taint is tolerated": {"{key: dedicated, value: tools, effect: NoSchedule}", "{operator: Exists}",
			differs + ".spec.tolerations"},
		"another priority": {"priorityClassName: high", "priorityClassName: low", differs +
			".spec.priorityClassName"},
		"another port for metrics": {"containerPort: 8080", "containerPort: 8081", differs + container + ".ports"},
		"metrics by UDP": {"containerPort: 8080", "containerPort: 8080, protocol: UDP", differs + container +
			".ports"},
		"metrics elsewhere": {"address=:8080", "address=:9090", differs + container + ".args"},
		"a variable": {"image:", "env: [{name: SSL_CERT_FILE, value: /x}]\n        image:", weakened +
			".containers[0].env"},
		"variables": {"image:", "envFrom: [{configMapRef: {name: x}}]\n        image:", weakened +
			".containers[0].envFrom"},
		"a volume": {"containers:", "volumes: [{name: x, configMap: {name: x}}]\n      containers:",
			weakened + ".volumes"},
		"a mount": {"image:", "volumeMounts: [{name: x, mountPath: /etc/ssl}]\n        image:",
			weakened + ".containers[0].volumeMounts"},
		"another address of Scaleway": {"containers:", "hostAliases: [{ip: 192.0.2.1, hostnames: " +
			"[api.scaleway.com]}]\n      containers:",
			weakened + ".hostAliases"},
		"the network of the node": {"containers:", "hostNetwork: true\n      containers:", weakened + ".hostNetwork"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, judge(t, changedOnce(t, test.old, test.changed), spec.EngineCloison))
		})
	}
}

func TestAMissingRuntimeIsOneFinding(t *testing.T) {
	assert.Equal(t, "P015 ", judge(t, monitor, spec.EngineCloison))
	assert.Equal(t, "P015 ", judge(t, account, spec.EngineCloison), "nor is there anything to monitor")
}

func TestThePodMonitorSaysWhatIsReadAndNothingElse(t *testing.T) {
	const endpoints = "P016 spec.podMetricsEndpoints"
	for name, test := range map[string]struct{ old, changed, want string }{
		"as generated":     {"", "", ""},
		"missing":          {monitor, "", "P015 "},
		"of other pods":    {"name: cloison-sync}}", "name: api}}", "P016 spec.selector"},
		"of every pod":     {"{matchLabels: {app.kubernetes.io/name: cloison-sync}}", "{}", "P016 spec.selector"},
		"nothing":          {"[{port: metrics}]", "[]", endpoints},
		"another port":     {"port: metrics", "port: health", endpoints},
		"one port more":    {"{port: metrics}", "{port: metrics}, {port: http}", endpoints},
		"another version":  {"com/v1", "com/v1alpha1", "P016 apiVersion"},
		"a list it is not": {"[{port: metrics}]", "metrics", "P016 spec, " + endpoints},
		"a Secret that Prometheus would read and send": {
			"{port: metrics}", "{port: metrics, basicAuth: {password: {name: backend-secrets, key: A}}}",
			endpoints + "[0].basicAuth",
		},
		"other namespaces": {"spec:", "spec:\n  namespaceSelector: {any: true}", "P016 spec.namespaceSelector"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, monitor, test.old)
			text := account + deployment + strings.Replace(monitor, test.old, test.changed, 1)
			assert.Equal(t, test.want, judge(t, text, spec.EngineCloison))
		})
	}
}

func TestWhereNobodyReadsMetricsNeitherMonitorNorPortIsNeeded(t *testing.T) {
	p := declared(spec.EngineCloison)
	p.Sync.MetricsFrom = ""
	text := strings.Replace(deployment, "ports: [{name: metrics, containerPort: 8080}]", "ports: []", 1)
	assert.Empty(t, check(t, account+text, p))
}

func TestWithTheOperatorThereIsNoRuntime(t *testing.T) {
	assert.Empty(t, judge(t, "", spec.EngineExternalSecrets))
}
