package generators_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/eso"
)

const engineCloison = "  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1', restart: true, " +
	"metricsFrom: monitoring}\n"

func selector(key, value string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
}

const everything = `
b:
  labels: {team: b}
  secrets: {keys: [A]}
  secretGroups: {payment: {keys: [B], credentials: {name: own}}}
  quota: {pods: 20}
  limits: [{type: Pod, max: {cpu: 1}}]
  access:
  - {role: viewer, subjects: [{kind: Group, name: v}]}
  - {role: developer, subjects: [{kind: Group, name: d}]}
  - {role: secrets-admin, subjects: [{kind: Group, name: s}]}
a:
  egress: [{to: {component: b}}]
`

func TestEveryObjectCarriesTheLabelsAndStandsInItsNamespace(t *testing.T) {
	objects := generate(t, everything, engineCloison)
	require.Len(t, objects, 30)
	for _, object := range objects {
		component := object.GetLabels()["cloison.dev/component"]
		assert.Contains(t, []string{"a", "b"}, component)
		for label, value := range map[string]string{
			"app.kubernetes.io/managed-by": "cloison", "app.kubernetes.io/part-of": "shop",
			"cloison.dev/segregation": "shop",
		} {
			assert.Equal(t, value, object.GetLabels()[label])
		}
		if object.GetObjectKind().GroupVersionKind().Kind == "Namespace" {
			assert.Equal(t, "shop-"+component, object.GetName())
			assert.Empty(t, object.GetNamespace())
			continue
		}
		assert.Equal(t, "shop-"+component, object.GetNamespace(), object.GetName())
	}
}

func TestObjectsComeByComponentAndInTheOrderOfTheDesign(t *testing.T) {
	var got []string
	for _, object := range generate(t, everything, engineCloison) {
		got = append(got, object.GetObjectKind().GroupVersionKind().Kind+" "+object.GetName())
	}
	assert.Equal(t, []string{
		"Namespace shop-a", "ServiceAccount default", "NetworkPolicy default-deny", "NetworkPolicy allow-dns",
		"NetworkPolicy allow-same-namespace", "NetworkPolicy allow-to-b",
		"Namespace shop-b", "ServiceAccount default",
		"Role b-viewer", "RoleBinding b-viewer", "Role b-developer", "RoleBinding b-developer", "Role b-secrets-admin",
		"RoleBinding b-secrets-admin",
		"NetworkPolicy default-deny", "NetworkPolicy allow-dns", "NetworkPolicy allow-same-namespace",
		"NetworkPolicy allow-from-a",
		"ResourceQuota shop-b-quota", "LimitRange shop-b-limits",
		"SecretStore b-secretstore", "SecretStore b-payment-secretstore", "ExternalSecret b-externalsecret",
		"ExternalSecret b-payment-externalsecret",
		"ServiceAccount cloison-sync", "Role cloison-sync", "RoleBinding cloison-sync", "Deployment cloison-sync",
		"NetworkPolicy cloison-sync", "PodMonitor cloison-sync",
	}, got)
}

func TestGeneratingLeavesThePlanAsItIs(t *testing.T) {
	p := planOf(t, everything, engineCloison)
	before, err := json.Marshal(p)
	require.NoError(t, err)
	first := generators.Generate(p, cluster.Kapsule())
	for _, object := range first {
		object.GetLabels()["changed"] = "by the caller"
		object.SetAnnotations(map[string]string{"changed": "too"})
	}
	after, err := json.Marshal(p)
	require.NoError(t, err)
	assert.JSONEq(t, string(before), string(after))
	for _, object := range generators.Generate(p, cluster.Kapsule()) {
		assert.NotContains(t, object.GetLabels(), "changed")
	}
}

func TestOnlySecretsAdminReadsSecretsAndNobodyEntersPods(t *testing.T) {
	for _, role := range roles(generate(t, everything)) {
		for _, rule := range role.Rules {
			assert.NotContains(t, rule.Verbs, "*")
			assert.NotContains(t, rule.Resources, "*")
			assert.NotContains(t, rule.APIGroups, "*")
			for _, verb := range []string{"bind", "escalate", "impersonate"} {
				assert.NotContains(t, rule.Verbs, verb, role.Name)
			}
			for _, resource := range []string{
				"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/ephemeralcontainers",
				"services/proxy", "serviceaccounts/token",
				"roles", "rolebindings", "secrets/*",
			} {
				assert.NotContains(t, rule.Resources, resource, role.Name)
			}
			if slices.Contains(rule.Resources, "secrets") {
				assert.Equal(t, "b-secrets-admin", role.Name)
				assert.Equal(t, []string{"get", "list", "watch"}, rule.Verbs)
			}
			if role.Name == "b-viewer" {
				assert.Equal(t, []string{"get", "list", "watch"}, rule.Verbs)
			}
		}
	}
}

func TestIntervalsAreWrittenShort(t *testing.T) {
	for given, want := range map[string]string{
		"1h": "1h", "60m": "1h", "90m": "1h30m", "30s": "30s", "10m": "10m", "100m": "1h40m", "1h0m10s": "1h0m10s",
		"20h": "20h", "500ms": "500ms", "1h30m15s": "1h30m15s",
	} {
		objects := generate(t, "a: {secrets: {keys: [A], refreshInterval: "+given+"}}\n")
		got := find[*eso.ExternalSecret](t, objects, "shop-a", "a-externalsecret")
		assert.Equal(t, &want, got.Spec.RefreshInterval, given)
	}
}

func TestEverySourceOfAKey(t *testing.T) {
	objects := generate(t, `
a:
  secrets:
    path: /x/y
    keys: [API_KEY]
    optionalKeys: [SENTRY.DSN]
    extract: [smtp]
    map: {S3: {secret: s3, property: a.b, version: 3}, NEW: {secret: new, version: latest_enabled}}
`)
	got := find[*eso.ExternalSecret](t, objects, "shop-a", "a-externalsecret").Spec
	ref := func(key, property, version string) *eso.RemoteRef {
		return &eso.RemoteRef{
			Key: key, Property: property, Version: version,
			ConversionStrategy: "Default", DecodingStrategy: "None", MetadataPolicy: "None",
		}
	}
	assert.Equal(t, []eso.Data{
		{SecretKey: "API_KEY", RemoteRef: ref("path:/x/y/api-key", "", "")},
		{SecretKey: "NEW", RemoteRef: ref("path:/x/y/new", "", "")},
		{SecretKey: "S3", RemoteRef: ref("path:/x/y/s3", "a.b", "3")},
	}, got.Data)
	require.Len(t, got.DataFrom, 2)
	assert.Equal(t, ref("path:/x/y/smtp", "", ""), got.DataFrom[0].Extract)
	assert.Equal(t, "/x/y", got.DataFrom[1].Find.Folder())
	assert.Equal(t, `^sentry\.dsn$`, got.DataFrom[1].Find.Name.RegExp, "the dot is no wildcard")
	rewrite := &eso.RewriteRegExp{Source: new(`^sentry\.dsn$`), Target: new("SENTRY.DSN")}
	assert.Equal(t, []eso.Rewrite{{RegExp: rewrite}}, got.DataFrom[1].Rewrite)
	assert.Equal(t, "Retain", got.Target.DeletionPolicy)
}

func TestAKeyInTheRootFolderHasOneSlash(t *testing.T) {
	objects := generate(t, "a: {secrets: {keys: [A], path: /}}\n")
	got := find[*eso.ExternalSecret](t, objects, "shop-a", "a-externalsecret").Spec
	assert.Equal(t, "path:/a", got.Data[0].RemoteRef.Key)
}
