package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/eso"
)

// TestTypesHaveTheFieldsOfTheCRDs holds the Go types that read the operator's kinds
// against its CRDs, so that no field is called unknown that is not, and none is
// missed.
func TestTypesHaveTheFieldsOfTheCRDs(t *testing.T) {
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	for name, typ := range map[string]reflect.Type{
		"secretstores":           reflect.TypeFor[eso.Store](),
		"clustersecretstores":    reflect.TypeFor[eso.Store](),
		"externalsecrets":        reflect.TypeFor[eso.ExternalSecret](),
		"clusterexternalsecrets": reflect.TypeFor[eso.ClusterExternalSecret](),
		"pushsecrets":            reflect.TypeFor[eso.PushSecret](),
		"clusterpushsecrets":     reflect.TypeFor[eso.ClusterPushSecret](),
	} {
		text, err := os.ReadFile(filepath.Join(assets, "crds", "external-secrets.io_"+name+".yaml"))
		require.NoError(t, err)
		var definition customResource
		require.NoError(t, yaml.Unmarshal(text, &definition))
		for _, version := range definition.Spec.Versions {
			if version.Served {
				require.NotEmpty(t, version.Schema.OpenAPIV3Schema.Properties)
				compareFields(t, name, typ, &version.Schema.OpenAPIV3Schema)
			}
		}
	}
}

// customResource has what a CustomResourceDefinition says about which fields there are.
type customResource struct {
	Spec struct {
		Versions []struct {
			Served bool
			Schema struct{ OpenAPIV3Schema fieldSchema }
		}
	}
}

type fieldSchema struct {
	Properties map[string]fieldSchema
	Items      *fieldSchema
}

func compareFields(t *testing.T, path string, typ reflect.Type, schema *fieldSchema) {
	t.Helper()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case typ == reflect.TypeFor[json.RawMessage](), typ == reflect.TypeFor[intstr.IntOrString](),
		strings.HasSuffix(path, ".metadata") && strings.Count(path, ".") == 1:
		return // opaque, a number or text, or the API server's own
	case typ.Kind() == reflect.Slice:
		if assert.NotNil(t, schema.Items, "%s is no list", path) {
			compareFields(t, path+"[]", typ.Elem(), schema.Items)
		}
		return
	case typ.Kind() != reflect.Struct:
		return
	}
	fields := jsonFields(typ)
	assert.Equal(t, slices.Sorted(maps.Keys(schema.Properties)), slices.Sorted(maps.Keys(fields)),
		"the fields of %s", path)
	for name, field := range fields {
		if property, found := schema.Properties[name]; found {
			compareFields(t, path+"."+name, field, &property)
		}
	}
}

// jsonFields are the fields of a struct by the names that they have in JSON, those
// of embedded structs included.
func jsonFields(typ reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Tag.Get("since") != "" {
			continue // later versions than the one whose CRDs these are have it
		}
		if name == "" {
			maps.Copy(fields, jsonFields(field.Type))
		} else if name != "-" {
			fields[name] = field.Type
		}
	}
	return fields
}
