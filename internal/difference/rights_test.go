package difference_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/difference"
)

const oneWorkload = `
apiVersion: v1
kind: Namespace
metadata:
  name: a
  labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.33}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: api, namespace: a}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      containers:
      - name: c
        image: i
        envFrom: [{secretRef: {name: web-secrets}}, {secretRef: {name: made-2456789bcd}}]
        volumeMounts: [{name: logs, mountPath: /logs, readOnly: true}]
      volumes: [{name: logs, hostPath: {path: /var/log}}]
---
apiVersion: v1
kind: Secret
metadata: {name: made-2456789bcd, namespace: a}
stringData: {K: v}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: scw, namespace: a}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: 58d2c7e1-3b04-4f69-9a8e-c1f07d65b2a4
      accessKey: {secretRef: {name: scw-key, key: access-key}}
      secretKey: {secretRef: {name: scw-key, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: all}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: 9a1d2c7e-3b04-4f69-9a8e-c1f07d65b2a4
      accessKey: {secretRef: {name: scw-key, key: access-key, namespace: a}}
      secretKey: {secretRef: {name: scw-key, key: secret-key, namespace: a}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: web, namespace: a}
spec:
  secretStoreRef: {name: scw}
  target: {name: web-secrets}
  data:
  - {secretKey: A, remoteRef: {key: "path:/a/a", version: "1"}}
  - {secretKey: B, remoteRef: {key: "path:/a/b"}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: a}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: r, namespace: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: api, namespace: a}, {kind: ServiceAccount, name: default, namespace: a}]
`

// TestOneChangeIsSaidExactly changes one text of manifests. Without more and less, nothing may be said.
func TestOneChangeIsSaidExactly(t *testing.T) {
	const automount = "automountServiceAccountToken: false"
	for name, test := range map[string]struct {
		old, new   string
		more, less []string
	}{
		"a folder to write to": {old: "mountPath: /logs, readOnly: true", new: "mountPath: /logs",
			more: []string{"Deployment web of a now has the right to write to the folder /var/log on its node"}},
		"an older version of a standard": {old: "enforce-version: v1.33", new: "enforce-version: v1.22",
			more: []string{`pods of a may now do what the Pod Security Standard "restricted" of Kubernetes v1.22 allows and that of ` +
				`v1.33 does not`}},
		"a Namespace that is gone": {old: "kind: Namespace", new: "kind: ConfigMap",
			more: []string{`the Pod Security Standard of a is no longer known: it was "restricted", and its Namespace is not in the input`}},
		"a pull secret": {old: automount, new: automount + "\n      imagePullSecrets: [{name: scw-key}]"},
		"a hash":        {old: "made-2456789bcd", new: "made-tttttttttt"},
		"a version":     {old: `version: "1"`, new: `version: "2"`},
		"a workload":    {old: "name: web, namespace: a}\nspec:\n  selector", new: "name: other, namespace: a}\nspec:\n  selector"},
		"a token": {old: automount, new: strings.Replace(automount, "false", "true", 1),
			more: []string{`Deployment web of a now holds the token of service account "a/default", which may read Secrets in namespace "a"`}},
		"an account": {old: automount, new: automount + "\n      serviceAccountName: api",
			more: []string{`Deployment web of a now runs as service account "a/api" instead of service account "a/default"; its pods do ` +
				`not hold the token of the account`}},
		"more of a role": {old: "verbs: [get, list]", new: "verbs: [get, list, watch, patch]",
			more: []string{`service account "a/api" may now patch, watch: secrets in a`,
				`service account "a/default" may now patch, watch: secrets in a`}},
		"other resources": {old: "resources: [secrets], verbs: [get, list]}",
			new: "resources: [secrets], verbs: [get, list]}, {apiGroups: [\"\"], resources: [configmaps, services], verbs: [get, watch]}",
			more: []string{`service account "a/api" may now get, watch: configmaps, services in a`,
				`service account "a/default" may now get, watch: configmaps, services in a`}},
		"a store": {old: "projectId: 58d2c7e1", new: "projectId: 11111111",
			more: []string{"SecretStore scw of a now reads with project 11111111-3b04-4f69-9a8e-c1f07d65b2a4 in fr-par instead of project " +
				"58d2c7e1-3b04-4f69-9a8e-c1f07d65b2a4 in fr-par, and fills the Secret a/web-secrets"}},
		"a store of the cluster": {old: "projectId: 9a1d2c7e", new: "projectId: 11111111",
			more: []string{"ClusterSecretStore all now reads with project 11111111-3b04-4f69-9a8e-c1f07d65b2a4 in fr-par instead of project " +
				"9a1d2c7e-3b04-4f69-9a8e-c1f07d65b2a4 in fr-par; no Secret of the input is filled from it: every namespace that the store " +
				"allows may read what is there"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, oneWorkload, test.old)
			found := difference.Compare(stateOf(t, oneWorkload), stateOf(t, strings.ReplaceAll(oneWorkload, test.old, test.new)))
			assert.Equal(t, test.more, texts(found.More))
			assert.Equal(t, test.less, texts(found.Less))
			for _, c := range found.More {
				assert.NotEmpty(t, c.Why)
			}
		})
	}
}
