package runtime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/runtime"
)

const account = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: cloison-sync, namespace: shop-backend}
---
`

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cloison-sync, namespace: shop-backend}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: cloison-sync}}
  template:
    metadata: {labels: {app.kubernetes.io/name: cloison-sync}}
    spec:
      serviceAccountName: cloison-sync
      automountServiceAccountToken: true
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: cloison-sync
        image: sync:v1
        args: [--namespace=shop-backend, --poll-interval=1m30s, --leader-elect]
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
`

// check judges manifests against a component whose secrets the engine copies.
func check(t *testing.T, manifests string, engine spec.Engine) []string {
	t.Helper()
	parsed, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	set, findings := objects.NewSet(parsed)
	require.Empty(t, findings)
	p := &plan.Plan{
		Segregation: "shop",
		Sync:        plan.Sync{Engine: engine, Image: "sync:v1", PollInterval: 90 * time.Second},
		Components:  []plan.Component{{Name: "backend", Namespace: "shop-backend", Groups: []plan.SecretGroup{{}}}, {Name: "ui", Namespace: "shop-ui"}},
	}
	var found []string
	for _, f := range runtime.Check(set, scope.New(set, []*plan.Plan{p})) {
		found = append(found, strings.TrimPrefix(string(f.Code), "CLS-")+" "+f.Field)
	}
	return found
}

func TestTheRuntimeOfTheEngineCloisonMustBeAsDeclared(t *testing.T) {
	const container = "spec.template.spec.containers[0]"
	for name, test := range map[string]struct {
		old, new string
		want     []string
	}{
		"as generated":             {"", "", nil},
		"missing":                  {deployment, "", []string{"P015 "}},
		"the interval in seconds":  {"1m30s", "90s", nil},
		"another interval":         {"1m30s", "90m", []string{"P016 " + container + ".args"}},
		"no pods":                  {"replicas: 1", "replicas: 0", []string{"P016 spec.replicas"}},
		"another image":            {"sync:v1", "sync:v2", []string{"P016 " + container + ".image"}},
		"another namespace":        {"--namespace=shop-backend", "--namespace=shop-ui", []string{"P016 " + container + ".args"}},
		"restarts nobody asked":    {"--leader-elect", "--leader-elect, --restart", []string{"P016 " + container + ".args"}},
		"another command":          {"image: sync:v1", "image: sync:v1\n        command: [sh]", []string{"P016 " + container + ".command"}},
		"another service account":  {"serviceAccountName: cloison-sync", "serviceAccountName: default", []string{"P016 spec.template.spec.serviceAccountName"}},
		"no token":                 {"automountServiceAccountToken: true", "automountServiceAccountToken: false", []string{"P016 spec.template.spec.automountServiceAccountToken"}},
		"another label":            {"metadata: {labels: {app.kubernetes.io/name: cloison-sync}}", "metadata: {labels: {app: x}}", []string{"P016 spec.selector", "P016 spec.template.metadata.labels"}},
		"a container beside it":    {"      containers:\n", "      containers:\n      - {name: shell, image: shell:v1}\n", []string{"P017 " + container}},
		"a container by its name":  {"- name: cloison-sync", "- name: other", []string{"P017 " + container, "P016 spec.template.spec.containers"}},
		"root":                     {"runAsNonRoot: true", "runAsUser: 0", []string{"P017 spec.template.spec.securityContext.runAsNonRoot", "P017 spec.template.spec.securityContext.runAsUser"}},
		"no seccomp":               {"type: RuntimeDefault", "type: Unconfined", []string{"P017 spec.template.spec.securityContext.seccompProfile.type"}},
		"privileges by escalation": {"allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", []string{"P017 " + container + ".securityContext.allowPrivilegeEscalation"}},
		"a file system to write":   {"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", []string{"P017 " + container + ".securityContext.readOnlyRootFilesystem"}},
		"capabilities":             {"drop: [ALL]", "drop: [ALL], add: [NET_RAW]", []string{"P017 " + container + ".securityContext.capabilities"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, deployment, test.old)
			assert.Equal(t, test.want, check(t, account+strings.Replace(deployment, test.old, test.new, 1), spec.EngineCloison))
		})
	}
}

func TestAMissingRuntimeIsOneFinding(t *testing.T) {
	assert.Equal(t, []string{"P015 "}, check(t, "", spec.EngineCloison))
}

func TestWithTheOperatorThereIsNoRuntime(t *testing.T) {
	assert.Empty(t, check(t, "", spec.EngineExternalSecrets))
}
