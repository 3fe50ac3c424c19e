package coverage_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/coverage"
)

const input = `
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: a}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: kube-system}}
---
{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: m, namespace: a}}
---
{apiVersion: example.com/v1, kind: Toggle, metadata: {name: t, namespace: b}}
---
{apiVersion: example.com/v1, kind: Toggle, metadata: {name: t, namespace: a}}
---
{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: db, namespace: a}}
---
{apiVersion: onepassword.com/v1, kind: OnePasswordItem, metadata: {name: item, namespace: a}}
---
{apiVersion: v1, kind: Node, metadata: {name: node}}
`

func check(t *testing.T, text string, in cluster.Cluster, decided ...string) (coverage.Coverage, []string) {
	t.Helper()
	set, problems := objects.NewSet(manifests.Objects(t, text))
	require.Empty(t, problems)
	var subjects []verdict.Subject
	for _, o := range set.All {
		for _, name := range decided {
			if o.Kind == name {
				subjects = append(subjects, verdict.Subject{Object: o})
			}
		}
	}
	found, findings := coverage.Check(set, scope.New(set, nil), in, subjects)
	var texts []string
	for _, f := range findings {
		assert.True(t, f.Undecided)
		assert.Equal(t, finding.Warning, f.Severity)
		texts = append(texts, string(f.Code)+" "+f.Object.String()+": "+f.Message)
	}
	return found, texts
}

func TestEveryObjectIsCountedOnce(t *testing.T) {
	found, texts := check(t, input, cluster.Kapsule())
	assert.Equal(t, []string{
		"CLS-K026 HelmRelease a/db: not decided: the manifests are not final: the input has 1 HelmRelease of " +
			"helm.toolkit.fluxcd.io, each of which installs a Helm chart",
		"CLS-K025 Node node: not decided: what 1 Node of Kubernetes may do is not known: run pods, or copy Secrets",
		"CLS-K025 Toggle b/t: not decided: what 2 Toggles of example.com may do is not known: run pods, or copy Secrets",
		"CLS-K025 OnePasswordItem a/item: not decided: what 1 OnePasswordItem of onepassword.com may do is not known: " +
			"run pods, or copy Secrets",
	}, texts)
	assert.Equal(t, 3, found.Decided)
	require.Len(t, found.Harmless, 1)
	assert.Equal(t, "ServiceMonitor of monitoring.coreos.com", found.Harmless[0].Text())
	assert.NotEmpty(t, found.Harmless[0].Source)
	require.Len(t, found.Outside, 1)
	assert.Equal(t, coverage.Namespace{Name: "kube-system", Objects: 1, Reason: "Kubernetes' own components are there"},
		found.Outside[0])
}

func TestTheClusterSaysWhatIsHarmless(t *testing.T) {
	in := cluster.Kapsule()
	in.Kinds = cluster.Kinds{"example.com/*": "flags", "helm.toolkit.fluxcd.io/HelmRelease": "read by us",
		"onepassword.com/OnePasswordItem": "of one vault each"}
	found, texts := check(t, strings.ReplaceAll(input, "Node", "Service"), in)
	assert.Empty(t, texts)
	assert.Len(t, found.Harmless, 4)
}

func TestAFamilyDecidesObjectsOfACustomKind(t *testing.T) {
	found, texts := check(t, input, cluster.Kapsule(), "Toggle", "Node", "HelmRelease")
	assert.Equal(t, 6, found.Decided, "what installs more does so whatever a family says of it")
	assert.Len(t, texts, 2)
}

func TestWithOneComponentThereIsNobodyToReadAnothersItem(t *testing.T) {
	one := strings.ReplaceAll(input, "namespace: b", "namespace: a")
	found, texts := check(t, strings.Replace(one, "name: s", "name: other", 1), cluster.Kapsule(), "Node")
	assert.Len(t, texts, 2)
	assert.Len(t, found.Harmless, 2)
}

func TestTheFixIsOneThatTheClusterTakes(t *testing.T) {
	set, problems := objects.NewSet(manifests.Objects(t, `
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: a}}
---
{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: v}}
---
{apiVersion: example.com/v1, kind: Toggle, metadata: {name: t, namespace: a}}
`))
	require.Empty(t, problems)
	_, findings := coverage.Check(set, scope.New(set, nil), cluster.Kapsule(), nil)
	require.Len(t, findings, 2)
	assert.Equal(t, "where they do neither, say so in the Cluster, with the reason: kinds: {example.com/Toggle: ...}",
		findings[0].Fix)
	assert.Equal(t, "keep it out of the manifests", findings[1].Fix, "a Cluster refuses kinds of this group")
}
