package quota_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

const half = "requests: {cpu: 500m}, limits: {cpu: 500m}"

func TestQuotasHoldWhatRunsAtOnce(t *testing.T) {
	manifests.Table{
		"replicas that fit, with their surge": {
			Manifests: quotaOf("requests.cpu: 2500m, pods: 5") + deployment("api", "replicas: 4", half),
		},
		"replicas that do not fit": {
			Manifests: quotaOf("requests.cpu: 2") + deployment("api", "replicas: 5", half),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[requests.cpu]: requests.cpu: 2500m of 2: " +
				"Deployment api 5 x 500m"},
		},
		"the sum of several workloads, the largest first": {
			Manifests: quotaOf("limits.cpu: 2") + deployment("web", "", half) + deployment("api", "replicas: 3", half) +
				manifests.Object("batch/v1", "Job", "migrate", "spec: {parallelism: 2, completions: 1, template: "+
					"{spec: {restartPolicy: Never, containers: [{name: c, resources: {"+half+"}}]}}}"),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[limits.cpu]: limits.cpu: 2500m of 2: " +
				"Deployment api 3 x 500m, Deployment web 1 x 500m, Job migrate 1 x 500m"},
		},
		"one replica where none is given, and nothing for zero": {
			Manifests: quotaOf("pods: 2") + deployment("api", "", half) + deployment("idle", "replicas: 0", half),
		},
		"an autoscaler's maximum": {
			Manifests: quotaOf("pods: 9") + deployment("api", "replicas: 2", half) +
				autoscaler("autoscaling/v2", "api", "api", 1, 10),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard.pods: pods: 10 of 9: Deployment api 10 " +
				"(the maximum of HorizontalPodAutoscaler api)"},
		},
		"an autoscaler of the first version": {
			Manifests: quotaOf("pods: 9") + deployment("api", "", half) +
				autoscaler("autoscaling/v1", "api", "api", 1, 10),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard.pods: pods: 10 of 9: Deployment api 10 " +
				"(the maximum of HorizontalPodAutoscaler api)"},
		},
		"an autoscaler does not wake what has no replicas": {
			Manifests: quotaOf("pods: 9") + deployment("api", "replicas: 0", half) +
				autoscaler("autoscaling/v2", "api", "api", 1, 10),
		},
		"a surge that does not fit, where pods may be removed first": {
			Manifests: quotaOf("pods: 10") + deployment("api", "", half) +
				autoscaler("autoscaling/v2", "api", "api", 1, 10),
			Want: []string{"warning CLS-Q001 ResourceQuota a/q spec.hard.pods: while everything rolls out at full " +
				"scale, pods: 13 of 10: " +
				"Deployment api 10 (the maximum of HorizontalPodAutoscaler api); surge: Deployment api 3"},
		},
		"a rollout that cannot start": {
			Manifests: quotaOf("requests.cpu: 1") + deployment("api", "replicas: 2", half),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[requests.cpu]: requests.cpu: 1 of 1: " +
				"Deployment api 2 x 500m; " +
				"that leaves 0, and a rollout of Deployment api must create one pod of 500m before it may remove any"},
		},
		"a rollout with room for one pod of its surge goes on": {
			Manifests: quotaOf("pods: 5") + deployment("api", "replicas: 4, strategy: {rollingUpdate: {maxSurge: 2, "+
				"maxUnavailable: 0}}", half),
			Want: []string{"warning CLS-Q001 ResourceQuota a/q spec.hard.pods: while everything rolls out at full " +
				"scale, pods: 6 of 5: " +
				"Deployment api 4; surge: Deployment api 2"},
		},
		"no surge with Recreate, and none of a StatefulSet": {
			Manifests: quotaOf("pods: 6") + deployment("api", "replicas: 4, strategy: {type: Recreate}", half) +
				manifests.Object("apps/v1", "StatefulSet", "db", "spec: {replicas: 2, template: {spec: {containers: "+
					"[{name: c, resources: {"+half+"}}]}}}"),
		},
		"a surge of more pods than there are replicas": {
			Manifests: quotaOf("pods: 4") +
				deployment("api", "replicas: 2, strategy: {rollingUpdate: {maxSurge: 10}}", half),
		},
		"all rollouts at once": {
			Manifests: quotaOf("pods: 3") + deployment("api", "", half) + deployment("web", "", half),
			Want: []string{"warning CLS-Q001 ResourceQuota a/q spec.hard.pods: while everything rolls out at full " +
				"scale, pods: 4 of 3: " +
				"Deployment api 1, Deployment web 1; surge: Deployment api 1, Deployment web 1"},
		},
		"runs of a CronJob": {
			Manifests: quotaOf("pods: 1") +
				manifests.Object("batch/v1", "CronJob", "allow",
					"spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}") +
				manifests.Object("batch/v1", "CronJob", "forbid", "spec: {schedule: '* * * * *', concurrencyPolicy: "+
					"Forbid, jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}") +
				manifests.Object("batch/v1", "CronJob", "suspended", "spec: {schedule: '* * * * *', suspend: true, "+
					"jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}"),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard.pods: pods: 2 of 1: CronJob allow 1 (one run " +
				"at a time, at least), CronJob forbid 1"},
		},
		"init containers count where they need more, sidecars beside the others": {
			Manifests: quotaOf("requests.memory: 5Gi") + manifests.Object("v1", "Pod", "p", `spec: {overhead: {memory: 1Gi}, containers: [{name: c, resources: {requests: {memory: 1Gi}}}],
  initContainers: [{name: s, restartPolicy: Always, resources: {requests: {memory: 1Gi}}}, {name: i, resources: {requests: {memory: 4Gi}}}]}`),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[requests.memory]: requests.memory: 6Gi of " +
				"5Gi: Pod p 1 x 6Gi"},
		},
		"defaults of a LimitRange": {
			Manifests: quotaOf("requests.cpu: 500m, limits.cpu: 2") + limitsOf("{type: Container, default: {cpu: 1}, "+
				"defaultRequest: {cpu: 300m}}") +
				deployment("api", "replicas: 2, strategy: {type: Recreate}", ""),
			Want: []string{"error CLS-Q001 ResourceQuota a/q spec.hard[requests.cpu]: requests.cpu: 600m of 500m: " +
				"Deployment api 2 x 300m"},
		},
		"extended resources and huge pages": {
			Manifests: quotaOf("requests.nvidia.com/gpu: 1, hugepages-2Mi: 1Mi") +
				manifests.Object("v1", "Pod", "p", "spec: {containers: [{name: c, resources: {limits: "+
					"{nvidia.com/gpu: 2, hugepages-2Mi: 2Mi, memory: 1Mi}}}]}"),
			Want: []string{
				"error CLS-Q001 ResourceQuota a/q spec.hard.hugepages-2Mi: hugepages-2Mi: 2Mi of 1Mi: Pod p 1 x 2Mi; " +
					"requests.nvidia.com/gpu: 2 of 1: Pod p 1 x 2",
			},
		},
		"only pods in its scopes": {
			Manifests: manifests.Object("v1", "ResourceQuota", "q", "spec: {hard: {pods: 1}, scopes: [BestEffort]}") +
				manifests.Object("v1", "ResourceQuota", "high", "spec: {hard: {pods: 1, services: 0}, scopeSelector: "+
					"{matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}") +
				deployment("burst", "replicas: 2", half) + deployment("idle", "replicas: 2", "") +
				manifests.Object("v1", "Pod", "p", "spec: {priorityClassName: high, containers: [{name: c}]}") +
				manifests.Object("v1", "Pod", "o", "spec: {activeDeadlineSeconds: 5, containers: [{name: c}]}"),
			Want: []string{
				"error CLS-Q001 ResourceQuota a/q spec.hard.pods: pods: 4 of 1: Deployment idle 2, Pod o 1, Pod p 1",
				"error CLS-Q011 ResourceQuota a/high spec.hard.services: a quota with the scope PriorityClass must " +
					"not count services",
			},
		},
		"a quota of another namespace": {
			Manifests: "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: b}\nspec: {hard: " +
				"{pods: 0}}\n" + deployment("api", "", half),
		},
	}.Run(t, judge, manifests.Messages)
}

func TestQuotasHoldObjects(t *testing.T) {
	service := func(name, kind string) string {
		return manifests.Object("v1", "Service", name, "spec: {type: "+kind+", ports: [{port: 80}, {port: 81}]}")
	}
	database := manifests.Object("apps/v1", "StatefulSet", "db", `spec: {replicas: 3, template: {spec: {containers: [{name: c}]}}, volumeClaimTemplates: [
  {metadata: {name: data}, spec: {storageClassName: gold, resources: {requests: {storage: 10Gi}}}}]}`)
	manifests.Table{
		"ConfigMaps, with the one that Kubernetes adds": {
			Manifests: quotaOf("configmaps: 1") + manifests.Object("v1", "ConfigMap", "c", "data: {}"),
			Want: []string{"error CLS-Q004 ResourceQuota a/q spec.hard.configmaps: configmaps: 2 of 1: 1 in the input, " +
				"and kube-root-ca.crt, which Kubernetes puts into every namespace"},
		},
		"Services, their load balancers and ports": {
			Manifests: quotaOf("services: 3, services.loadbalancers: 0, services.nodeports: 3") +
				service("a", "LoadBalancer") + service("b", "NodePort") + service("c", "ClusterIP"),
			Want: []string{
				"error CLS-Q004 ResourceQuota a/q spec.hard[services.loadbalancers]: services.loadbalancers: 1 of 0: " +
					"Service a 1",
				"error CLS-Q004 ResourceQuota a/q spec.hard[services.nodeports]: services.nodeports: 4 of 3: Service " +
					"a 2, Service b 2",
			},
		},
		"objects by their resource, derived ones too": {
			Manifests: quotaOf("count/deployments.apps: 1, count/replicasets.apps: 1, "+
				"count/ingresses.networking.k8s.io: 0, count/events: 5, resourcequotas: 0") +
				deployment("api", "", half) + deployment("web", "", half) +
				manifests.Object("networking.k8s.io/v1", "Ingress", "i", "spec: {}"),
			Want: []string{
				"error CLS-Q004 ResourceQuota a/q spec.hard.resourcequotas: resourcequotas: 1 of 0: 1 in the input",
				"error CLS-Q004 ResourceQuota a/q spec.hard[count/deployments.apps]: count/deployments.apps: 2 of 1: " +
					"2 in the input",
				"error CLS-Q004 ResourceQuota a/q spec.hard[count/ingresses.networking.k8s.io]: " +
					"count/ingresses.networking.k8s.io: 1 of 0: 1 in the input",
				"error CLS-Q004 ResourceQuota a/q spec.hard[count/replicasets.apps]: count/replicasets.apps: 2 of 1: " +
					"0 in the input, and at least one for each Deployment",
				"undecided info CLS-Q009 ResourceQuota a/q spec.hard[count/events]: events are created by Kubernetes " +
					"itself and were not counted",
			},
		},
		"claims and their storage, by class too": {
			Manifests: quotaOf("persistentvolumeclaims: 3, requests.storage: 30Gi, "+
				"gold.storageclass.storage.k8s.io/requests.storage: 20Gi") + database +
				manifests.Object("v1", "PersistentVolumeClaim", "data-db-0", "spec: {storageClassName: gold, "+
					"resources: {requests: {storage: 10Gi}}}") +
				manifests.Object("v1", "PersistentVolumeClaim", "other",
					"spec: {resources: {requests: {storage: 1Gi}}}"),
			Want: []string{
				"error CLS-Q001 ResourceQuota a/q spec.hard[gold.storageclass.storage.k8s.io/requests.storage]: " +
					"gold.storageclass.storage.k8s.io/requests.storage: " +
					"30Gi of 20Gi: StatefulSet db, data 2 x 10Gi, PersistentVolumeClaim data-db-0 1 x 10Gi",
				"error CLS-Q001 ResourceQuota a/q spec.hard[requests.storage]: requests.storage: 31Gi of 30Gi: " +
					"StatefulSet db, data 2 x 10Gi, " +
					"PersistentVolumeClaim data-db-0 1 x 10Gi, PersistentVolumeClaim other 1 x 1Gi",
				"error CLS-Q004 ResourceQuota a/q spec.hard.persistentvolumeclaims: persistentvolumeclaims: 4 of 3: " +
					"StatefulSet db, data 2, " +
					"PersistentVolumeClaim data-db-0 1, PersistentVolumeClaim other 1",
			},
		},
		"Secrets that operators create, and the stores' API keys": {
			Manifests: quotaOf("secrets: 2") + manifests.Object("v1", "Secret", "s", "data: {}") +
				manifests.Object("external-secrets.io/v1", "SecretStore", "store", `spec: {provider: {scaleway: {region: fr-par, projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90,
  accessKey: {secretRef: {name: key, key: a}}, secretKey: {secretRef: {name: key, key: s}}}}}`) +
				manifests.Object("external-secrets.io/v1", "ExternalSecret", "e", `spec: {secretStoreRef: {name: store}, target: {name: synced},
  data: [{secretKey: A, remoteRef: {key: "path:/a/b"}}]}`),
			Want: []string{"error CLS-Q004 ResourceQuota a/q spec.hard.secrets: secrets: 3 of 2: 2 that the input " +
				"creates, and 1 with the API keys of stores"},
		},
		"pods whose number is not known": {
			Manifests: quotaOf("pods: 5") + manifests.Object("apps/v1", "DaemonSet", "d", "spec: {template: {spec: "+
				"{containers: [{name: c}]}}}") +
				manifests.Object("postgresql.cnpg.io/v1", "Cluster", "pg", "spec: {instances: 3}"),
			Want: []string{
				"undecided info CLS-Q009 Cluster a/pg: the pods that an operator creates for the Cluster were not " +
					"counted",
				"undecided info CLS-Q009 DaemonSet a/d: the pods were not counted: a DaemonSet has one on every " +
					"node, and the number of nodes is not in the input",
			},
		},
		"no pods are counted": {
			Manifests: quotaOf("secrets: 5") +
				manifests.Object("apps/v1", "DaemonSet", "d", "spec: {template: {spec: {containers: [{name: c}]}}}"),
		},
		"quotas that the API server refuses": {
			Manifests: quotaOf("request.cpu: 1, pods: 1500m, services: -1") +
				manifests.Object("v1", "ResourceQuota", "r", "spec: {hard: {pods: 1}, scopes: [BestEffort, "+
					"NotBestEffort]}"),
			Want: []string{
				`error CLS-Q011 ResourceQuota a/q spec.hard.pods: pods is 1500m, must be a whole number`,
				`error CLS-Q011 ResourceQuota a/q spec.hard.services: services is -1, must not be negative`,
				`error CLS-Q011 ResourceQuota a/q spec.hard[request.cpu]: "request.cpu" is no resource of a quota`,
				`error CLS-Q011 ResourceQuota a/r spec.scopes: the scopes BestEffort and NotBestEffort exclude each ` +
					`other`,
			},
		},
	}.Run(t, judge, manifests.Messages)
}
