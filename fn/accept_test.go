package fn_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
)

// audited has a right into another component, which its Segregation accepts.
const audited = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: audit, namespace: shop-api}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
  subjects:
  - {kind: ServiceAccount, name: default, namespace: shop-web}
functionConfig:
  apiVersion: cloison.dev/v1alpha1
  kind: Segregation
  metadata: {name: shop}
  spec:
    scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
    validation: {paths: "Off"}
    accept:
    - {code: CLS-R001, object: RoleBinding/shop-api/audit, reason: the audit of this year}
    components:
      web:
        secrets: {keys: [API_TOKEN]}
      api:
        secrets: {keys: [DATABASE_URL]}
`

// TestABuildAcceptsWhatItsSegregationAccepts lists the accepted finding with its reason, and does not fail.
func TestABuildAcceptsWhatItsSegregationAccepts(t *testing.T) {
	outcome := fn.Run([]byte(audited))
	assert.False(t, outcome.Failed(), "%v", outcome.Findings)
	require.Len(t, outcome.Findings, 1)
	assert.Equal(t, finding.Info, outcome.Findings[0].Severity)
	assert.Contains(t, outcome.Findings[0].Message, `suppressed error, accepted because "the audit of this year": `)
}
