package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/importer"
)

// example is one import: manifests, and what the Segregation says below spec, without its comments.
type example struct {
	input string
	spec  string
	notes []string
}

// Parts of many examples.
const (
	scaleway = "scaleway:\n  region: fr-par\n  projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90\n"
	store    = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: backend-secretstore, namespace: shop-backend}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
      accessKey: {secretRef: {name: scw-backend-credentials, key: access-key}}
      secretKey: {secretRef: {name: scw-backend-credentials, key: secret-key}}
---
`
	backend = `
apiVersion: v1
kind: Namespace
metadata: {name: shop-backend, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop-backend}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: same, namespace: shop-backend}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {}}]}]
  egress: [{to: [{podSelector: {}}]}]
---
`
)

// frontend is as backend, in the other namespace.
var frontend = strings.ReplaceAll(backend, "shop-backend", "shop-frontend")

func (e example) check(t *testing.T) {
	t.Helper()
	result := importText(t, e.input, importer.Options{})
	assert.Equal(t, strings.TrimSpace(e.spec), specOf(string(result.Segregation)), string(result.Segregation))
	var notes []string
	for _, n := range result.Notes {
		if !strings.HasPrefix(n.Reason, "no SecretStore") {
			n.Line = 0
			notes = append(notes, n.String())
		}
	}
	assert.Equal(t, e.notes, notes)
}

// specOf is what stands below spec, without comments, and without the scaleway section of the manifests above.
func specOf(text string) string {
	var lines []string
	_, below, _ := strings.Cut(text, "\nspec:\n")
	for line := range strings.Lines(below) {
		line = strings.TrimPrefix(line, "  ")
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines = append(lines, line)
		}
	}
	all := strings.Join(lines, "")
	for _, placeholder := range []string{scaleway, "scaleway:\n  region: FILL-IN-REGION\n  projectID: FILL-IN-PROJECT-ID\n"} {
		all = strings.TrimPrefix(all, placeholder)
	}
	return strings.TrimSpace(strings.TrimPrefix(all, "components:\n"))
}

// external is an ExternalSecret of the component backend with the given lines below spec.
func external(name, target, spec string) string {
	return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ` + name + `, namespace: shop-backend}
spec:
  secretStoreRef: {name: backend-secretstore}
  target: {name: ` + target + `}
` + spec + "\n---\n"
}

// policy is a NetworkPolicy with the given lines below spec.
func policy(namespace, spec string) string {
	return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: ` + namespace + `}
spec:
` + spec + "\n---\n"
}
