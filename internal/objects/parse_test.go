package objects_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

func TestParseTakesStreamsApart(t *testing.T) {
	found, err := objects.Parse("a.yaml", []byte("\ufeff# first\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: n}\n"+
		"---\n# nothing\n---\nnull\n--- # a comment\r\napiVersion: v1\r\nkind: List\r\nitems:\r\n"+
		"- {apiVersion: apps/v1, kind: Deployment, metadata: {name: b, labels: {x: \"1\"}}}\r\n- apiVersion: v1\r\n  kind: Pod\r\n"))
	require.NoError(t, err)
	require.Len(t, found, 3)
	secret, deployment, pod := found[0], found[1], found[2]
	assert.Equal(t, "Secret n/a", secret.String())
	assert.Equal(t, "a.yaml", secret.File)
	assert.Equal(t, 2, secret.FirstLine)
	assert.Equal(t, 5, secret.Line(fieldpath.Of("metadata", "name")))
	assert.Equal(t, "Deployment b", deployment.String())
	assert.Equal(t, "apps", deployment.GroupKind().Group)
	assert.Equal(t, map[string]string{"x": "1"}, deployment.Labels)
	assert.Equal(t, 14, deployment.Line(fieldpath.Of("kind")))
	assert.Equal(t, "Pod", pod.Kind)
	assert.Equal(t, 16, pod.Line(fieldpath.Of("kind")))
}

func TestParseReadsJSON(t *testing.T) {
	found, err := objects.Parse("", []byte(`{"apiVersion": "v1", "kind": "PodList", "items": [{"apiVersion": "v1", "kind": "Pod"}]}`))
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "Pod", found[0].Kind)
}

func TestParseTakesListsInListsApart(t *testing.T) {
	found, err := objects.Parse("", []byte(`{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: PodList, items: [{apiVersion: v1, kind: Pod}]}, {apiVersion: v1, kind: Secret}]}`))
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "Pod", found[0].Kind)
	assert.Equal(t, "Secret", found[1].Kind)
	found, err = objects.Parse("", []byte(`{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{a: 1}]}]}`))
	require.NoError(t, err)
	require.Len(t, found, 1, "its items are no objects")
	assert.Equal(t, "List", found[0].Kind)
}

func TestParseFollowsAliases(t *testing.T) {
	found, err := objects.Parse("", []byte(`{x: &k Pod, apiVersion: v1, kind: *k, metadata: {name: &n a, annotations: {b: *n}, labels: {c: null}}}`))
	require.NoError(t, err)
	assert.Equal(t, "Pod a", found[0].String())
	assert.Equal(t, map[string]string{"b": "a"}, found[0].Annotations)
	assert.Equal(t, map[string]string{"c": ""}, found[0].Labels)
}

func TestParseNamesEveryDocumentThatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"malformed twice": {"a: [\n---\napiVersion: v1\nkind: Pod\n---\nx: y\n  z: a\n", []string{
			"f, the document at line 1: line 1: not YAML: did not find expected node content",
			"f, the document at line 5: line 7: not YAML: mapping values are not allowed in this context",
		}},
		"no object":     {"a: b\n", []string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"a list":        {"- a\n", []string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"a text":        {"hunter2\n", []string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"no kind":       {"apiVersion: v1\nmetadata: {name: a}\n", []string{"f, the document at line 1: the object must have a kind, and has none"}},
		"no apiVersion": {"kind: Pod\nmetadata: {name: a}\n", []string{"f, the document at line 1: the object must have an apiVersion, and has none"}},
		"a kind, merged below another": {"\nkind: Pod\n<<: {apiVersion: v1, kind: Secret}\n", []string{
			`f, the document at line 1: line 3: a YAML merge key ("<<") stands for fields that are given above it, of which readers take different ones; write the fields out`}},
		"a tag": {"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: !hunter2 b\n", []string{
			"f, the document at line 1: line 4: a value has a YAML tag (!), of which readers make different things; write the value without it"}},
		"text after the line that parts documents": {"apiVersion: v1\nkind: Pod\n--- {a: b}\n", []string{
			`f, the document at line 3: line 3: not YAML: a line that starts with "---" must hold nothing else but a comment`}},
		"items of no list":  {"kind: List\nitems: a\n", []string{"f, the document at line 1: items must be a list"}},
		"an item is none":   {"kind: List\nitems: [{kind: Pod}]\n", []string{"f, the document at line 1: items[0]: must be an object with apiVersion and kind"}},
		"an item is a text": {"kind: List\nitems: [a]\n", []string{"f, the document at line 1: items[0]: must be an object with apiVersion and kind"}},
		"a document without a start": {"apiVersion: v1\nkind: Pod\n...\napiVersion: v1\nkind: Secret\n",
			[]string{`f, the document at line 1: line 3: not YAML: a second document must start with a line "---"`}},
		"two JSON objects and YAML": {strings.Repeat(`{"apiVersion": "v1", "kind": "Pod"}`+"\n", 2) + "kind: Pod\n", []string{
			"f, the document at line 2: after several JSON objects, kubectl reads nothing but JSON objects"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := objects.Parse("f", []byte(test.text))
			require.Error(t, err)
			assert.Equal(t, test.want, strings.Split(err.Error(), "\n"))
		})
	}
}

func TestTheEndOfADocumentMayBeMarked(t *testing.T) {
	found, err := objects.Parse("", []byte("apiVersion: v1\nkind: Pod\n...\n---\napiVersion: v1\nkind: Secret\n"))
	require.NoError(t, err)
	assert.Len(t, found, 2)
}

func TestErrorsNeverQuoteTheContent(t *testing.T) {
	const canary = "hunter2"
	for _, text := range []string{
		"password: *hunter2", "password: 'hunter2", "password: \"hunter2", "hunter2: [", "a: hunter2: b", "? hunter2\n: - b\n c", "!<hunter2",
		"%hunter2", "@hunter2", "a: &hunter2", "a: !!float hunter2", "a:\n\thunter2: b", "- hunter2", "hunter2", "<<: hunter2",
		"kind: hunter2\nmetadata: {a: b}", "apiVersion: v1\nkind: List\nitems: hunter2", "\x00hunter2", "a: \"\\xhunter2\"",
	} {
		_, err := objects.Parse("f", []byte(text))
		if err != nil {
			assert.NotContains(t, err.Error(), canary, text)
		}
	}
}

func TestLinesOfFields(t *testing.T) {
	found, err := objects.Parse("f", []byte(`# a comment
---
apiVersion: v1
kind: Pod
metadata:
  labels:
    app.kubernetes.io/name: a
spec:
  containers:
  - name: a
    image: b
  - {name: c, ports: [
      {containerPort: 1}]}
  volumes: &v
  - name: d
  other: *v
`))
	require.NoError(t, err)
	for field, line := range map[string]int{
		"":                3,
		"kind":            4,
		"metadata.labels": 6,
		"metadata.labels[app.kubernetes.io/name]":   7,
		"metadata.annotations[a.b/c]":               5, // not there: where it would be
		"spec.containers[0]":                        10,
		"spec.containers[0].image":                  11,
		"spec.containers[1].ports[0]":               13,
		"spec.containers[1].ports[0].containerPort": 13,
		"spec.containers[7].image":                  9,
		"spec.other[0].name":                        15,
		"nothing":                                   3,
	} {
		assert.Equal(t, line, found[0].Line(fieldpath.Parse(field)), field)
	}
	found[0].FirstLine = 0
	assert.Zero(t, found[0].Line(fieldpath.Of("kind")), "no line is known")
}

func TestWhatIsLocalIsNotApplied(t *testing.T) {
	for value, local := range map[string]bool{"true": true, "": true, "false": false} {
		o := objects.Object{Annotations: map[string]string{"config.kubernetes.io/local-config": value}}
		assert.Equal(t, local, o.IsLocal(), value)
	}
	assert.False(t, (&objects.Object{}).IsLocal())
}
