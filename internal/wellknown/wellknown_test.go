package wellknown_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/wellknown"
)

func TestAnnotationsOfHosts(t *testing.T) {
	for _, key := range []string{
		wellknown.LocalConfigAnnotation, wellknown.PathAnnotation, wellknown.LegacyIndexAnnotation,
		wellknown.FunctionAnnotation,
		"config.k8s.io/id", "kustomize.config.k8s.io/id", "internal.kpt.dev/upstream-identifier",
	} {
		assert.True(t, wellknown.IsHostAnnotation(key), "%s", key)
	}
	for _, key := range []string{"config.kubernetes.io", "example.com/team", wellknown.ModeAnnotation,
		wellknown.ManagedByLabel, ""} {
		assert.False(t, wellknown.IsHostAnnotation(key), "%s", key)
	}
}

func TestEverybodyHasSubjectsOfEveryNamespace(t *testing.T) {
	for subject, want := range map[string]bool{
		"system:authenticated": true, "system:unauthenticated": true, "system:anonymous": true,
		"system:serviceaccounts": true, "system:serviceaccounts:shop": true, "system:serviceaccount:shop:api": true,
		"system:masters": false, "team": false, "": false,
	} {
		assert.Equal(t, want, wellknown.IsEverybody(subject), subject)
	}
}

func TestObjectsThatCloisonGeneratedHaveAllOfItsLabels(t *testing.T) {
	all := func() map[string]string {
		return map[string]string{
			wellknown.ManagedByLabel: "cloison", wellknown.SegregationLabel: "shop", wellknown.ComponentLabel: "api",
		}
	}
	assert.True(t, wellknown.IsGenerated(all()))
	assert.True(t, wellknown.IsRuntime("cloison-sync", all()))
	assert.False(t, wellknown.IsRuntime("api", all()))
	for label := range all() {
		others := all()
		delete(others, label)
		assert.False(t, wellknown.IsGenerated(others), label)
		assert.False(t, wellknown.IsRuntime("cloison-sync", others), label)
	}
}

func TestOperatorsCreatePodsForSomeOfTheirKinds(t *testing.T) {
	for groupKind, want := range map[[2]string]bool{
		{"postgresql.cnpg.io", "Cluster"}: true, {"postgresql.cnpg.io", "Database"}: false,
		{"elasticsearch.k8s.elastic.co", "Elasticsearch"}:         true,
		{"autoscaling.k8s.elastic.co", "ElasticsearchAutoscaler"}: false,
		{"redis.redis.opstreelabs.in", "RedisSentinel"}:           true, {"argoproj.io", "Rollout"}: true,
		{"argoproj.io", "Application"}: false,
	} {
		operator, known := wellknown.OperatorOf(groupKind[0])
		assert.True(t, known, "%s", groupKind)
		assert.Equal(t, want, operator.CreatesPods(groupKind[1]), "%s", groupKind)
	}
	_, known := wellknown.OperatorOf("apps")
	assert.False(t, known)
}
