package quota_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestLimitRangesFitIntoTheQuota(t *testing.T) {
	const at = " LimitRange a/l spec.limits[0]."
	manifests.Table{
		"the least is more than all": {
			Manifests: quotaOf("requests.cpu: 1") + limitsOf("{type: Container, min: {cpu: 2}}"),
			Want: []string{`error CLS-Q012` + at + `min.cpu: min of cpu is 2, and ResourceQuota "q" has 1 of ` +
				`requests.cpu in all: no container is admitted`},
		},
		"of the limits": {
			Manifests: quotaOf("limits.memory: 1Gi") + limitsOf("{type: Pod, min: {memory: 2Gi}}"),
			Want: []string{`error CLS-Q012` + at + `min.memory: min of memory is 2Gi, and ResourceQuota "q" has 1Gi of ` +
				`limits.memory in all: no pod is admitted`},
		},
		"of claims": {
			Manifests: quotaOf("requests.storage: 1Gi") + limitsOf("{type: PersistentVolumeClaim, min: {storage: 2Gi}}"),
			Want: []string{`error CLS-Q012` + at + `min.storage: min of storage is 2Gi, and ResourceQuota "q" has 1Gi of ` +
				`requests.storage in all: no claim is admitted`},
		},
		"the default is more than all": {
			Manifests: quotaOf("limits.cpu: 1") + limitsOf("{type: Container, default: {cpu: 2}}"),
			Want: []string{`warning CLS-Q012` + at + `default.cpu: default of cpu is 2, and ResourceQuota "q" has 1 of ` +
				`limits.cpu in all: a container that says nothing of its own is never admitted`},
		},
		"they fit": {Manifests: quotaOf("requests.cpu: 2, limits.cpu: 2, requests.storage: 2Gi") +
			limitsOf("{type: Container, min: {cpu: 1}, default: {cpu: 2}}, {type: PersistentVolumeClaim, min: {storage: 2Gi}}")},
		"of another resource": {Manifests: quotaOf("pods: 5") + limitsOf("{type: Container, min: {cpu: 2}}")},
		"a quota for some pods": {Manifests: manifests.Object("v1", "ResourceQuota", "q",
			"spec: {hard: {requests.cpu: 1}, scopes: [NotTerminating]}") + limitsOf("{type: Container, min: {cpu: 2}}")},
	}.Run(t, judge, manifests.Messages)
}

func TestWhatAnAutoscalerScalesMayBeElsewhere(t *testing.T) {
	lost := deployment("api", "", "") + autoscaler("autoscaling/v2", "lost", "worker", 1, 2)
	manifests.Table{
		"in another folder": {Manifests: lost, Want: []string{`info CLS-Q010 HorizontalPodAutoscaler a/lost ` +
			`spec.scaleTargetRef.name: assumed: namespace "a" has Deployment "worker", which is not in the input`}},
	}.Run(t, judge, manifests.Messages)
	manifests.Table{
		"not with a Segregation": {Manifests: lost, Want: []string{`warning CLS-Q010 HorizontalPodAutoscaler a/lost ` +
			`spec.scaleTargetRef.name: namespace "a" has no Deployment "worker" in the input, so nothing is scaled`}},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, "{a: {namespace: a}}"))
}
