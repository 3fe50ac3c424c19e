package plan_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// resolve resolves a Segregation called shop with the given fields of its spec, indented by two.
func resolve(t *testing.T, fields string) *plan.Plan {
	t.Helper()
	text := `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, pathPrefix: /dev}
` + strings.Trim(fields, "\n") + "\n"
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	seg, findings := spec.Load(document.Content[0], spec.Origin{}, cluster.Kapsule())
	require.NotNil(t, seg, "%v", findings)
	p, err := plan.Resolve(seg, cluster.Kapsule())
	require.NoError(t, err)
	return p
}

func TestComponentsAndGroupsComeInTheOrderOfTheirNames(t *testing.T) {
	p := resolve(t, `
  components:
    b: {}
    a-b: {}
    a:
      secretGroups: {z: {keys: [A]}, b: {keys: [A], path: /x}}
      secrets: {keys: [A]}
`)
	var names []string
	for _, c := range p.Components {
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"a", "a-b", "b"}, names)
	names = nil
	for _, g := range p.Components[0].Groups {
		names = append(names, g.Name+" "+g.Folder+" "+g.ExternalSecret+" "+g.Target+" "+g.Store+" "+g.Credentials.Name)
	}
	assert.Equal(t, []string{
		" /dev/shop-a a-externalsecret a-secrets a-secretstore scw-a-credentials",
		"b /x a-b-externalsecret a-b-secrets a-b-secretstore scw-a-b-credentials",
		"z /dev/shop-a-z a-z-externalsecret a-z-secrets a-z-secretstore scw-a-z-credentials",
	}, names)
}

func TestKeysAreSortedAndKnowTheirSource(t *testing.T) {
	p := resolve(t, `
  components:
    a:
      secrets:
        keys: [Z_KEY, B]
        optionalKeys: [Y, C]
        extract: [z, a]
        readers: [worker, api]
        refreshInterval: 90m
        map:
          D: {secret: x, property: p, version: 7}
          A: {secret: y, version: latest_enabled}
`)
	group := fieldpath.Of("spec", "components", "a", "secrets")
	g := p.Components[0].Groups[0]
	assert.Equal(t, []plan.Entry{
		{Key: "A", Secret: "y", Field: group.Child("map", "A")},
		{Key: "B", Secret: "b", Field: group.Child("keys").Index(1)},
		{Key: "D", Secret: "x", Property: "p", Version: "7", Field: group.Child("map", "D")},
		{Key: "Z_KEY", Secret: "z-key", Field: group.Child("keys").Index(0)},
	}, g.Entries)
	assert.Equal(t, []plan.Entry{
		{Key: "C", Secret: "c", Field: group.Child("optionalKeys").Index(1)},
		{Key: "Y", Secret: "y", Field: group.Child("optionalKeys").Index(0)},
	}, g.Optional)
	assert.Equal(t, []plan.Extract{
		{Secret: "a", Field: group.Child("extract").Index(1)}, {Secret: "z", Field: group.Child("extract").Index(0)},
	}, g.Extract)
	assert.Equal(t, []string{"api", "worker"}, g.Readers)
	assert.Equal(t, 90*time.Minute, g.RefreshInterval)
}

func TestAFlowBetweenComponentsIsSeenFromBoth(t *testing.T) {
	p := resolve(t, `
  components:
    a:
      egress: [{to: {component: b, pods: {app: db}}, pods: {app: api}, ports: [90, 80/UDP, 80]}]
    b:
      ingress: [{from: {component: a}, pods: {}}]
`)
	ports := []spec.PortRange{{Protocol: corev1.ProtocolTCP, First: 80, Last: 80},
		{Protocol: corev1.ProtocolTCP, First: 90, Last: 90}, {Protocol: corev1.ProtocolUDP, First: 80, Last: 80}}
	a := plan.Peer{Kind: plan.PeerComponent, Component: "a", Namespace: "shop-a"}
	b := plan.Peer{Kind: plan.PeerComponent, Component: "b", Namespace: "shop-b"}
	api, db := map[string]string{"app": "api"}, map[string]string{"app": "db"}
	assert.Equal(t, []plan.Flow{{Peer: b, Pods: api, PeerPods: db, Ports: ports}, {Peer: b}}, p.Components[0].Egress)
	assert.Equal(t, []plan.Flow{{Peer: a, Pods: db, PeerPods: api, Ports: ports}, {Peer: a}}, p.Components[1].Ingress)
	assert.Empty(t, p.Components[0].Ingress)
	assert.Empty(t, p.Components[1].Egress)
}

func TestAFlowToOneselfIsOpenOnBothSides(t *testing.T) {
	a := resolve(t, "  components: {a: {internalTraffic: Deny, egress: [{to: {component: a, pods: "+
		"{app: db}}, pods: {app: api}}]}}").Components[0]
	require.Len(t, a.Egress, 1)
	require.Len(t, a.Ingress, 1)
	assert.Equal(t, a.Egress[0].Pods, a.Ingress[0].PeerPods)
	assert.Equal(t, a.Egress[0].PeerPods, a.Ingress[0].Pods)
	assert.False(t, a.InternalTraffic)
}

func TestEveryKindOfPeer(t *testing.T) {
	a := resolve(t, `
  components:
    a:
      egress: [{to: {namespace: x, pods: {app: y}}}, {to: {cidr: 198.51.100.0/24}}, {to: {internet: true}}, {to: {kubernetesAPI: true}}]
`).Components[0]
	var peers []plan.Peer
	for _, flow := range a.Egress {
		peers = append(peers, flow.Peer)
		assert.Empty(t, flow.Ports, "no ports: all")
	}
	assert.Equal(t, []plan.Peer{
		{Kind: plan.PeerNamespace, Namespace: "x"},
		{Kind: plan.PeerCIDR, CIDR: netip.MustParsePrefix("198.51.100.0/24")},
		{Kind: plan.PeerInternet}, {Kind: plan.PeerKubernetesAPI},
	}, peers)
	assert.Equal(t, map[string]string{"app": "y"}, a.Egress[0].PeerPods)
}

func TestSubjectsOfARoleAreJoined(t *testing.T) {
	a := resolve(t, `
  components:
    a:
      access:
      - {role: secrets-admin, subjects: [{kind: User, name: s}]}
      - {role: developer, subjects: [{kind: User, name: z}, {kind: ServiceAccount, name: bot}]}
      - {role: viewer, subjects: [{kind: Group, name: v}]}
      - {role: developer, subjects: [{kind: User, name: z}, {kind: Group, name: g}]}
`).Components[0]
	group := func(kind, name string) rbacv1.Subject {
		return rbacv1.Subject{Kind: kind, APIGroup: "rbac.authorization.k8s.io", Name: name}
	}
	assert.Equal(t, []plan.Access{
		{Role: spec.RoleViewer, Subjects: []rbacv1.Subject{group("Group", "v")}},
		{Role: spec.RoleDeveloper,
			Subjects: []rbacv1.Subject{group("Group", "g"), {Kind: "ServiceAccount", Name: "bot", Namespace: "shop-a"},
				group("User", "z")}},
		{Role: spec.RoleSecretsAdmin, Subjects: []rbacv1.Subject{group("User", "s")}},
	}, a.Access)
}

func TestWhatWasNotValidatedHasNoPlan(t *testing.T) {
	seg := &spec.Segregation{Spec: spec.Spec{Components: map[string]*spec.Component{
		"a": {Egress: []spec.EgressFlow{{To: spec.Peer{Component: "missing"}}}},
	}}}
	_, err := plan.Resolve(seg, cluster.Kapsule())
	require.EqualError(t, err, `component "a": egress: unknown component "missing"`)
	seg.Spec.Components["a"] = &spec.Component{Secrets: &spec.SecretGroup{RefreshInterval: "x"},
		Scaleway: &spec.Scaleway{}}
	_, err = plan.Resolve(seg, cluster.Kapsule())
	require.ErrorContains(t, err, `component "a": secret group "": refresh interval: `)
	seg.Spec.Components["a"] = &spec.Component{Quota: map[string]spec.Quantity{"pods": "x"}}
	_, err = plan.Resolve(seg, cluster.Kapsule())
	require.ErrorContains(t, err, `component "a": quota: pods: `)
	for _, resources := range []spec.Resources{
		{Requests: map[string]spec.Quantity{"cpu": "x"}}, {Limits: map[string]spec.Quantity{"cpu": "x"}},
	} {
		seg.Spec.Sync = spec.Sync{
			Engine: spec.EngineCloison, PollInterval: "1m", Pod: spec.RuntimePod{Resources: resources},
		}
		_, err = plan.Resolve(seg, cluster.Kapsule())
		require.ErrorContains(t, err, `of the sync runtime: cpu: `)
	}
}
