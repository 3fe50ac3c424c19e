package explain_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/explain"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
)

func matrixOf(t *testing.T, text string) *access.State {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	manifests, findings := decoded.New(all, nil, cluster.Kapsule())
	require.Empty(t, findings)
	return &access.New(manifests).State
}

func table(w io.Writer, s *access.State) error { return explain.Table(w, s, 0) }

// TestForms compares what is written of testdata/shop.yaml, twice, and of it in another order.
func TestForms(t *testing.T) {
	shop := testkit.Read(t, "testdata/shop.yaml")
	for name, write := range map[string]func(io.Writer, *access.State) error{
		"shop.txt": table, "shop.json": explain.JSON, "shop.mmd": explain.Mermaid, "shop.dot": explain.DOT,
	} {
		t.Run(name, func(t *testing.T) {
			var first, second strings.Builder
			require.NoError(t, write(&first, matrixOf(t, shop)))
			require.NoError(t, write(&second, matrixOf(t, shop)))
			assert.Equal(t, first.String(), second.String())
			testkit.Golden(t, filepath.Join("testdata", name), first.String())
			assert.NotContains(t, first.String(), "canary")
		})
	}
}

func TestQuoting(t *testing.T) {
	text := `
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: 'a"b\c<i>#'}
spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: s}}]}]}
`
	var mermaid, dot strings.Builder
	require.NoError(t, explain.Mermaid(&mermaid, matrixOf(t, text)))
	require.NoError(t, explain.DOT(&dot, matrixOf(t, text)))
	assert.Contains(t, mermaid.String(), `subgraph g1["a#quot;b\c#lt;i#gt;#35;"]`)
	assert.Contains(t, dot.String(), `label="a\"b\\c<i>#";`)
}

func TestNothing(t *testing.T) {
	var table strings.Builder
	require.NoError(t, explain.Table(&table, matrixOf(t, ""), 0))
	assert.Equal(t, "COMPONENT  SECRET  KEYS  FROM  API KEY  WORKLOADS\n", table.String())
}

func TestObjectsThatNameNoNamespace(t *testing.T) {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, envFrom: " +
		"[{secretRef: {name: s}}]}]}\n"
	var table, mermaid strings.Builder
	require.NoError(t, explain.Table(&table, matrixOf(t, text), 0))
	require.NoError(t, explain.Mermaid(&mermaid, matrixOf(t, text)))
	assert.Contains(t, table.String(), "\n(no namespace)  s ")
	assert.Contains(t, table.String(), "\nSecret s of (no namespace)\n")
	assert.Contains(t, mermaid.String(), `subgraph g1["(no namespace)"]`)
}

// TestPodsOfNoNamespace writes who reaches whom where the pods are those of a policy that names no namespace, and
// nothing of what addresses reach.
func TestPodsOfNoNamespace(t *testing.T) {
	for name, text := range map[string]string{
		"of no workload": "",
		"of a workload": "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: x}}\n" +
			"spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: s}}]}]}\n",
	} {
		t.Run(name, func(t *testing.T) {
			var table strings.Builder
			require.NoError(t, explain.Table(&table, matrixOf(t, `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {matchLabels: {app: x}}
  policyTypes: [Ingress, Egress]
  ingress: [{}]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{port: 53, protocol: UDP}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: kube-system}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: 53, protocol: UDP}]}]
`+text), 0))
			assert.NotContains(t, table.String(), "every pod and every address  ->")
		})
	}
}
