package crds

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/e2e/cluster"
)

// ours is the kustomization of our definitions.
const ours = "../../kustomization/sync/crds"

// plurals of the kinds that are defined.
var plurals = []string{"externalsecrets", "secretstores"}

// TestOurDefinitionsAreThoseOfTheOperator compares what a client sees: names,
// columns, and each field with its type. What the operator requires, defaults and
// restricts beyond that, the runtime names in a condition.
func TestOurDefinitionsAreThoseOfTheOperator(t *testing.T) {
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	for _, plural := range plurals {
		t.Run(plural, func(t *testing.T) {
			own := read(t, filepath.Join(ours, plural+".yaml"))
			theirs := read(t, filepath.Join(assets, "crds", "external-secrets.io_"+plural+".yaml"))
			require.Equal(t, theirs.Name, own.Name)
			require.Equal(t, theirs.Spec.Group, own.Spec.Group)
			require.Equal(t, theirs.Spec.Names, own.Spec.Names)
			require.Equal(t, theirs.Spec.Scope, own.Spec.Scope)
			require.Len(t, own.Spec.Versions, 1)
			version, served := own.Spec.Versions[0], servedVersion(t, theirs)
			require.Equal(t, served.Name, version.Name)
			require.True(t, version.Storage && version.Served)
			require.Equal(t, served.AdditionalPrinterColumns, version.AdditionalPrinterColumns)
			require.Equal(t, served.Subresources, version.Subresources)
			compared := 0
			compare(t, "", served.Schema.OpenAPIV3Schema, version.Schema.OpenAPIV3Schema, &compared)
			require.Greater(t, compared, 50, "fields were compared")
			spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
			requireKept(t, "spec", &spec)
		})
	}
}

func read(t *testing.T, path string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	definition := &apiextensionsv1.CustomResourceDefinition{}
	require.NoError(t, yaml.UnmarshalStrict(text, definition))
	return definition
}

// servedVersion is the one version that the operator serves.
func servedVersion(t *testing.T, of *apiextensionsv1.CustomResourceDefinition) *apiextensionsv1.CustomResourceDefinitionVersion {
	t.Helper()
	var served []*apiextensionsv1.CustomResourceDefinitionVersion
	for i := range of.Spec.Versions {
		if of.Spec.Versions[i].Served {
			served = append(served, &of.Spec.Versions[i])
		}
	}
	require.Len(t, served, 1)
	return served[0]
}

// compare requires that both have the same fields of the same types. Objects of
// which ours names no field are opaque: settings of providers that the runtime does
// not serve.
func compare(t *testing.T, path string, theirs, own *apiextensionsv1.JSONSchemaProps, compared *int) {
	t.Helper()
	*compared++
	assert.Equal(t, theirs.Type, own.Type, "the type of %s", path)
	assert.Equal(t, theirs.Format, own.Format, "the format of %s", path)
	assert.Equal(t, theirs.XIntOrString, own.XIntOrString, path)
	assert.Equal(t, listType(theirs), listType(own), "how appliers share the list %s", path)
	if assert.Equal(t, theirs.Items == nil, own.Items == nil, "%s is a list", path) && own.Items != nil {
		compare(t, path+"[]", theirs.Items.Schema, own.Items.Schema, compared)
	}
	switch {
	case own.AdditionalProperties != nil:
		if assert.NotNil(t, theirs.AdditionalProperties, "%s is a map", path) {
			compare(t, path+"{}", theirs.AdditionalProperties.Schema, own.AdditionalProperties.Schema, compared)
		}
	case len(own.Properties) == 0 && strings.HasPrefix(path, ".spec.provider."):
		return
	default:
		assert.Equal(t, slices.Sorted(maps.Keys(theirs.Properties)), slices.Sorted(maps.Keys(own.Properties)),
			"the fields of %s", path)
	}
	for _, name := range slices.Sorted(maps.Keys(own.Properties)) {
		field, has := own.Properties[name], false
		var other apiextensionsv1.JSONSchemaProps
		if other, has = theirs.Properties[name]; has {
			compare(t, path+"."+name, &other, &field, compared)
		}
	}
}

// listType is that of a list; none means atomic.
func listType(s *apiextensionsv1.JSONSchemaProps) string {
	if s.XListType == nil {
		return "atomic"
	}
	return *s.XListType
}

// requireKept requires that an API server keeps fields that it does not know, at
// every depth, so that the runtime can name them.
func requireKept(t *testing.T, path string, s *apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	if s.Type == "object" && s.AdditionalProperties == nil {
		assert.True(t, s.XPreserveUnknownFields != nil && *s.XPreserveUnknownFields, "%s drops unknown fields", path)
	}
	for name, field := range s.Properties {
		requireKept(t, path+"."+name, &field)
	}
	if s.Items != nil {
		requireKept(t, path+"[]", s.Items.Schema)
	}
}
