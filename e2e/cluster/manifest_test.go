package cluster

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestDecode(t *testing.T) {
	objects, err := Decode([]byte("---\n# nothing\n---\nkind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: " +
		"{name: b, namespace: shop}\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"A a", "B shop/b"}, described(objects))

	_, err = Decode([]byte("kind: A\n---\nkind: B\nkind: B\n"))
	require.ErrorContains(t, err, "document 2")
}

func TestDeployable(t *testing.T) {
	objects, err := Decode([]byte(`
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
  - {kind: Segregation, metadata: {name: s, annotations: {config.kubernetes.io/local-config: "true"}}}
  - {kind: Kptfile, metadata: {name: k}}
  - {kind: Namespace, metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "false"}}}
---
{kind: Kptfile, metadata: {name: k}}
---
{kind: Pod, metadata: {name: p}}
`))
	require.NoError(t, err)
	objects, err = Deployable(objects)
	require.NoError(t, err)
	require.Equal(t, []string{"Namespace shop", "Pod p"}, described(objects))

	objects, err = Decode([]byte("{kind: ResourceList, items: [no]}"))
	require.NoError(t, err)
	_, err = Deployable(objects)
	require.ErrorContains(t, err, "items[0] must be an object")
}

func TestNamespacesFirst(t *testing.T) {
	objects, err := Decode([]byte(`
{apiVersion: v1, kind: Pod, metadata: {name: p}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: b}}
---
{apiVersion: example.dev/v1, kind: Namespace, metadata: {name: other}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
`))
	require.NoError(t, err)
	require.Equal(t, []string{"Namespace b", "Namespace a", "Pod p", "Namespace other"},
		described(namespacesFirst(objects)))
}

func TestAttributes(t *testing.T) {
	for resource, want := range map[string][3]string{
		"pods":                   {"", "pods", ""},
		"pods/log":               {"", "pods", "log"},
		"deployments.apps/scale": {"apps", "deployments", "scale"},
		"roles.rbac.authorization.k8s.io": {
			"rbac.authorization.k8s.io", "roles", "",
		},
	} {
		got := attributes("get", resource, "n", "x")
		require.Equal(t, want, [3]string{got.Group, got.Resource, got.Subresource}, resource)
	}
}

func described(objects []*unstructured.Unstructured) []string {
	var all []string
	for _, object := range objects {
		all = append(all, describe(object))
	}
	return all
}
