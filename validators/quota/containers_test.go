package quota_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestContainersSetWhatQuotasAndLimitRangesDemand(t *testing.T) {
	pod := func(containers string) string { return manifests.Object("v1", "Pod", "p", "spec: {"+containers+"}") }
	manifests.Table{
		"every container sets what the quota counts": {
			Manifests: quotaOf("requests.cpu: 5, limits.cpu: 5") + deployment("api", "", "limits: {cpu: 1}"),
		},
		"containers that do not, init containers too": {
			Manifests: quotaOf("requests.cpu: 5, limits.memory: 5Gi, requests.ephemeral-storage: 1Gi") +
				pod("containers: [{name: c, resources: {requests: {cpu: 1}}}, {name: d, resources: {limits: {cpu: 1, "+
					"memory: 1Gi}}}], initContainers: [{name: i}]"),
			Want: []string{`error CLS-Q002 Pod a/p spec.initContainers[0].resources: container "i" sets no ` +
				`limits.memory, requests.cpu; ` +
				`container "c" sets no limits.memory, and no LimitRange fills it in; ResourceQuota "q" counts it, so ` +
				`that the API server refuses the pods`},
		},
		"a LimitRange fills them in, also from its maximum": {
			Manifests: quotaOf("requests.cpu: 5, limits.memory: 5Gi") + limitsOf("{type: Container, default: {cpu: "+
				"1}, max: {memory: 1Gi}}") + deployment("api", "", ""),
		},
		"resources of the pod as a whole": {
			Manifests: quotaOf("requests.cpu: 1, limits.cpu: 3") + pod("resources: {limits: {cpu: 2}}, containers: "+
				"[{name: c}]"),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[requests.cpu]: requests.cpu: 2 of 1: Pod " +
				"p 1 x 2"},
		},
		"a quota that does not count the pod": {
			Manifests: manifests.Object("v1", "ResourceQuota", "q", "spec: {hard: {requests.cpu: 1}, scopes: "+
				"[Terminating]}") + deployment("api", "", ""),
		},
		"an init container below the minimum": {
			Manifests: limitsOf("{type: Container, min: {cpu: 100m}}") +
				pod("initContainers: [{name: i, resources: {requests: {cpu: 50m}}}], containers: [{name: c, "+
					"resources: {requests: {cpu: 100m}}}]"),
			Want: []string{`error CLS-Q003 Pod a/p spec.initContainers[0].resources: container "i" requests cpu 50m, ` +
				`below the minimum 100m of LimitRange "l"`},
		},
		"above the maximum": {
			Manifests: limitsOf("{type: Container, max: {memory: 1Gi}}") +
				deployment("api", "", "requests: {memory: 1Gi}, limits: {memory: 2Gi}"),
			Want: []string{`error CLS-Q003 Deployment a/api spec.template.spec.containers[0].resources: container ` +
				`"c" limits memory to 2Gi, ` +
				`above the maximum 1Gi of LimitRange "l"`},
		},
		"more than the ratio, and exactly the ratio": {
			Manifests: limitsOf("{type: Container, maxLimitRequestRatio: {cpu: 3}}") +
				deployment("api", "", "requests: {cpu: 100m}, limits: {cpu: 400m}") +
				deployment("web", "", "requests: {cpu: 100m}, limits: {cpu: 300m}"),
			Want: []string{`error CLS-Q003 Deployment a/api spec.template.spec.containers[0].resources: container ` +
				`"c" limits cpu to 400m, ` +
				`more than 3 times its request 100m, the ratio of LimitRange "l"`},
		},
		"a pod above the maximum of pods, its containers together": {
			Manifests: limitsOf("{type: Pod, max: {cpu: 1}}") + pod("containers: [{name: c, resources: {limits: "+
				"{cpu: 600m}}}, {name: d, resources: {limits: {cpu: 600m}}}]"),
			Want: []string{`error CLS-Q003 Pod a/p spec: the pod limits cpu to 1200m, above the maximum 1 of ` +
				`LimitRange "l"`},
		},
		"claims, and templates of claims": {
			Manifests: limitsOf("{type: PersistentVolumeClaim, min: {storage: 2Gi}, max: {storage: 5Gi}}") +
				manifests.Object("v1", "PersistentVolumeClaim", "small",
					"spec: {resources: {requests: {storage: 1Gi}}}") +
				manifests.Object("apps/v1", "StatefulSet", "db", `spec: {template: {spec: {containers: [{name: c}]}}, volumeClaimTemplates: [
  {metadata: {name: data}, spec: {resources: {requests: {storage: 10Gi}}}}]}`),
			Want: []string{
				`error CLS-Q003 PersistentVolumeClaim a/small spec.resources: the claim requests storage 1Gi, below ` +
					`the minimum 2Gi of LimitRange "l"`,
				`error CLS-Q003 StatefulSet a/db spec.volumeClaimTemplates[0].spec.resources: the claim requests ` +
					`storage 10Gi, above the maximum 5Gi of LimitRange "l"`,
			},
		},
		"a limit below the request": {
			Manifests: deployment("api", "", "requests: {memory: 1Gi, cpu: 1}, limits: {memory: 1024M, cpu: 1000m}"),
			Want: []string{`error CLS-Q007 Deployment a/api ` +
				`spec.template.spec.containers[0].resources.requests.memory: container "c" requests memory 1Gi, ` +
				`more than its limit 1024M`},
		},
		"a default limit below the request": {
			Manifests: limitsOf("{type: Container, default: {cpu: 500m}}") +
				deployment("api", "", "requests: {cpu: 1}"),
			Want: []string{`error CLS-Q007 Deployment a/api spec.template.spec.containers[0].resources.requests.cpu: ` +
				`container "c" requests cpu 1, ` +
				`more than its limit 500m, the default of LimitRange "l"`},
		},
		"what cannot be overcommitted": {
			Manifests: pod("containers: [{name: c, resources: {requests: {nvidia.com/gpu: 1}, limits: " +
				"{nvidia.com/gpu: 2}}}, {name: d, resources: {requests: {nvidia.com/gpu: 1}}}]"),
			Want: []string{
				`error CLS-Q007 Pod a/p spec.containers[0].resources.requests[nvidia.com/gpu]: container "c" ` +
					`requests nvidia.com/gpu 1, must be its limit 2: it cannot be overcommitted`,
				`error CLS-Q007 Pod a/p spec.containers[1].resources.requests[nvidia.com/gpu]: container "d" ` +
					`requests nvidia.com/gpu without a limit: it cannot be overcommitted`,
			},
		},
		"LimitRanges that the API server refuses, which then refuse nothing": {
			Manifests: quotaOf("requests.cpu: 20") + deployment("web", "", "") +
				limitsOf("{type: Container, min: {cpu: 2}, max: {cpu: 1}}") +
				deployment("api", "", "limits: {cpu: 5}") +
				manifests.Object("v1", "LimitRange", "m", `spec: {limits: [{type: Container, max: {cpu: 1}, defaultRequest: {cpu: 2}, maxLimitRequestRatio: {memory: 500m}},
  {type: Container}, {type: container}, {type: Pod, default: {cpu: 1}}, {type: PersistentVolumeClaim, min: {cpu: 1}}]}`),
			Want: []string{
				`error CLS-Q008 LimitRange a/l spec.limits[0].min.cpu: min cpu is 2, more than max, which is 1`,
				`error CLS-Q008 LimitRange a/m spec.limits[0].defaultRequest.cpu: defaultRequest cpu is 2, more than ` +
					`max, which is 1`,
				`error CLS-Q008 LimitRange a/m spec.limits[0].maxLimitRequestRatio.memory: maxLimitRequestRatio ` +
					`memory is 500m, must be at least 1`,
				`error CLS-Q008 LimitRange a/m spec.limits[1].type: the type Container is given twice`,
				`error CLS-Q008 LimitRange a/m spec.limits[2].type: the type is "container", must be Container, Pod ` +
					`or PersistentVolumeClaim`,
				`error CLS-Q008 LimitRange a/m spec.limits[3]: an item of type Pod must have no default and no ` +
					`defaultRequest`,
				`error CLS-Q008 LimitRange a/m spec.limits[4]: an item of type PersistentVolumeClaim must have ` +
					`min.storage or max.storage`,
			},
		},
		"autoscalers": {
			Manifests: deployment("api", "", "") + autoscaler("autoscaling/v2", "good", "api", 1, 2) +
				autoscaler("autoscaling/v2", "lost", "api-v2", 1, 2) +
				autoscaler("autoscaling/v2", "turned", "api", 3, 2) +
				autoscaler("autoscaling/v2", "twice", "api", 1, 2) +
				manifests.Object("autoscaling/v2", "HorizontalPodAutoscaler", "custom",
					"spec: {scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: r}, maxReplicas: 2}"),
			Want: []string{
				`error CLS-Q010 HorizontalPodAutoscaler a/turned spec.minReplicas: minReplicas is 3, must be at most ` +
					`maxReplicas, which is 2`,
				`warning CLS-Q010 HorizontalPodAutoscaler a/lost spec.scaleTargetRef.name: namespace "a" has no ` +
					`Deployment "api-v2" in the input, so nothing is scaled`,
				`warning CLS-Q010 HorizontalPodAutoscaler a/twice spec.scaleTargetRef.name: Deployment "api" is ` +
					`scaled by HorizontalPodAutoscaler "good" too: both stop scaling it`,
			},
		},
	}.Run(t, judge, manifests.Messages)
}

func TestDeclaredQuotasAndLimitsAreThere(t *testing.T) {
	const declared = `    a: {namespace: a, quota: {requests.cpu: 2, pods: 5}, limits: [{type: Container, default: {cpu: 1}, max: {cpu: 2}}]}
`
	limits := limitsOf("{type: Container, default: {cpu: 1}, max: {cpu: 2}}")
	manifests.Table{
		"as declared, and more": {
			Manifests: quotaOf("requests.cpu: 2000m, pods: 5, secrets: 10") + limitsOf("{type: Container, default: "+
				"{cpu: 1, memory: 1Gi}, max: {cpu: 2}}"),
		},
		"with a stricter quota beside": {
			Manifests: quotaOf("requests.cpu: 2, pods: 5") +
				manifests.Object("v1", "ResourceQuota", "r", "spec: {hard: {pods: 3}}") + limits,
		},
		"other amounts, and one missing": {
			Manifests: quotaOf("requests.cpu: 3") + limitsOf("{type: Container, default: {cpu: 1}, max: {cpu: 20}}"),
			Want: []string{
				`error CLS-Q005 ResourceQuota a/q spec.hard: no quota of pods, must be 5 as component "a" declares`,
				`error CLS-Q005 ResourceQuota a/q spec.hard[requests.cpu]: the quota of requests.cpu is 3, must be 2 ` +
					`as component "a" declares`,
				`error CLS-Q006 LimitRange a/l spec.limits[0].max.cpu: max of cpu for type Container is 20, must be ` +
					`2 as component "a" declares`,
			},
		},
		"a scope that lets pods escape": {
			Manifests: manifests.Object("v1", "ResourceQuota", "q", "spec: {hard: {requests.cpu: 2, pods: 5}, "+
				"scopes: [Terminating]}") + limits,
			Want: []string{`error CLS-Q005 ResourceQuota a/q spec.scopes: the quota holds for some pods only, ` +
				`must hold for all as component "a" declares`},
		},
		"neither": {
			Manifests: manifests.Object("v1", "ConfigMap", "c", "data: {}"),
			Want: []string{
				`error CLS-Q005 ResourceQuota a/a-quota: the namespace has no ResourceQuota; component "a" declares ` +
					`pods 5, requests.cpu 2`,
				`error CLS-Q006 LimitRange a/a-limits: the namespace has no LimitRange; component "a" declares one`,
			},
		},
		"limits of another type, and without a declared list": {
			Manifests: quotaOf("requests.cpu: 2, pods: 5") + limitsOf("{type: Pod, max: {cpu: 2}}"),
			Want: []string{`error CLS-Q006 LimitRange a/l spec.limits: no limits of type Container, must be ` +
				`there as component "a" declares`},
		},
		"a declared value missing": {
			Manifests: quotaOf("requests.cpu: 2, pods: 5") + limitsOf("{type: Container, default: {cpu: 1}}"),
			Want: []string{`error CLS-Q006 LimitRange a/l spec.limits[0].max: no max of cpu for type Container, ` +
				`must be 2 as component "a" declares`},
		},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, declared))
}
