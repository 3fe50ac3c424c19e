package runtime_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// judge judges manifests with a component whose secrets the engine copies, and returns the codes and fields of
// findings.
func judge(t *testing.T, text string, engine spec.Engine) string {
	t.Helper()
	declared := &plan.Plan{
		Segregation: "shop",
		Sync:        plan.Sync{Engine: engine, Image: "sync:v1", PollInterval: 90 * time.Second},
		Components: []plan.Component{
			{Name: "backend", Namespace: "shop-backend", Groups: []plan.SecretGroup{{}}},
			{Name: "ui", Namespace: "shop-ui"},
		},
	}
	set := manifests.Set(t, text)
	var found []string
	for _, f := range runtime.Check(set, scope.New(set, []*plan.Plan{declared})).Findings {
		found = append(found, strings.TrimPrefix(string(f.Code), "CLS-")+" "+f.Field.String())
	}
	slices.Sort(found)
	return strings.Join(found, ", ")
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
		"no pods":                 {"replicas: 1", "replicas: 0", "P016 spec.replicas"},
		"another image":           {"sync:v1", "sync:v2", differs + container + ".image"},
		"another namespace":       {"=shop-backend", "=shop-ui", differs + container + ".args"},
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
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, deployment, test.old)
			changed := strings.Replace(deployment, test.old, test.changed, 1)
			assert.Equal(t, test.want, judge(t, account+changed, spec.EngineCloison))
		})
	}
}

func TestAMissingRuntimeIsOneFinding(t *testing.T) {
	assert.Equal(t, "P015 ", judge(t, "", spec.EngineCloison))
}

func TestWithTheOperatorThereIsNoRuntime(t *testing.T) {
	assert.Empty(t, judge(t, "", spec.EngineExternalSecrets))
}
