package hosts

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// hole is a policy that somebody wrote by hand beside shop: it lets the backend
// reach the frontend's pods on any port, together with the one below.
const hole = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: debug, namespace: shop-backend}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-frontend}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: debug, namespace: shop-frontend}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-backend}}
`

// found starts the finding on hole.
const found = "component backend reaches component frontend"

func TestKustomizeBuildFailsWhereTheProofDoes(t *testing.T) {
	for _, list := range []string{"transformers", "validators"} {
		t.Run(list, func(t *testing.T) {
			content := validated("").with(files{"overlay/hole.yaml": hole})
			if list == "transformers" {
				content = files{
					"overlay/kustomization.yaml": "resources: [hole.yaml]\ntransformers: [segregation.yaml]\n",
					"overlay/segregation.yaml":   shop(runsCloison),
					"overlay/hole.yaml":          hole,
				}
			} else {
				content["overlay/kustomization.yaml"] = "resources: [../base, hole.yaml]\nvalidators: [validate.yaml]\n"
			}
			got := kustomize.run(t, overlay(t, content))
			require.NotZero(t, got.exitCode)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, "error CLS-N002 NetworkPolicy shop-")
			require.Contains(t, got.stderr, found)
			require.Contains(t, got.stderr, "counterexample: ")
		})
	}
}

func TestKptRenderLeavesThePackageWhereTheProofFails(t *testing.T) {
	content := kptPackage().with(files{"apps/hole.yaml": hole})
	dir := folder(t, content)
	got := kptRender.run(t, dir)
	require.NotZero(t, got.exitCode)
	require.Contains(t, got.stdout+got.stderr, found)
	requireFiles(t, content, read(t, dir))
}
