package pods_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
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
		return object("v1", kind, name, "spec: "+pods)
	case "Job":
		return object("batch/v1", kind, name, "spec: {template: {spec: "+pods+"}}")
	case "CronJob":
		return object("batch/v1", kind, name, "spec: {jobTemplate: {spec: {template: {spec: "+pods+"}}}}")
	}
	return object("apps/v1", kind, name, "spec: {template: {spec: "+pods+"}}")
}

// synced is an ExternalSecret that creates Secret s with the keys, and its store.
func synced(keys ...string) string {
	data := ""
	for _, key := range keys {
		data += fmt.Sprintf("{secretKey: %s, remoteRef: {key: 'path:/a/%s'}}, ", key, key)
	}
	return store + object("external-secrets.io/v1", "ExternalSecret", "e",
		"spec: {secretStoreRef: {name: store}, target: {name: s}, data: ["+data+"]}")
}

var store = object("external-secrets.io/v1", "SecretStore", "store", `spec: {provider: {scaleway: {region: fr-par,
  projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, accessKey: {secretRef: {name: key, key: a}}, secretKey: {secretRef: {name: key, key: s}}}}}`)

type cases map[string]struct {
	manifests string
	want      []string
}

func (cs cases) run(t *testing.T, components ...string) {
	t.Helper()
	for name, c := range cs {
		t.Run(name, func(t *testing.T) {
			assert.ElementsMatch(t, c.want, texts(check(t, c.manifests, components...)))
		})
	}
}

const fromS = "envFrom: [{secretRef: {name: s}}]"

func TestPodsImportSecretsThatAreThere(t *testing.T) {
	cases{
		"what is synced, in every way": {
			manifests: synced("A", "B", "C", "D") +
				workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: A}}}]", "") +
				workload("StatefulSet", "f", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, secret: {secretName: s, items: [{key: B, path: b}]}}]") +
				workload("CronJob", "j", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, projected: {sources: [{secret: {name: s, items: [{key: C, path: c}]}}]}}]") +
				workload("DaemonSet", "node", "volumeMounts: [{name: v, mountPath: /v, subPath: D}]", "volumes: [{name: v, secret: {secretName: s}}]"),
		},
		"a whole Secret": {manifests: synced("A", "B") + workload("Deployment", "d", fromS, "")},
		"the API key of a store": {
			manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: K, valueFrom: {secretKeyRef: {name: key, key: s}}}]", ""),
			want: []string{`error CLS-P001 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: ` +
				`Secret "key" holds the API key of SecretStore a/store, which no pod may import`},
		},
		"a Secret that nothing creates, once for all workloads": {
			manifests: synced("A") + workload("Deployment", "d", fromS, "") +
				workload("Job", "j", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, secret: {secretName: typo}}]") +
				workload("Job", "k", "envFrom: [{secretRef: {name: typo}}]", ""),
			want: []string{`error CLS-P002 Job a/j spec.template.spec.volumes[0].secret.secretName: nothing in the input creates Secret a/typo`},
		},
		"a Secret for pulling images, beside one that is there": {
			manifests: synced(".dockerconfigjson") + workload("Deployment", "d", "", "imagePullSecrets: [{name: s}]") +
				workload("Deployment", "e", "", "imagePullSecrets: [{name: typo}]") + workload("Deployment", "f", "", "imagePullSecrets: [{name: typo}]"),
			want: []string{`warning CLS-P002 Deployment a/e spec.template.spec.imagePullSecrets[0].name: nothing in the input creates Secret a/typo`},
		},
		"Secrets for pulling images that are created by other means": {
			manifests: synced("A") + workload("Deployment", "d", fromS, "imagePullSecrets: [{name: registry}]"),
		},
		"a Secret of another namespace": {
			manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: K, valueFrom: {secretKeyRef: {name: other, key: s}}}]", "") +
				"---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: other, namespace: b}\nspec: {encryptedData: {s: AgB}}\n",
			want: []string{`error CLS-P002 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: ` +
				`nothing in the input creates Secret a/other; the one in namespace "b" cannot be imported from another namespace`},
		},
		"no Secrets of the namespace in the input": {
			manifests: workload("Deployment", "d", fromS, ""),
			want: []string{`warning CLS-P002 Deployment a/d spec.template.spec.containers[0].envFrom[0].secretRef.name: nothing in the input creates Secret a/s; ` +
				`the input creates no Secret in this namespace, so whether it is created by other means is not known`},
		},
		"a Secret that a workload of the namespace may create": {
			manifests: synced("A") + workload("Deployment", "d", fromS, "") + workload("Job", "first-password", "envFrom: [{secretRef: {name: made}}]", "serviceAccountName: maker") +
				object("rbac.authorization.k8s.io/v1", "Role", "maker", `rules: [{apiGroups: [""], resources: [secrets], verbs: [create]}]`) +
				object("rbac.authorization.k8s.io/v1", "RoleBinding", "maker", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: maker}\n"+
					"subjects: [{kind: ServiceAccount, name: maker}]"),
			want: []string{`warning CLS-P002 Job a/first-password spec.template.spec.containers[0].envFrom[0].secretRef.name: nothing in the input creates Secret a/made; ` +
				`Job a/first-password may create Secrets here, so whether it creates this one is not known`},
		},
		"a Secret beside a role that creates those it names": {
			manifests: synced("A") + workload("Deployment", "d", fromS, "") + workload("Job", "j", "envFrom: [{secretRef: {name: typo}}]", "serviceAccountName: maker") +
				object("rbac.authorization.k8s.io/v1", "Role", "maker", `rules: [{apiGroups: [""], resources: [secrets], verbs: [create], resourceNames: [made]}]`) +
				object("rbac.authorization.k8s.io/v1", "RoleBinding", "maker", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: maker}\n"+
					"subjects: [{kind: ServiceAccount, name: maker}]"),
			want: []string{`error CLS-P002 Job a/j spec.template.spec.containers[0].envFrom[0].secretRef.name: nothing in the input creates Secret a/typo`},
		},
		"no namespace is named": {
			manifests: strings.ReplaceAll(workload("Deployment", "d", fromS, ""), ", namespace: a", ""),
			want: []string{`warning CLS-P002 Deployment d spec.template.spec.containers[0].envFrom[0].secretRef.name: nothing in the input creates Secret s; ` +
				`the input creates no Secret in this namespace, so whether it is created by other means is not known`},
		},
		"what may be missing, and what others create": {
			manifests: synced("A") + workload("Deployment", "d", fromS+", volumeMounts: [{name: v, mountPath: /v}]",
				"imagePullSecrets: [{name: registry}], volumes: [{name: v, projected: {sources: [{secret: {name: maybe, optional: true}}, {secret: {name: default-token-x7k2p}}, "+
					"{secret: {name: sealed}}, {secret: {name: pg-app}}, {secret: {name: certificate}}]}}]") +
				object("bitnami.com/v1alpha1", "SealedSecret", "sealed", "spec: {encryptedData: {X: AgB}}") +
				object("postgresql.cnpg.io/v1", "Cluster", "pg", "spec: {}") +
				object("cert-manager.io/v1", "Certificate", "c", "spec: {secretName: certificate}"),
		},
		"a key that nothing creates": {
			manifests: synced("A") + workload("Deployment", "d", fromS+", env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: TYPO}}}, "+
				"{name: Z, valueFrom: {secretKeyRef: {name: s, key: MAYBE, optional: true}}}]", "") +
				workload("Pod", "p", "volumeMounts: [{name: v, mountPath: /v, subPath: nothing}, {name: w, mountPath: /w}]",
					"volumes: [{name: v, secret: {secretName: s}}, {name: w, secret: {secretName: s, items: [{key: b, path: b}]}}]"),
			want: []string{
				`error CLS-P003 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: Secret "s" has no key "TYPO"`,
				`error CLS-P003 Pod a/p spec.volumes[1].secret.items[0].key: Secret "s" has no key "b"`,
				`warning CLS-P003 Pod a/p spec.volumes[0].secret: Secret "s" has no key "nothing", which is mounted by its subPath: the container sees an empty folder`,
			},
		},
		"misspelt names, each one finding": {
			manifests: synced("RATE_LIMIT_TOKEN", "SENTRY_DSN") + object("bitnami.com/v1alpha1", "SealedSecret", "gateway-otel", "spec: {encryptedData: {X: x}}") +
				workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: RATE_LIMIT_TOKN}}}, "+
					"{name: A, valueFrom: {secretKeyRef: {name: s, key: SENTRY_DNS, optional: true}}}, {name: Z, valueFrom: {secretKeyRef: {name: gateway-otl, key: X}}}]", ""),
			want: []string{
				`error CLS-P003 Deployment a/d spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: Secret "s" has no key "RATE_LIMIT_TOKN"`,
				`warning CLS-P003 Deployment a/d spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.key: Secret "s" has no key "SENTRY_DNS", ` +
					`which optional hides; it has "SENTRY_DSN"`,
				`error CLS-P002 Deployment a/d spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef.name: nothing in the input creates Secret a/gateway-otl`,
			},
		},
		"keys that may be there": {
			manifests: store + object("external-secrets.io/v1", "ExternalSecret", "e", `spec: {secretStoreRef: {name: store}, target: {name: s},
  dataFrom: [{extract: {key: 'path:/a/json'}}]}`) + workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: ANY}}}]", ""),
		},
	}.run(t)
}

func TestReadersAreTheOnlyOnes(t *testing.T) {
	const component = `    a:
      namespace: a
      secrets: {keys: [A], target: s, readers: [d, cluster, ghost]}
      secretGroups: {g: {keys: [G], optionalKeys: [O], target: g}}
`
	cases{
		"readers, and others": {
			manifests: synced("A") + workload("Deployment", "d", fromS, "") + workload("CronJob", "j", "", "initContainers: [{name: i, "+fromS+"}]") +
				object("postgresql.cnpg.io/v1", "Cluster", "cluster", "spec: {}"),
			want: []string{
				`error CLS-P007 CronJob a/j spec.jobTemplate.spec.template.spec.initContainers[0].envFrom[0].secretRef.name: ` +
					`Secret "s" is that of the default secret group, which "j" must not read: its readers are cluster, d, ghost`,
				`warning CLS-P008 Segregation shop spec.components.a.secrets.readers: the reader "ghost" is no workload of namespace "a" in the input`,
			},
		},
		"no workloads": {manifests: synced("A")},
		"declared Secrets and keys that nothing writes are findings of their ExternalSecret": {
			manifests: synced() + workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: A}}}, {name: Z, valueFrom: {secretKeyRef: {name: g, key: G}}}]", "") +
				workload("Deployment", "ghost", "", "") + workload("Deployment", "cluster", "", ""),
		},
		"the API key of the plan": {
			manifests: workload("Deployment", "d", "envFrom: [{secretRef: {name: scw-a-g-credentials}}]", "") +
				workload("Deployment", "ghost", "", "") + workload("Deployment", "cluster", "", ""),
			want: []string{`error CLS-P001 Deployment a/d spec.template.spec.containers[0].envFrom[0].secretRef.name: Secret "scw-a-g-credentials" ` +
				`holds the API key with which SecretStore a/a-g-secretstore reads /a-g, which no pod may import`},
		},
	}.run(t, component)
}

func TestSyncedKeysAreConsumed(t *testing.T) {
	cases{
		"a key that nobody imports": {
			manifests: synced("A", "B") + workload("Deployment", "d", "env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: A}}}]", ""),
			want:      []string{`warning CLS-P005 ExternalSecret a/e spec.data[1]: the key "B" of Secret "s" is synced, and no workload of namespace "a" imports it`},
		},
		"a Secret that nobody imports": {
			manifests: synced("A", "B") + workload("Deployment", "d", "", ""),
			want:      []string{`warning CLS-P005 ExternalSecret a/e spec.target.name: Secret "s" is synced, and no workload of namespace "a" imports it`},
		},
		"a volume that no container mounts": {
			manifests: synced("A") + workload("Deployment", "d", "", "volumes: [{name: v, secret: {secretName: s}}]"),
			want: []string{`warning CLS-P005 ExternalSecret a/e spec.target.name: Secret "s" is synced, and no workload of namespace "a" imports it: ` +
				`no container mounts the volume that has it`},
		},
		"no workloads, or only the sync runtime": {manifests: synced("A") + workload("Deployment", "cloison-sync", "", "")},
		"an Ingress, a Role, a custom resource or a command line names it": {
			manifests: synced("A") + workload("Deployment", "d", "args: ['--secret=s']", ""),
		},
		"an Ingress": {manifests: synced("tls.crt") + workload("Deployment", "d", "", "") + object("networking.k8s.io/v1", "Ingress", "i", "spec: {tls: [{secretName: s}]}")},
		"a Role":     {manifests: synced("A") + workload("Deployment", "d", "", "") + object("rbac.authorization.k8s.io/v1", "Role", "r", "rules: [{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [s]}]")},
		"a custom resource": {
			manifests: synced("A") + workload("Deployment", "d", "", "") + object("postgresql.cnpg.io/v1", "Cluster", "pg", "spec: {superuserSecret: {name: s}}"),
		},
		"a controller that finds it by its label": {
			manifests: store + object("external-secrets.io/v1", "ExternalSecret", "e", `spec: {secretStoreRef: {name: store},
  target: {name: s, template: {metadata: {labels: {argocd.argoproj.io/secret-type: repository}}}}, data: [{secretKey: A, remoteRef: {key: 'path:/a/A'}}]}`) +
				workload("Deployment", "d", "", ""),
		},
	}.run(t)
}
