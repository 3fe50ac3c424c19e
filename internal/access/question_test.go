package access_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/objects"
)

const web = `
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: a}
spec:
  podSelector: {}
  policyTypes: [Egress, Ingress]
`

func modelOf(t *testing.T, manifests string) *access.Model {
	t.Helper()
	read, err := objects.Parse("", []byte(manifests))
	require.NoError(t, err)
	of, problems := decoded.New(read, nil, cluster.Kapsule())
	require.Empty(t, problems)
	return access.New(of)
}

// ask asks about the first ends of the names, of which one may be an address.
func ask(t *testing.T, m *access.Model, from, to, port string) access.Path {
	t.Helper()
	asked, err := access.ParsePort(port)
	require.NoError(t, err)
	var ends [2]access.End
	for i, name := range []string{from, to} {
		found, err := m.Ends(name)
		require.NoError(t, err)
		ends[i] = found[0]
	}
	return m.Ask(ends[0], ends[1], asked)
}

func TestOnlyRulesForThePortCountForAddresses(t *testing.T) {
	m := modelOf(t, web+`
  egress:
  - {to: [{ipBlock: {cidr: 10.0.0.0/9}}], ports: [{port: 80}]}
  - {to: [{ipBlock: {cidr: 10.128.0.0/9}}], ports: [{port: 80, endPort: 90}, {port: 443}]}
`)
	for _, test := range []struct {
		to, port        string
		reached, partly bool
		rules           []string
	}{
		{"10.0.0.0/8", "443", true, true, []string{"spec.egress[1]"}},
		{"10.0.0.0/8", "80", true, false, []string{"spec.egress[0]", "spec.egress[1]"}},
		{"10.0.0.0/8", "85", true, true, []string{"spec.egress[1]"}},
		{"10.0.0.0/8", "", true, true, []string{"spec.egress[0]", "spec.egress[1]"}},
		{"10.128.0.0/9", "", true, false, []string{"spec.egress[1]"}},
		{"10.0.0.0/9", "443", false, false, nil},
		{"::ffff:10.0.0.1", "80", true, false, []string{"spec.egress[0]"}},
		{"::ffff:10.0.0.0/104", "80", true, false, []string{"spec.egress[0]", "spec.egress[1]"}},
	} {
		p := ask(t, m, "web", test.to, test.port)
		assert.Equal(t, test.reached, p.Reached, "%v", test)
		assert.Equal(t, test.partly, p.Partly, "%v", test)
		assert.False(t, p.Maybe, "%v", test)
		var rules []string
		for _, r := range p.Sides[0].Rules {
			rules = append(rules, r.Field)
		}
		assert.Equal(t, test.rules, rules, "%v", test)
		assert.Len(t, p.Sides[0].Others, 2-len(test.rules), "%v", test)
	}
}

func TestAddressesOfPodsMayBeThoseThatARuleIsFor(t *testing.T) {
	m := modelOf(t, web+`
  egress:
  - {to: [{namespaceSelector: {}}], ports: [{port: 5432}]}
  ingress:
  - {from: [{podSelector: {matchLabels: {app: x}}}], ports: [{port: 8080}]}
`)
	in := cluster.Kapsule()
	pod, service := in.PodCIDRs[0].Addr().Next().String(), in.ServiceCIDRs[0].Addr().Next().Next().String()
	for _, test := range []struct {
		from, to, port string
		maybe          bool
	}{
		{"web", pod, "5432", true},
		{"web", pod, "5433", false},
		{"web", in.PodCIDRs[0].String(), "5432", true},
		{"web", service, "5433", true}, // that of a Service need not be that of its pods
		{"web", "10.0.0.5", "5432", false},
		{"web", "internet", "5432", false},
		{pod, "web", "8080", true},
		{pod, "web", "8081", false},
		{service, "web", "8080", false}, // a Service opens no connections
	} {
		p := ask(t, m, test.from, test.to, test.port)
		assert.False(t, p.Reached, "%v", test)
		assert.Equal(t, test.maybe, p.Maybe, "%v", test)
		assert.Equal(t, test.maybe, len(p.Sides[0].Perhaps) == 1, "%v", test)
		assert.Equal(t, test.maybe, len(p.Sides[0].Others) == 0, "%v", test)
	}
}

func TestTheServerOfTheAPIIsBehindItsService(t *testing.T) {
	m := modelOf(t, web+`
  egress:
  - {to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}], ports: [{port: 6443}]}
`)
	service := cluster.Kapsule().APIServer.Service.Addr().String()
	assert.True(t, ask(t, m, "web", service, "443").Maybe)
	assert.False(t, ask(t, m, "web", "10.32.0.9", "443").Maybe)
}

func TestRulesForOtherPortsAreOthers(t *testing.T) {
	m := modelOf(t, web+`
  egress:
  - {to: [{podSelector: {}}], ports: [{port: 80}]}
  - {to: [{podSelector: {}}], ports: [{port: 81}]}
`)
	egress := ask(t, m, "web", "a", "81").Sides[0]
	require.Len(t, egress.Rules, 1)
	require.Len(t, egress.Others, 1)
	assert.Equal(t, []string{"spec.egress[1]", "spec.egress[0]"}, []string{egress.Rules[0].Field, egress.Others[0].Field})
	assert.True(t, slices.ContainsFunc(ask(t, m, "web", "a", "").Sides[0].Rules, func(r access.PathRule) bool {
		return r.Field == "spec.egress[0]"
	}))
}
