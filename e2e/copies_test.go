package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

// reflected has copiers of Secrets copy one everywhere.
const reflected = "reflector.v1.k8s.emberstack.com/reflection-auto-enabled"

// TestAnnotationsReachTheSecretWhereTheProofSaysSo compares what the proof says of the annotations of Secrets, on which
// copiers act, with the Secrets that the operator makes.
func TestAnnotationsReachTheSecretWhereTheProofSaysSo(t *testing.T) {
	l := newLab(t)
	l.scaleway.put(t, "/copies", "a", canary+"a")
	const mark = `{reflector.v1.k8s.emberstack.com/reflection-allowed: "true", ` + reflected + `: "true"}`
	reached := map[bool]int{}
	for name, of := range map[string]struct{ annotations, target string }{
		"plain":             {mark, `{name: plain}`},
		"no-target":         {mark, `{}`},
		"empty-template":    {mark, `{template: {}}`},
		"template":          {mark, `{template: {engineVersion: v2}}`},
		"template-metadata": {mark, `{template: {metadata: {labels: {a: b}}}}`},
		"template-mark":     {"{}", `{template: {metadata: {annotations: ` + mark + `}}}`},
		"template-data":     {mark, `{template: {data: {A: "{{ .A }}"}}}`},
		"no-mark":           {"{}", `{template: {data: {A: "{{ .A }}"}}}`},
	} {
		manifest := fmt.Sprintf(`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: %[1]s, namespace: %[2]s, annotations: %[3]s}
spec:
  refreshInterval: 1h
  secretStoreRef: {kind: SecretStore, name: store}
  target: %[4]s
  data: [{secretKey: A, remoteRef: {key: "path:/copies/a"}}]
`, name, l.namespace, of.annotations, of.target)
		shared.Apply(t, []byte(manifest))
		secret := l.expectSynced(t, name, map[string]string{"A": canary + "a"})
		has := secret.Annotations[reflected] == "true"
		assert.Equal(t, has, len(flowOf(t, manifest).Copies) > 0, "%s: the Secret has the annotation: %t", name, has)
		reached[has]++
	}
	assert.GreaterOrEqual(t, min(reached[true], reached[false]), 2, "both answers come about: %v", reached)
}

// flowOf is where the proof sees the secrets of manifests go.
func flowOf(t *testing.T, manifests string) *secretflow.Graph {
	t.Helper()
	read, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	set, findings := objects.NewSet(read)
	require.Empty(t, findings)
	return secretflow.New(set)
}
