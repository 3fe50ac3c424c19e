package generators_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
)

func TestEveryGeneratedKindIsKnown(t *testing.T) {
	plan := planOf(t, `
a:
  secrets: {keys: [A]}
  quota: {pods: 1}
  limits: [{type: Container}]
  access: [{role: viewer, subjects: [{kind: Group, name: team}]}]
  egress: [{to: {internet: true}}]
`, "  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1'}\n")
	objects := generators.Generate(plan, cluster.Kapsule())
	assert.NotEmpty(t, objects)
	for _, object := range objects {
		kind := object.GetObjectKind().GroupVersionKind().GroupKind()
		assert.True(t, generators.Generates(kind, object.GetName()), kind)
	}
}

func TestWhatIsNeverGeneratedIsNotTakenForOurs(t *testing.T) {
	for _, kind := range []schema.GroupKind{{Kind: "Secret"}, {Kind: "ConfigMap"}, {Group: "apps", Kind: "Deployment"},
		{Group: "apps", Kind: "Namespace"}} {
		assert.False(t, generators.Generates(kind, "api"), kind)
	}
}
