package objects_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
)

// readAsKubectl reads a file with what kubectl's resource builder is made of: the decoder that cuts streams, and the scheme
// that takes lists apart.
func readAsKubectl(data string) ([]map[string]any, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(data), 4096)
	var found []map[string]any
	for {
		var text runtime.RawExtension
		if err := decoder.Decode(&text); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return found, err
		}
		text.Raw = bytes.TrimSpace(text.Raw)
		if len(text.Raw) == 0 || string(text.Raw) == "null" {
			continue
		}
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(text.Raw, nil, nil)
		if err != nil {
			return found, err
		}
		switch object := object.(type) {
		case *unstructured.Unstructured:
			found = append(found, object.Object)
		case *unstructured.UnstructuredList:
			for _, item := range object.Items {
				if item.GetKind() == "" {
					return found, errors.New("an item without a kind")
				}
				found = append(found, item.Object)
			}
		}
	}
}

// odd writes documents of which readers of YAML make different things.
type odd struct{ *rand.Rand }

func (o odd) pick(texts ...string) string { return texts[o.IntN(len(texts))] }

func (o odd) scalar() string {
	return o.pick("a", "b", `"c"`, "'d'", "yes", "no", "on", "y", "~", "null", "true", "False", "0", "017", "0x1f", "0o17", "1_000", "-3",
		"1.5", "1e3", ".5", ".inf", ".nan", "12345678901234567890", "123456789012345678901234567890", "2026-01-02", "12:30:45",
		"!!str 5", "!!binary YQ==", "!!binary c2hvcC1i", "!!binary '?'", "!foo bar", "!!int '5'", "!!float 1", "! x", "&v v", "=", "<", "é",
		`"\u00e9\n"`, "|-\n    text\n    more", ">\n    folded\n    text", "*n", "a b", "1.", "+1", "0b11", "''", `"<<"`, "[]", "{}")
}

func (o odd) key() string {
	return o.pick("a", "b", "c", "kind", "name", `"a"`, "'b'", "y", "on", "1", "0x10", "true", "~", "1.5", "!!str a", "!!binary YQ==",
		"? a", "*n ", "[a]", `"<<"`, "tls.crt")
}

// mapping is in flow style, so that it fits in every place.
func (o odd) mapping(depth int) string {
	var fields []string
	for range o.IntN(4) {
		fields = append(fields, o.field(depth))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func (o odd) field(depth int) string {
	flow := func() string {
		for {
			if text := o.scalar(); !strings.ContainsAny(text, "|>") {
				return text
			}
		}
	}
	switch {
	case o.IntN(7) == 0:
		return "<<: " + o.pick(o.mapping(0), "*m", "[*m, {b: 1}]", "a", "[{a: 1}, {a: 2}]")
	case depth > 0 && o.IntN(3) == 0:
		return o.key() + ": " + o.mapping(depth-1)
	case depth > 0 && o.IntN(5) == 0:
		return o.key() + ": [" + flow() + ", " + o.mapping(depth-1) + "]"
	}
	return o.key() + ": " + flow()
}

func (o odd) document() string {
	lines := []string{"x: &m {a: 1, c: 2}", "z: &n name"}
	for range 1 + o.IntN(5) {
		lines = append(lines, o.pick("apiVersion: v1", "apiVersion: apps/v1", "kind: ConfigMap", "kind: Role", "kind: List", "kind: PodList",
			"metadata: {name: a}", "metadata: {name: b, namespace: n, labels: "+o.mapping(0)+"}", "metadata: {*n : c, namespace: !!binary c2hvcC1i}",
			"items: ["+o.item()+", "+o.item()+"]", "items: {}", "items: ", "data: "+o.mapping(1), "spec: "+o.mapping(2), o.key()+": "+o.scalar(),
			"<<: {kind: Secret}", "<<: *m", "kind: &k Pod", "!!str kind: Job", "*n : {name: a}"))
	}
	if o.IntN(3) > 0 {
		lines = append([]string{"apiVersion: v1", "kind: ConfigMap", "metadata: {name: first}"}, lines...)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (o odd) item() string {
	return o.pick("{apiVersion: v1, kind: Pod, metadata: {name: y}, data: "+o.mapping(1)+"}", "{kind: Pod}", "{}", "{metadata: {name: a}}", "a",
		"{apiVersion: v1, kind: Secret, <<: {kind: Pod}}", "{apiVersion: v1, kind: Secret, items: []}")
}

func (o odd) json() string {
	return o.pick(`{"apiVersion":"v1","kind":"Pod","kind":"Job","metadata":{"name":"a","name":"b"}}`,
		`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\ud83d\ude00","x":"\/"},"a":1e3,"a":2}`,
		`{"apiVersion":"v1","kind":"Foo","items":[{"apiVersion":"v1","kind":"Job"}]}`, `{apiVersion: v1, kind: Pod}`, `{"a":`, "{\n\t\"apiVersion\":\"v1\",\n\t\"kind\":\"Pod\"}")
}

// file puts documents together.
func (o odd) file() string {
	var text strings.Builder
	if o.IntN(20) == 0 {
		text.WriteString("\ufeff")
	}
	isJSON := o.IntN(5) == 0
	for range 1 + o.IntN(3) {
		if isJSON {
			text.WriteString(o.json() + o.pick("", "\n", "\n---\n", " "))
			continue
		}
		text.WriteString(o.document() + o.pick("---\n", "---\n", "--- # comment\n", "---\r\n", "--- {a: b}\n", "---x\n", "...\n---\n", "...\n"))
	}
	return text.String()
}

// TestFilesAreReadAsKubectlReadsThem holds the reader against kubectl's on odd files: each object that is read must be the one
// that kubectl reads, in the same order, and what kubectl reads may only be missing where the file is refused.
func TestFilesAreReadAsKubectlReadsThem(t *testing.T) {
	const files, enough = 4000, 600
	o := odd{testkit.Random(t, 13)}
	same, refused, both := 0, 0, 0
	for n := range files {
		text := o.file()
		want, kubectlErr := readAsKubectl(text)
		found, err := objects.Parse("", []byte(text))
		switch {
		case kubectlErr != nil && err != nil:
			both++
		case kubectlErr != nil:
			t.Errorf("file %d: kubectl refuses it: %v\n%s", n, kubectlErr, text)
		case err != nil:
			refused++
		default:
			same++
			requireSameObjects(t, fmt.Sprintf("file %d:\n%s", n, text), want, found)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d files: %d read the same, %d refused here alone, %d refused by both", files, same, refused, both)
	assert.Greater(t, same, enough)
}

func requireSameObjects(t *testing.T, text string, want []map[string]any, found []*objects.Object) {
	t.Helper()
	require.Len(t, found, len(want), text)
	for i, o := range found {
		var fields map[string]any
		_, err := o.Decode(&fields)
		require.NoError(t, err, text)
		expected := &unstructured.Unstructured{Object: want[i]}
		require.Equal(t, expected.GetKind(), o.Kind, text)
		require.Equal(t, expected.GetAPIVersion(), o.APIVersion, text)
		if _, inferred := fields["kind"]; !inferred {
			delete(want[i], "kind")
			delete(want[i], "apiVersion")
		}
		if name := expected.GetName(); name != "" {
			require.Equal(t, name, o.Name, text)
		}
		if namespace := expected.GetNamespace(); namespace != "" {
			require.Equal(t, namespace, o.Namespace, text)
		}
		if labels := expected.GetLabels(); labels != nil {
			require.Equal(t, labels, o.Labels, text)
		}
		wanted, err := json.Marshal(want[i])
		require.NoError(t, err)
		given, err := json.Marshal(fields)
		require.NoError(t, err)
		require.Equal(t, string(wanted), string(given), text)
	}
}
