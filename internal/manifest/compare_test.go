package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/manifest"
)

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	return document.Content[0]
}

func TestDifferenceFindsTheField(t *testing.T) {
	wanted := map[string]any{
		"kind": "A", "metadata": map[string]any{"name": "y", "labels": map[string]any{"app.kubernetes.io/name": "n"}},
		"spec": map[string]any{"ports": []any{map[string]any{"port": 8080}}, "on": true, "none": nil, "ratio": 1.5,
			"text": "8080"},
	}
	const same = `
kind: A
metadata: {name: "y", labels: {app.kubernetes.io/name: n}}
spec: {ports: [{port: 8080}], "on": true, none: null, ratio: 1.5, text: "8080"}
`
	value, err := manifest.Value(wanted)
	require.NoError(t, err)
	for name, test := range map[string]struct{ old, new, want string }{
		"nothing":                        {"", "", ""},
		"another order and style":        {"kind: A\n", "\"kind\":   'A' # comment\n", ""},
		"another text":                   {"kind: A", "kind: B", "kind"},
		"text where a number is wanted":  {"port: 8080", "port: \"8080\"", "spec.ports[0].port"},
		"a number where text is wanted":  {"text: \"8080\"", "text: 8080", "spec.text"},
		"another number":                 {"port: 8080", "port: 8081", "spec.ports[0].port"},
		"a fraction":                     {"port: 8080", "port: 8080.5", "spec.ports[0].port"},
		"text where a boolean is wanted": {"\"on\": true", "\"on\": \"true\"", "spec.on"},
		"another boolean":                {"\"on\": true", "\"on\": false", "spec.on"},
		"text where null is wanted":      {"none: null", "none: \"null\"", "spec.none"},
		"an empty value for null":        {"none: null", "none: ", ""},
		"a field too many":               {"kind: A", "kind: A\nextra: 1", "extra"},
		"a field too few":                {"ratio: 1.5, ", "", "spec.ratio"},
		"a list too long":                {"[{port: 8080}]", "[{port: 8080}, {port: 1}]", "spec.ports"},
		"a list too short":               {"[{port: 8080}]", "[]", "spec.ports"},
		"a list where a map is wanted":   {"{port: 8080}", "[port]", "spec.ports[0]"},
		"a map where a list is wanted":   {"[{port: 8080}]", "{port: 8080}", "spec.ports"},
		"text where a map is wanted":     {"{name: \"y\", labels: {app.kubernetes.io/name: n}}", "x", "metadata"},
		"a name with dots": {"app.kubernetes.io/name: n", "app.kubernetes.io/name: m",
			"metadata.labels[app.kubernetes.io/name]"},
		"a field twice, last as wanted":  {"kind: A", "kind: B\nkind: A", "kind"},
		"a field twice, first as wanted": {"kind: A", "kind: A\nkind: B", "kind"},
		"a field twice, both as wanted":  {"kind: A", "kind: A\nkind: A", "kind"},
		"an alias":                       {"kind: A", "x: &x A\nkind: *x", "kind"},
		"a merge key":                    {"kind: A", "<<: {kind: A}", "[<<]"},
		"the first of several fields":    {"ratio: 1.5, text: \"8080\"", "ratio: 2, text: \"\"", "spec.ratio"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, same, test.old)
			text := strings.Replace(same, test.old, test.new, 1)
			field, differs := manifest.Difference(parse(t, text), value, manifest.Exact)
			assert.Equal(t, test.want, field.String())
			assert.Equal(t, test.want != "", differs)
		})
	}
}

func TestDifferenceLetsThroughWhatMayBeAdded(t *testing.T) {
	value, err := manifest.Value(map[string]any{"a": map[string]any{"x": "1"}})
	require.NoError(t, err)
	difference := func(text string) string {
		field, _ := manifest.Difference(parse(t, text), value, fieldpath.Of("a").Contains)
		return field.String()
	}
	assert.Empty(t, difference("a: {x: '1', y: 2}"))
	assert.Equal(t, "a.x", difference("a: {x: '2', y: 2}"), "added, not changed")
	assert.Equal(t, "a.x", difference("a: {y: 2}"), "added, not removed")
	assert.Equal(t, "b", difference("a: {x: '1'}\nb: 1"))
}

func TestWhatIsWrittenReadsAsTheSame(t *testing.T) {
	texts := []any{
		"", " ", "y", "n", "Yes", "no", "on", "OFF", "true", "null", "~", "123", "0x1F", "0o14", "014", "1_000", "1e3",
		"1.5", ".5", ".inf", ".NaN", "12:30:00",
		"2024-01-01", "<<", "=", "-", "- a", "# x", "a # b", "a: b", "*x", "&x", "!x", "|", ">", "%x", "@x", "`x`", "'",
		"\"", "{a}", "[a]", "two\nlines", "two\nlines\n",
		"two\n  \nlines\n\n", " leading", "trailing ", "tab\t", "\u2028", "é\U0001F600", "\\n", "?", "? x", "--- x",
		"...", strings.Repeat("word ", 40),
	}
	object := map[string]any{"list": texts, "numbers": []any{0, -1, 9007199254740993, 1.5, 1e21},
		"other": []any{true, false, nil, map[string]any{}, []any{}}}
	names := map[string]any{}
	for _, text := range texts {
		names[text.(string)] = text
	}
	delete(names, "<<") // a merge key by another name: labels and annotations cannot be called so
	object["names"] = names
	value, err := manifest.Value(object)
	require.NoError(t, err)
	written, err := manifest.YAML(object)
	require.NoError(t, err)
	field, differs := manifest.Difference(parse(t, string(written)), value, manifest.Exact)
	assert.False(t, differs, "%s: %s", field, written)
	again, err := manifest.YAML(object)
	require.NoError(t, err)
	assert.Equal(t, string(written), string(again))
}
