package schema_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/schema"
	"cloison.dev/cloison/internal/spec"
)

const schemaURL = "https://cloison.dev/schemas/v1alpha1/segregation.json"

// compile makes a validator of the schema that cloison prints. It also holds the schema against draft 2020-12 itself.
func compile(t testing.TB) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSON))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource(schemaURL, document))
	compiled, err := compiler.Compile(schemaURL)
	require.NoError(t, err)
	return compiled
}

// toJSON converts YAML the way editors do: tags decide about the types of scalars, names are text, dates too.
func toJSON(t testing.TB, node *yaml.Node) any {
	t.Helper()
	switch node.Kind {
	case yaml.AliasNode:
		return toJSON(t, node.Alias)
	case yaml.DocumentNode:
		return toJSON(t, node.Content[0])
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			list[i] = toJSON(t, item)
		}
		return list
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			object[node.Content[i].Value] = toJSON(t, node.Content[i+1])
		}
		return object
	}
	var value any
	require.NoError(t, node.Decode(&value))
	if _, isDate := value.(time.Time); isDate {
		return node.Value
	}
	return value
}

// parse reads one YAML document.
func parse(t testing.TB, text string) *yaml.Node {
	t.Helper()
	node, err := tryParse(text)
	require.NoError(t, err, "%s", text)
	return node
}

func tryParse(text string) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	return document.Content[0], nil
}

// loads reports whether spec.Load accepts a Segregation, and its findings.
func loads(node *yaml.Node) (bool, []finding.Finding) {
	in := cluster.Kapsule() // of which everything is known: a schema cannot ask for what is in another document
	in.NetworkPlugin, in.Monitoring = cluster.PluginCilium, "monitoring"
	in.APIServer.Servers = []cluster.Server{{Addresses: netip.MustParsePrefix("51.15.0.10/32"), Port: in.APIServer.Port}}
	loaded, findings := spec.Load(node, spec.Origin{}, in)
	return loaded != nil, findings
}

// schemaObject is the schema as plain JSON.
func schemaObject(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(schema.JSON, &object))
	return object
}
