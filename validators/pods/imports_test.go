package pods_test

import (
	"fmt"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// workload has one container with the given fields; more are fields of its pods' spec.
func workload(kind, name, container, more string) string {
	if container != "" {
		container = ", " + container
	}
	if more != "" {
		more = ", " + more
	}
	pods := fmt.Sprintf("{containers: [{name: c%s}]%s}", container, more)
	switch kind {
	case "Pod":
		return manifests.Object("v1", kind, name, "spec: "+pods)
	case "Job":
		return manifests.Object("batch/v1", kind, name, "spec: {template: {spec: "+pods+"}}")
	case "CronJob":
		return manifests.Object("batch/v1", kind, name, "spec: {jobTemplate: {spec: {template: {spec: "+pods+"}}}}")
	}
	return manifests.Object("apps/v1", kind, name, "spec: {template: {spec: "+pods+"}}")
}

// synced is an ExternalSecret that creates Secret s with the keys, and its store.
func synced(keys ...string) string {
	data := ""
	for _, key := range keys {
		data += fmt.Sprintf("{secretKey: %s, remoteRef: {key: 'path:/a/%s'}}, ", key, key)
	}
	return store + manifests.Object("external-secrets.io/v1", "ExternalSecret", "e",
		"spec: {secretStoreRef: {name: store}, target: {name: s}, data: ["+data+"]}")
}

var store = manifests.Object("external-secrets.io/v1", "SecretStore", "store", `spec: {provider: {scaleway: {region: fr-par,
  projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, accessKey: {secretRef: {name: key, key: a}}, secretKey: {secretRef: {name: key, key: s}}}}}`)

const fromS = "envFrom: [{secretRef: {name: s}}]"

func TestPodsImportSecretsThatAreThere(t *testing.T) {
	manifests.Table{
		"what is synced, in every way": {
			Manifests: synced("A", "B", "C", "D") +
				workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: A}}}]", "") +
				workload("StatefulSet", "f", "volumeMounts: [{name: v, mountPath: /v}]",
					"volumes: [{name: v, secret: {secretName: s, items: [{key: B, path: b}]}}]") +
				workload("CronJob", "j", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, projected: "+
					"{sources: [{secret: {name: s, items: [{key: C, path: c}]}}]}}]") +
				workload("DaemonSet", "node", "volumeMounts: [{name: v, mountPath: /v, subPath: D}]",
					"volumes: [{name: v, secret: {secretName: s}}]"),
		},
		"a whole Secret": {Manifests: synced("A", "B") + workload("Deployment", "d", fromS, "")},
		"the API key of a store": {
			Manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: K, valueFrom: {secretKeyRef: "+
				"{name: key, key: s}}}]", ""),
			Want: []string{`error CLS-P001 Deployment a/d ` +
				`spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: ` +
				`Secret "key" holds the API key of SecretStore a/store, which no pod may import`},
		},
		"a Secret that nothing creates, once for all workloads": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "") +
				workload("Job", "j", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, secret: "+
					"{secretName: typo}}]") +
				workload("Job", "k", "envFrom: [{secretRef: {name: typo}}]", ""),
			Want: []string{`info CLS-P002 Job a/j spec.template.spec.volumes[0].secret.secretName: assumed: nothing ` +
				`in the input creates Secret a/typo, so it is created by other means, or the pod does not start`},
		},
		"a Secret for pulling images, beside one that is there": {
			Manifests: synced(".dockerconfigjson") + workload("Deployment", "d", "", "imagePullSecrets: [{name: s}]") +
				workload("Deployment", "e", "", "imagePullSecrets: [{name: typo}]") +
				workload("Deployment", "f", "", "imagePullSecrets: [{name: typo}]"),
			Want: []string{`warning CLS-P002 Deployment a/e spec.template.spec.imagePullSecrets[0].name: nothing in ` +
				`the input creates Secret a/typo`},
		},
		"Secrets for pulling images that are created by other means": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "imagePullSecrets: [{name: registry}]"),
		},
		"a Secret of another namespace": {
			Manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: K, valueFrom: {secretKeyRef: "+
				"{name: other, key: s}}}]", "") +
				"---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: other, namespace: " +
				"b}\nspec: {encryptedData: {s: AgB}}\n",
			Want: []string{`undecided warning CLS-P002 Deployment a/d ` +
				`spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: ` +
				`not decided: nothing in the input creates Secret a/other; the one in namespace "b" cannot be imported ` +
				`from another namespace; whether it is created by other means is not known`},
		},
		"no Secrets of the namespace in the input": {
			Manifests: workload("Deployment", "d", fromS, ""),
			Want: []string{`info CLS-P002 Deployment a/d ` +
				`spec.template.spec.containers[0].envFrom[0].secretRef.name: assumed: nothing in the input creates ` +
				`Secret a/s, so it is created by other means, or the pod does not start`},
		},
		"a Secret that a workload of the namespace may create": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "") +
				workload("Job", "first-password", "envFrom: [{secretRef: {name: made}}]", "serviceAccountName: maker") +
				manifests.Object("rbac.authorization.k8s.io/v1", "Role", "maker", `rules: [{apiGroups: [""], `+
					`resources: [secrets], verbs: [create]}]`) +
				manifests.Object("rbac.authorization.k8s.io/v1", "RoleBinding", "maker",
					"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: maker}\n"+
						"subjects: [{kind: ServiceAccount, name: maker}]"),
			Want: []string{`info CLS-P002 Job a/first-password ` +
				`spec.template.spec.containers[0].envFrom[0].secretRef.name: assumed: nothing in the input creates ` +
				`Secret a/made; Job a/first-password may create Secrets here`},
		},
		"a Secret beside a role that creates those it names": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "") +
				workload("Job", "j", "envFrom: [{secretRef: {name: typo}}]", "serviceAccountName: maker") +
				manifests.Object("rbac.authorization.k8s.io/v1", "Role", "maker", `rules: [{apiGroups: [""], `+
					`resources: [secrets], verbs: [create], resourceNames: [made]}]`) +
				manifests.Object("rbac.authorization.k8s.io/v1", "RoleBinding", "maker",
					"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: maker}\n"+
						"subjects: [{kind: ServiceAccount, name: maker}]"),
			Want: []string{`info CLS-P002 Job a/j spec.template.spec.containers[0].envFrom[0].secretRef.name: ` +
				`assumed: nothing in the input creates Secret a/typo, so it is created by other means, or the pod does not start`},
		},
		"no namespace is named": {
			Manifests: strings.ReplaceAll(workload("Deployment", "d", fromS, ""), ", namespace: a", ""),
			Want: []string{`info CLS-P002 Deployment d ` +
				`spec.template.spec.containers[0].envFrom[0].secretRef.name: assumed: nothing in the input creates ` +
				`Secret s, so it is created by other means, or the pod does not start`},
		},
		"what may be missing, and what others create": {
			Manifests: synced("A") + workload("Deployment", "d", fromS+", volumeMounts: [{name: v, mountPath: /v}]",
				"imagePullSecrets: [{name: registry}], volumes: [{name: v, projected: {sources: [{secret: {name: "+
					"maybe, optional: true}}, {secret: {name: default-token-x7k2p}}, "+
					"{secret: {name: sealed}}, {secret: {name: pg-app}}, {secret: {name: certificate}}]}}]") +
				manifests.Object("bitnami.com/v1alpha1", "SealedSecret", "sealed", "spec: {encryptedData: {X: AgB}}") +
				manifests.Object("postgresql.cnpg.io/v1", "Cluster", "pg", "spec: {}") +
				manifests.Object("cert-manager.io/v1", "Certificate", "c", "spec: {secretName: certificate}"),
		},
		"Prometheus' configuration": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "volumes: [{name: v, secret: {secretName: "+
				"prometheus-main}}]") +
				manifests.Object("monitoring.coreos.com/v1", "Prometheus", "main", "spec: {}"),
		},
		"a monitor creates nothing": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "volumes: [{name: v, secret: {secretName: "+
				"prometheus-main}}]") +
				manifests.Object("monitoring.coreos.com/v1", "PodMonitor", "main", "spec: {}"),
			Want: []string{
				`info CLS-P002 Deployment a/d spec.template.spec.volumes[0].secret.secretName: assumed: nothing in the ` +
					`input creates Secret a/prometheus-main, so it is created by other means, or the pod does not start`,
			},
		},
		"a key that nothing creates": {
			Manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: X, valueFrom: {secretKeyRef: "+
				"{name: s, key: TYPO}}}, "+
				"{name: Z, valueFrom: {secretKeyRef: {name: s, key: MAYBE, optional: true}}}]", "") +
				workload("Pod", "p", "volumeMounts: [{name: v, mountPath: /v, subPath: nothing}, {name: w, "+
					"mountPath: /w}]",
					"volumes: [{name: v, secret: {secretName: s}}, {name: w, secret: {secretName: s, items: [{key: "+
						"b, path: b}]}}]"),
			Want: []string{
				`error CLS-P003 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: ` +
					`Secret "s" has no key "TYPO"`,
				`error CLS-P003 Pod a/p spec.volumes[1].secret.items[0].key: Secret "s" has no key "b"`,
				`warning CLS-P003 Pod a/p spec.volumes[0].secret: Secret "s" has no key "nothing", which is mounted ` +
					`by its subPath: the container sees an empty folder`,
			},
		},
		"misspelt names, each one finding": {
			Manifests: synced("RATE_LIMIT_TOKEN", "SENTRY_DSN") +
				manifests.Object("bitnami.com/v1alpha1", "SealedSecret", "gateway-otel",
					"spec: {encryptedData: {X: x}}") +
				workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: "+
					"RATE_LIMIT_TOKN}}}, "+
					"{name: A, valueFrom: {secretKeyRef: {name: s, key: SENTRY_DNS, optional: true}}}, {name: Z, "+
					"valueFrom: {secretKeyRef: {name: gateway-otl, key: X}}}]", ""),
			Want: []string{
				`error CLS-P003 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: ` +
					`Secret "s" has no key "RATE_LIMIT_TOKN"`,
				`warning CLS-P003 Deployment a/d spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.key: ` +
					`Secret "s" has no key "SENTRY_DNS", ` +
					`which optional hides; it has "SENTRY_DSN"`,
				`undecided warning CLS-P002 Deployment a/d ` +
					`spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef.name: not decided: nothing in the ` +
					`input creates Secret a/gateway-otl; whether it is created by other means is not known`,
			},
		},
		"keys that may be there": {
			Manifests: store + manifests.Object("external-secrets.io/v1", "ExternalSecret", "e", `spec: {secretStoreRef: {name: store}, target: {name: s},
  dataFrom: [{extract: {key: 'path:/a/json'}}]}`) + workload("Deployment", "d", "env: [{name: X, valueFrom: "+
				"{secretKeyRef: {name: s, key: ANY}}}]", ""),
		},
	}.Run(t, judge, manifests.Messages)
}

func TestReadersAreTheOnlyOnes(t *testing.T) {
	const component = `    a:
      namespace: a
      secrets: {keys: [A], target: s, readers: [d, cluster, ghost]}
      secretGroups: {g: {keys: [G], optionalKeys: [O], target: g}}
`
	manifests.Table{
		"readers, and others": {
			Manifests: synced("A") + workload("Deployment", "d", fromS, "") +
				workload("CronJob", "j", "", "initContainers: [{name: i, "+fromS+"}]") +
				manifests.Object("postgresql.cnpg.io/v1", "Cluster", "cluster", "spec: {}"),
			Want: []string{
				`error CLS-P007 CronJob a/j ` +
					`spec.jobTemplate.spec.template.spec.initContainers[0].envFrom[0].secretRef.name: ` +
					`Secret "s" is that of the default secret group, which "j" must not read: its readers are ` +
					`cluster, d, ghost`,
				`warning CLS-P008 Segregation shop spec.components.a.secrets.readers: the reader "ghost" is no ` +
					`workload of namespace "a" in the input`,
			},
		},
		"no workloads": {Manifests: synced("A")},
		"declared Secrets and keys that nothing writes are findings of their ExternalSecret": {
			Manifests: synced() + workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, "+
				"key: A}}}, {name: Z, valueFrom: {secretKeyRef: {name: g, key: G}}}]", "") +
				workload("Deployment", "ghost", "", "") + workload("Deployment", "cluster", "", ""),
		},
		"the API key of the plan": {
			Manifests: workload("Deployment", "d", "envFrom: [{secretRef: {name: scw-a-g-credentials}}]", "") +
				workload("Deployment", "ghost", "", "") + workload("Deployment", "cluster", "", ""),
			Want: []string{`error CLS-P001 Deployment a/d ` +
				`spec.template.spec.containers[0].envFrom[0].secretRef.name: Secret "scw-a-g-credentials" ` +
				`holds the API key with which SecretStore a/a-g-secretstore reads /a-g, which no pod may import`},
		},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, component))
}

func TestSyncedKeysAreConsumed(t *testing.T) {
	manifests.Table{
		"a key that nobody imports": {
			Manifests: synced("A", "B") + workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: "+
				"{name: s, key: A}}}]", ""),
			Want: []string{`warning CLS-P005 ExternalSecret a/e spec.data[1]: the key "B" of Secret "s" is ` +
				`synced, and no workload of namespace "a" imports it`},
		},
		"a Secret that nobody imports": {
			Manifests: synced("A", "B") + workload("Deployment", "d", "", ""),
			Want: []string{`warning CLS-P005 ExternalSecret a/e spec.target.name: Secret "s" is synced, and no ` +
				`workload of namespace "a" imports it`},
		},
		"a volume that no container mounts": {
			Manifests: synced("A") + workload("Deployment", "d", "", "volumes: [{name: v, secret: {secretName: s}}]"),
			Want: []string{`warning CLS-P005 ExternalSecret a/e spec.target.name: Secret "s" is synced, and no ` +
				`workload of namespace "a" imports it: ` +
				`no container mounts the volume that has it`},
		},
		"no workloads, or only the sync runtime": {Manifests: synced("A") +
			workload("Deployment", "cloison-sync", "", "")},
		"an Ingress, a Role, a custom resource or a command line names it": {
			Manifests: synced("A") + workload("Deployment", "d", "args: ['--secret=s']", ""),
		},
		"an Ingress": {Manifests: synced("tls.crt") + workload("Deployment", "d", "", "") +
			manifests.Object("networking.k8s.io/v1", "Ingress", "i", "spec: {tls: [{secretName: s}]}")},
		"a Role": {Manifests: synced("A") + workload("Deployment", "d", "", "") +
			manifests.Object("rbac.authorization.k8s.io/v1", "Role", "r",
				"rules: [{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [s]}]")},
		"a custom resource": {
			Manifests: synced("A") + workload("Deployment", "d", "", "") +
				manifests.Object("postgresql.cnpg.io/v1", "Cluster", "pg", "spec: {superuserSecret: {name: s}}"),
		},
		"a controller that finds it by its label": {
			Manifests: store + manifests.Object("external-secrets.io/v1", "ExternalSecret", "e", `spec: {secretStoreRef: {name: store},
  target: {name: s, template: {metadata: {labels: {argocd.argoproj.io/secret-type: repository}}}}, data: [{secretKey: A, remoteRef: {key: 'path:/a/A'}}]}`) +
				workload("Deployment", "d", "", ""),
		},
	}.Run(t, judge, manifests.Messages)
}
