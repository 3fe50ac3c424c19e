package validators_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators"
)

// suppressible is an Ingress to a Service of another namespace, with an annotation.
func suppressible(annotation string) string {
	return `
{apiVersion: v1, kind: Service, metadata: {name: api, namespace: back}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: front
  annotations: {` + annotation + `}
spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: front}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: back}}
`
}

func TestSuppressions(t *testing.T) {
	const backend = finding.ForeignBackend
	type stands struct {
		code  finding.Code
		field string
	}
	for name, test := range map[string]struct {
		annotation string
		stand      []stands
		// reason is that of the finding that is suppressed; empty where none is.
		reason string
	}{
		"no annotation": {"a: b", []stands{{backend, "spec.defaultBackend.service.name"}}, ""},
		"a reason":      {"suppress.cloison.dev/CLS-K014: ' a DNS trick '", nil, "a DNS trick"},
		"no reason": {"suppress.cloison.dev/CLS-K014: ' '",
			[]stands{{finding.SuppressionInvalid, "metadata.annotations[suppress.cloison.dev/CLS-K014]"},
				{backend, "spec.defaultBackend.service.name"}}, ""},
		"null for a reason": {"suppress.cloison.dev/CLS-K014: null",
			[]stands{{finding.SuppressionInvalid, "metadata.annotations[suppress.cloison.dev/CLS-K014]"},
				{backend, "spec.defaultBackend.service.name"}}, ""},
		"a code that does not exist": {"suppress.cloison.dev/CLS-K999: a reason",
			[]stands{{finding.SuppressionInvalid, "metadata.annotations[suppress.cloison.dev/CLS-K999]"},
				{backend, "spec.defaultBackend.service.name"}}, ""},
		"another code": {"suppress.cloison.dev/CLS-Q001: a reason",
			[]stands{{finding.SuppressionUnused, "metadata.annotations[suppress.cloison.dev/CLS-Q001]"},
				{backend, "spec.defaultBackend.service.name"}}, ""},
		"other capitals": {"suppress.cloison.dev/cls-k014: a reason",
			[]stands{{finding.SuppressionInvalid, "metadata.annotations[suppress.cloison.dev/cls-k014]"},
				{backend, "spec.defaultBackend.service.name"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := objects.Parse("", []byte(suppressible(test.annotation)))
			require.NoError(t, err)
			result := validators.Check(found, nil, cluster.Kapsule())
			var got []stands
			for _, f := range result.Findings {
				if f.Object.Kind == "Ingress" && f.Code[:5] == "CLS-K" {
					got = append(got, stands{f.Code, f.Field.String()})
				}
			}
			assert.Equal(t, test.stand, got)
			if test.reason == "" {
				assert.Empty(t, result.Suppressed)
				return
			}
			require.Len(t, result.Suppressed, 1)
			assert.Equal(t, backend, result.Suppressed[0].Code)
			assert.Equal(t, test.reason, result.Suppressed[0].Reason)
		})
	}
}

func TestASuppressionIsForItsObjectOnly(t *testing.T) {
	manifests := suppressible("suppress.cloison.dev/CLS-K014: a reason") + `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: other, namespace: front}
spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}
`
	found, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	result := validators.Check(found, nil, cluster.Kapsule())
	require.Len(t, result.Suppressed, 1)
	var standing []string
	for _, f := range result.Findings {
		if f.Code == finding.ForeignBackend {
			standing = append(standing, f.Object.Name)
		}
	}
	assert.Equal(t, []string{"other"}, standing)
}
