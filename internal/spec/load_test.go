package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

func TestEveryDefaultIsFilled(t *testing.T) {
	seg := accepted(t, components(`
backend:
  secrets: {keys: [A]}
  secretGroups:
    payment: {keys: [B]}
  access:
  - role: viewer
    subjects: [{kind: Group, name: team}, {kind: ServiceAccount, name: bot}]
`))
	assert.Equal(t, spec.Scaleway{Region: "fr-par", ProjectID: "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90", PathPrefix: "/"},
		seg.Spec.Scaleway)
	assert.Equal(t, spec.Sync{Engine: spec.EngineExternalSecrets, RefreshInterval: "1h"}, seg.Spec.Sync)
	backend := seg.Spec.Components["backend"]
	assert.Equal(t, "shop-backend", backend.Namespace)
	assert.Equal(t, spec.PodSecurity{Enforce: "baseline", Warn: "restricted", Audit: "restricted"}, backend.PodSecurity)
	assert.Equal(t, spec.InternalAllow, backend.InternalTraffic)
	assert.Equal(t, seg.Spec.Scaleway, *backend.Scaleway)
	assert.Equal(t, spec.SecretGroup{
		Path: "/shop-backend", Keys: []string{"A"}, Target: "backend-secrets", Store: "backend-secretstore",
		RefreshInterval: "1h", SecretNames: spec.SecretNamesKebab, Type: "Opaque",
		Credentials: spec.Credentials{Name: "scw-backend-credentials", AccessKey: "access-key",
			SecretKey: "secret-key"},
	}, *backend.Secrets)
	assert.Equal(t, spec.SecretGroup{
		Path: "/shop-backend-payment", Keys: []string{"B"}, Target: "backend-payment-secrets",
		Store: "backend-payment-secretstore", RefreshInterval: "1h", SecretNames: spec.SecretNamesKebab, Type: "Opaque",
		Credentials: spec.Credentials{Name: "scw-backend-payment-credentials", AccessKey: "access-key",
			SecretKey: "secret-key"},
	}, *backend.SecretGroups["payment"])
	assert.Equal(t, []spec.Subject{
		{Kind: "Group", APIGroup: "rbac.authorization.k8s.io", Name: "team"},
		{Kind: "ServiceAccount", Name: "bot", Namespace: "shop-backend"},
	}, backend.Access[0].Subjects)
}

func TestDefaultsFollowWhatIsGiven(t *testing.T) {
	seg := accepted(t, `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, pathPrefix: /production}
  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1', refreshInterval: 2h}
  components:
    backend:
      namespace: legacy
      scaleway: {region: nl-ams, pathPrefix: /b}
      secrets: {keys: [A], refreshInterval: 5m}
      secretGroups:
        payment: {keys: [B], path: /elsewhere}
    frontend:
      secrets: {keys: [A]}
`)
	assert.Equal(t, spec.DefaultPollInterval, seg.Spec.Sync.PollInterval)
	backend := seg.Spec.Components["backend"]
	assert.Equal(t, "/b/legacy", backend.Secrets.Path)
	assert.Equal(t, spec.Duration("5m"), backend.Secrets.RefreshInterval)
	assert.Equal(t, "/elsewhere", backend.SecretGroups["payment"].Path)
	assert.Equal(t, spec.Duration("2h"), backend.SecretGroups["payment"].RefreshInterval)
	assert.Equal(t, "nl-ams", backend.Scaleway.Region)
	assert.Equal(t, seg.Spec.Scaleway.ProjectID, backend.Scaleway.ProjectID)
	assert.Equal(t, "/production/shop-frontend", seg.Spec.Components["frontend"].Secrets.Path)
}

func TestFindingsTellWhereTheProblemStands(t *testing.T) {
	const text = "# comment\n" + start + `  components:
    frontend:
      secrets:
        keys:
        - A
        - "not a key"
`
	_, findings := spec.Load(parse(t, text), spec.Origin{FirstLine: 10}, cluster.Kapsule())
	require.Len(t, findings, 1)
	assert.Equal(t, 10+12-1, findings[0].Line)
	assert.Equal(t, "spec.components.frontend.secrets.keys[1]", findings[0].Field.String())
	assert.Equal(t, finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: "shop"},
		findings[0].Object)

	_, findings = spec.Load(parse(t, text), spec.Origin{File: "shop.yaml"}, cluster.Kapsule())
	require.Len(t, findings, 1)
	assert.Equal(t, "shop.yaml", findings[0].File)
	assert.Zero(t, findings[0].Line, "lines of a text that a host has rewritten mean nothing")

	_, findings = spec.Load(parse(t, text), spec.Origin{File: "shop.yaml", FirstLine: 1}, cluster.Kapsule())
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].String(), "(shop.yaml:12)")
}

func TestAFieldThatWasLeftOutIsReportedWhereItBelongs(t *testing.T) {
	_, findings := load(t, components("frontend:\n  access:\n  - role: viewer\n"))
	require.Len(t, findings, 1)
	assert.Equal(t, "spec.components.frontend.access[0].subjects", findings[0].Field.String())
	assert.Equal(t, 9, findings[0].Line, "the line of the object that lacks it")
}

func TestOneProblemHidesNoOther(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"a misspelt field beside the right one": {components("a:\n  secrts: {}\n  secrets: {keys: [\"!\"]}\n"),
			[]string{
				"error CLS-S003 spec.components.a.secrts", "error CLS-S007 spec.components.a.secrets.keys[0]"}},
		"a misspelt list of components": {start + "  componets:\n    a: {namespace: B}\n", []string{
			"error CLS-S003 spec.componets"}},
		"a name that is a number": {components("1: {}\na: {namespace: B}\n"), []string{
			"error CLS-S005 spec.components.1", "error CLS-S007 spec.components.a.namespace"}},
		"only a name that is a number": {components("1: {}\n"), []string{
			"error CLS-S005 spec.components.1"}},
		"a value of the wrong type": {components("a: {quota: 1, namespace: B}\nb: 3\nc: {namespace: C}\n"), []string{
			"error CLS-S005 spec.components.a.quota", "error CLS-S007 spec.components.a.namespace",
			"error CLS-S005 spec.components.b", "error CLS-S007 spec.components.c.namespace"}},
		"a field given twice": {components("a:\n  namespace: b\n  namespace: c\n  quota: {pods: x}\n"), []string{
			"error CLS-S004 spec.components.a.namespace", "error CLS-S007 spec.components.a.quota.pods"}},
		"flows that cannot be read": {components("a:\n  egress: [1, 2, {to: 3}, {}, {to: {internet: true, cidr: " +
			"x}}]\n"), []string{
			"error CLS-S005 spec.components.a.egress[0]", "error CLS-S005 spec.components.a.egress[1]",
			"error CLS-S005 spec.components.a.egress[2].to",
			"error CLS-S006 spec.components.a.egress[3].to", "error CLS-S007 spec.components.a.egress[4].to",
			"error CLS-S007 spec.components.a.egress[4].to.cidr"}},
		"an interval that every group inherits": {
			components("a: {secrets: {keys: [A]}}\nb: {secrets: {keys: [A]}}\n") + "  sync: {refreshInterval: x}\n",
			[]string{"error CLS-S007 spec.sync.refreshInterval"},
		},
		"a name that starts other names": {components("a: {secretGroups: {P_1: {keys: [A]}}}\n"), []string{
			"error CLS-S007 spec.components.a.secretGroups.P_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			seg, findings := load(t, test.text)
			assert.Nil(t, seg)
			assert.ElementsMatch(t, test.want, short(findings), "%v", findings)
		})
	}
}

func TestNamesInAPathAreShortAndOnOneLine(t *testing.T) {
	_, findings := load(t, components("\"a\\nb\": {}\n\"c\\u001b[31m\": {}\n"+strings.Repeat("x",
		1000)+": {namespace: B}\n"))
	require.Len(t, findings, 4)
	for _, f := range findings {
		assert.NotContains(t, f.String(), "\n")
		assert.NotContains(t, f.String(), "\x1b")
		assert.Less(t, len(f.String()), 1000)
	}
}

func TestAMessageOfThousandsNamesSomeComponents(t *testing.T) {
	var text strings.Builder
	text.WriteString("a: {egress: [{to: {component: missing-one}}]}\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "c%d: {}\n", i)
	}
	_, findings := load(t, components(text.String()))
	require.Len(t, findings, 1)
	assert.Less(t, len(findings[0].Message), 300)
	assert.Contains(t, findings[0].Message, " and 991 more")
}
