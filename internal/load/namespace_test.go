package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/load"
)

func TestObjectsThatNameNoNamespaceArePutIntoOne(t *testing.T) {
	input, err := load.Paths([]string{load.Stdin}, strings.NewReader(`
{apiVersion: v1, kind: Secret, metadata: {name: a}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b, namespace: other}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: c}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: d}}
---
{apiVersion: example.com/v1, kind: Widget, metadata: {name: e}}
---
{apiVersion: example.com/v1, kind: Globe, metadata: {name: f}}
---
{apiVersion: example.org/v1, kind: Unknown, metadata: {name: g}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: h},
 spec: {group: example.com, scope: Namespaced, names: {kind: Widget}}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: i},
 spec: {group: example.com, scope: Cluster, names: {kind: Globe}}}
---
{apiVersion: cloison.dev/v1alpha1, kind: Cluster, metadata: {name: j}}
---
{apiVersion: v1, kind: List, items: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: k}}]}
`), load.Options{Namespace: "shop"})
	require.NoError(t, err)
	got := map[string]string{}
	for _, o := range input.Objects {
		got[o.Name] = o.Namespace
	}
	assert.Equal(t, map[string]string{"a": "shop", "b": "other", "c": "", "d": "", "e": "shop", "f": "", "g": "", "h": "",
		"i": "", "j": "", "k": "shop"}, got)
}

func TestWhatIsExcluded(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		isFolder, is  bool
	}{
		{"vendor/", "vendor", true, true}, {"vendor/", "a/b/vendor", true, true}, {"vendor/", "vendor", false, false},
		{"vendor", "a/vendor", false, true}, {"*.test.yaml", "a/b/c.test.yaml", false, true},
		{"*.test.yaml", "a/c.yaml", false, false}, {"deploy/old", "deploy/old", true, true},
		{"deploy/old", "x/deploy/old", true, false}, {"./deploy/old", "deploy/old", true, true},
		{"deploy/*/old", "deploy/a/old", true, true}, {"deploy/*/old", "deploy/a/b/old", true, false},
		{"deploy/**/old", "deploy/a/b/old", true, true}, {"deploy/**/old", "deploy/old", true, true},
		{"**/fixtures", "a/fixtures", true, true}, {"a?.yaml", "ab.yaml", false, true},
	} {
		require.NoError(t, load.CheckExclude(test.pattern))
		pattern, is := load.Excludes([]string{"nothing", test.pattern}, test.name, test.isFolder)
		assert.Equal(t, test.is, is, "%s of %s", test.name, test.pattern)
		if is {
			assert.Equal(t, test.pattern, pattern)
		}
	}
	for _, pattern := range []string{"", "/", "/etc", "../x", "a/../b", "[", "a/["} {
		assert.Error(t, load.CheckExclude(pattern), pattern)
	}
}
