package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
)

func TestHostNamesThatCiliumOpens(t *testing.T) {
	matrix := modelOf(t, `
{apiVersion: v1, kind: Namespace, metadata: {name: web}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: web}
spec:
  endpointSelector: {}
  egress:
  - toFQDNs: [{matchName: api.stripe.com}, {matchPattern: "*.example.com"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
  - toFQDNs: [{matchName: all.example.com}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: unread, namespace: web}
spec: {endpointSelector: {}, egress: [{toServices: [{k8sService: {serviceName: a}}]}]}
`)
	policy := access.Object{Kind: "CiliumNetworkPolicy", Namespace: "web", Name: "out"}
	require.Len(t, matrix.Components, 1)
	assert.Equal(t, []access.HostNames{
		{Names: []string{"api.stripe.com", "*.example.com"}, Ports: []string{"443/TCP"}, Policy: policy},
		{Names: []string{"all.example.com"}, Policy: policy},
	}, matrix.Components[0].HostNames)
}
