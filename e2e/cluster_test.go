package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

func TestTheClusterTellsItsVersion(t *testing.T) {
	version, err := shared.Clientset.Discovery().ServerVersion()
	require.NoError(t, err)
	require.Regexp(t, `^v1\.\d+\.\d+$`, version.GitVersion)
}

func TestRBACIsEnforced(t *testing.T) {
	shared.Apply(t, []byte(`
apiVersion: v1
kind: Namespace
metadata: {name: rbac}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: rbac}
rules:
  - {apiGroups: [""], resources: [pods, pods/log], verbs: [get]}
  - {apiGroups: [apps], resources: [deployments], resourceNames: [api], verbs: [patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: rbac}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: readers}
`))
	reader := cluster.User("jane", "readers")
	for _, test := range []struct {
		verb, resource, namespace, name string
		want                            bool
	}{
		{"get", "pods", "rbac", "", true},
		{"get", "pods/log", "rbac", "api-0", true},
		{"get", "pods/exec", "rbac", "api-0", false},
		{"get", "pods", "default", "", false},
		{"get", "pods", "", "", false},
		{"list", "pods", "rbac", "", false},
		{"patch", "deployments.apps", "rbac", "api", true},
		{"patch", "deployments.apps", "rbac", "ui", false},
		{"get", "secrets", "rbac", "", false},
	} {
		got := shared.Can(t, reader, test.verb, test.resource, test.namespace, test.name)
		require.Equalf(t, test.want, got, "%s %s in %q, name %q", test.verb, test.resource, test.namespace, test.name)
	}
	require.False(t, shared.Can(t, cluster.User("joe"), "get", "pods", "rbac", ""), "somebody outside the group")
	require.False(t, shared.Can(t, cluster.ServiceAccount("rbac", "default"), "get", "pods", "rbac", ""),
		"a service account")
}
