package fn_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
)

// FuzzRun feeds the function anything.
func FuzzRun(f *testing.F) {
	for _, c := range readCases(f) {
		const large = 20_000 // slows the fuzzer down
		if len(c.input) < large {
			f.Add(c.input)
		}
	}
	f.Fuzz(checkRun)
}

// FuzzValues feeds the function a Segregation that is well-formed, with any values.
func FuzzValues(f *testing.F) {
	f.Add("shop", "frontend", "", "payment", "API_KEY", "/production", "team", "a", "198.51.100.0/24", "443", "1h",
		"500m", "pods")
	f.Add("y", "n", "on", "null", "true", "/", "example.com/x..y", "a._b", "2001:db8::/32", "53/UDP", "90s", "1e3",
		"count/x.y")
	f.Add("a", "b", "c", "d", ".", "/a.b_c-d", "0o14", "", "0.0.0.0/0", "1-65535/SCTP", "1ns", ".5Ti", "hugepages-2Mi")
	f.Fuzz(func(t *testing.T, name, component, namespace, group, key, path, label, value, cidr, port, duration,
		quantity, resource string) {
		text := fmt.Sprintf(valuesForm, quoted(name), quoted(duration), quoted(component), quoted(namespace),
			quoted(label), quoted(value),
			quoted(value), quoted(path), quoted(key), quoted(group), quoted(key), quoted(component), quoted(label), quoted(value),
			quoted(port), quoted(cidr), quoted(label), quoted(value), quoted(namespace), quoted(resource), quoted(quantity), quoted(quantity), quoted(key))
		checkRun(t, []byte(text))
	})
}

const valuesForm = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: cloison.dev/v1alpha1
  kind: Segregation
  metadata: {name: %s, annotations: {config.kubernetes.io/local-config: "true"}}
  spec:
    scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
    sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1', refreshInterval: %s}
    components:
      %s:
        namespace: %s
        labels: {%s: %s}
        annotations: {note: %s}
        secrets: {path: %s, keys: [%s]}
        secretGroups: {%s: {map: {KEY: {secret: %s}}}}
        egress:
        - {to: {component: %s, pods: {%s: %s}}, ports: [%s]}
        - {to: {cidr: %s}, pods: {%s: %s}}
        - {to: {namespace: %s}}
        quota: {%s: %s}
        limits: [{type: Container, max: {cpu: %s}}]
        access: [{role: viewer, subjects: [{kind: User, name: %s}]}]
      other: {}
`

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(b)
}

// checkRun holds one run against what is true of every run.
func checkRun(t *testing.T, input []byte) {
	outcome := fn.Run(input)
	require.Equal(t, outcome, fn.Run(input), "the same input must give the same output")
	for _, f := range outcome.Findings {
		require.Equal(t, 1, strings.Count(f.String()+"\n", "\n"), "a finding must be one line: %q", f.String())
		require.NotEmpty(t, f.Message)
	}
	if outcome.Failed() {
		checkRefusal(t, input, outcome)
		return
	}
	require.NotEmpty(t, outcome.Output, "hosts take an empty output for: delete everything")
	before, after := itemsOf(t, input), itemsOf(t, outcome.Output)
	if len(after) == 0 {
		return // a validator's answer
	}
	checkNames(t, after[min(len(before), len(after)):])
	again := fn.Run(outcome.Output)
	require.False(t, again.Failed(), "%v", again.Findings)
	require.Equal(t, string(outcome.Output), string(again.Output), "run on its own output, it must change nothing")
}

func checkRefusal(t *testing.T, input []byte, outcome fn.Outcome) {
	if len(outcome.Output) == 0 {
		require.Len(t, outcome.Findings, 1)
		require.Equal(t, finding.InputUnreadable, outcome.Findings[0].Code)
		return
	}
	require.Equal(t, itemsOf(t, input), itemsOf(t, outcome.Output), "after an error the items must be those that "+
		"came in")
}

// checkNames holds the names of objects against what the API server takes.
func checkNames(t *testing.T, items []any) {
	for _, item := range items {
		metadata := item.(map[string]any)["metadata"].(map[string]any)
		name := strings.TrimPrefix(metadata["name"].(string), "!!str ")
		require.Empty(t, validation.IsDNS1123Subdomain(name), "the API server would refuse the name %q", name)
	}
}

// itemsOf reads the items with a parser that knows nothing of ours.
func itemsOf(t *testing.T, list []byte) []any {
	var document yaml.Node
	require.NoError(t, yaml.NewDecoder(bytes.NewReader(list)).Decode(&document))
	root, isMap := plain(document.Content[0]).(map[string]any)
	require.True(t, isMap)
	items, isList := root["items"].([]any)
	require.True(t, isList || root["items"] == nil || root["items"] == "!!null", "%v", root["items"])
	if len(items) == 0 {
		return nil
	}
	return items
}
