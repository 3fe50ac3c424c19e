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
