package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/spec"
)

const inherited = `
  defaults:
    labels: {team: shop, tier: app}
    podSecurity: {enforce: restricted}
    internalTraffic: Deny
    quota: {pods: "20", secrets: "5"}
    egress:
      db: {to: {component: db}, ports: [5432]}
      internet: {to: {internet: true}, ports: [443]}
    ingress:
    - from: {namespace: monitoring}
      ports: [9090]
    limits:
    - {type: Container, default: {cpu: 100m}}
    access:
      team: {role: viewer, subjects: [{kind: ServiceAccount, name: ci}]}
  components:
    db:
      internalTraffic: Allow
      ingress:
      - {from: {component: web}, ports: [5432]}
      access: {team: {role: developer, subjects: [{kind: Group, name: dba}]}}
    web:
      labels: {tier: front}
      quota: {pods: "3"}
      egress:
        internet: {to: {cidr: 198.51.100.0/24}}
      limits: {container: {type: Container, default: {cpu: 1}}, pod: {type: Pod, max: {cpu: 2}}}
    worker:
      egress:
      - {to: {component: db}, ports: [5432]}`

func TestComponentsInheritWhatTheyDoNotSay(t *testing.T) {
	seg, findings := load(t, start+inherited)
	require.Empty(t, findings)
	db, web, worker := seg.Spec.Components["db"], seg.Spec.Components["web"], seg.Spec.Components["worker"]

	assert.Equal(t, map[string]string{"team": "shop", "tier": "front"}, web.Labels)
	assert.Equal(t, map[string]spec.Quantity{"pods": "3", "secrets": "5"}, web.Quota)
	assert.Equal(t, spec.PodSecurity{Enforce: "restricted", Warn: "restricted", Audit: "restricted"}, web.PodSecurity)
	assert.Equal(t, []spec.InternalTraffic{spec.InternalAllow, spec.InternalDeny},
		[]spec.InternalTraffic{db.InternalTraffic, web.InternalTraffic})

	internet := spec.EgressFlow{To: spec.Peer{Internet: true}, Ports: []spec.Port{"443"}}
	toDB := spec.EgressFlow{To: spec.Peer{Component: "db"}, Ports: []spec.Port{"5432"}}
	assert.Equal(t, spec.EgressFlows{internet}, db.Egress, "a flow to a component is none of itself")
	assert.Equal(t, spec.EgressFlows{{To: spec.Peer{CIDR: "198.51.100.0/24"}}}, web.Egress,
		"a named flow replaces the default, and one that is written at its other end is there once")
	assert.Equal(t, spec.EgressFlows{toDB, internet}, worker.Egress, "others are added")
	assert.Len(t, db.Ingress, 2)

	assert.Equal(t, spec.LimitItems{{Type: "Container", Default: map[string]spec.Quantity{"cpu": "1"}},
		{Type: "Pod", Max: map[string]spec.Quantity{"cpu": "2"}}}, web.Limits, "an item replaces that of its type")
	assert.Equal(t, "shop-web", web.Access[0].Subjects[0].Namespace)
	assert.Equal(t, "shop-worker", worker.Access[0].Subjects[0].Namespace)
	assert.Equal(t, spec.RoleDeveloper, db.Access[0].Role)
	assert.Len(t, db.Access, 1)
}

// TestAMistakeInADefaultIsReportedOnceWhereItWasWritten and not at each component.
func TestAMistakeInADefaultIsReportedOnceWhereItWasWritten(t *testing.T) {
	_, findings := load(t, start+`
  defaults:
    labels: {"a b": c}
    podSecurity: {warn: bad}
    quota: {pods: x}
    egress:
      db: {to: {component: dba}, ports: [0]}
    ingress:
    - from: {namespace: shop-a}
    access: [{role: viewr, subjects: []}]
  components: {a: {}, b: {}, c: {}}`)
	var fields []string
	for _, f := range findings {
		fields = append(fields, f.Field.String())
	}
	assert.Equal(t, []string{
		`spec.defaults.labels["a b"]`, "spec.defaults.podSecurity.warn", "spec.defaults.quota.pods",
		"spec.defaults.egress.db.ports[0]", "spec.defaults.egress.db.to.component",
		"spec.defaults.ingress[0].from.namespace",
		"spec.defaults.access[0].role", "spec.defaults.access[0].subjects",
	}, fields)
}
