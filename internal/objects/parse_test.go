package objects_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

func TestParseTakesStreamsApart(t *testing.T) {
	found, err := objects.Parse("a.yaml", []byte("\ufeff# first\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: "+
		"a, namespace: n}\n"+
		"---\n# nothing\n---\nnull\n--- # a comment\r\napiVersion: v1\r\nkind: List\r\nitems:\r\n"+
		"- {apiVersion: apps/v1, kind: Deployment, metadata: {name: b, labels: {x: \"1\"}}}\r\n- apiVersion: v1\r\n  "+
		"kind: Pod\r\n"))
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
	found, err := objects.Parse("", []byte(`{"apiVersion": "v1", "kind": "PodList", "items": [{"apiVersion": "v1", `+
		`"kind": "Pod"}]}`))
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "Pod", found[0].Kind)
}

func TestParseTakesListsInListsApart(t *testing.T) {
	found, err := objects.Parse("", []byte(`{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: PodList, `+
		`items: [{apiVersion: v1, kind: Pod}]}, {apiVersion: v1, kind: Secret}]}`))
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "Pod", found[0].Kind)
	assert.Equal(t, "Secret", found[1].Kind)
	found, err = objects.Parse("", []byte(`{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: `+
		`[{a: 1}]}]}`))
	require.NoError(t, err)
	require.Len(t, found, 1, "its items are no objects")
	assert.Equal(t, "List", found[0].Kind)
}

func TestParseFollowsAliases(t *testing.T) {
	found, err := objects.Parse("", []byte(`{x: &k Pod, apiVersion: v1, kind: *k, metadata: {name: &n a, `+
		`annotations: {b: *n}, labels: {c: null}}}`))
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
			`f, the document at line 5: line 7: not YAML: a text with ": " in it must be in quotes, and the fields of one ` +
				`map must start in one column`,
		}},
		"a tab": {"apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n", []string{
			"f, the document at line 1: line 4: not YAML: it starts with a tab, and YAML indents with spaces",
		}},
		"a tab behind spaces": {"# a\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n \tlabels: {}\n", []string{
			"f, the document at line 2: line 7: not YAML: it starts with a tab, and YAML indents with spaces",
		}},
		"a colon in a text": {"a: b: c\n", []string{
			`f, the document at line 1: line 1: not YAML: a text with ": " in it must be in quotes, and the fields of one ` +
				`map must start in one column`,
		}},
		"an at sign": {"a: @b\n", []string{
			"f, the document at line 1: line 1: not YAML: found character that cannot start any token; put text that " +
				"starts with @ or ` in quotes",
		}},
		"fields in another case": {"apiversion: v1\nkind: Pod\nmetadata: {name: a}\n---\n" +
			"apiVersion: v1\nKind: Pod\nmetadata: {name: a}\n", []string{
			"f, the document at line 1: the object must have an apiVersion, and has none; write apiVersion instead of " +
				"apiversion",
			"f, the document at line 4: the object must have a kind, and has none; write kind instead of Kind",
		}},
		"a Segregation without a version": {"kind: Segregation\nmetadata: {name: a}\n", []string{
			"f, the document at line 1: the object must have an apiVersion, and has none; " +
				"write apiVersion: cloison.dev/v1alpha1",
		}},
		"no object": {"a: b\n", []string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"a list":    {"- a\n", []string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"a text": {"hunter2\n",
			[]string{"f, the document at line 1: must be an object with apiVersion and kind"}},
		"no kind": {"apiVersion: v1\nmetadata: {name: a}\n", []string{"f, the document at line 1: the object " +
			"must have a kind, and has none"}},
		"no apiVersion": {"kind: Pod\nmetadata: {name: a}\n", []string{"f, the document at line 1: the object must " +
			"have an apiVersion, and has none"}},
		"a kind, merged below another": {"\nkind: Pod\n<<: {apiVersion: v1, kind: Secret}\n", []string{
			`f, the document at line 1: line 3: a YAML merge key ("<<") stands for fields that are given above it, ` +
				`of which readers take different ones; write the fields out`}},
		"a tag": {"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: !hunter2 b\n", []string{
			"f, the document at line 1: line 4: a value has a YAML tag (!), of which readers make different things; " +
				"write the value without it"}},
		"text after the line that parts documents": {"apiVersion: v1\nkind: Pod\n--- {a: b}\n", []string{
			`f, the document at line 3: line 3: not YAML: a line that starts with "---" must hold nothing else but a ` +
				`comment`}},
		"items of no list": {"kind: List\nitems: a\n", []string{"f, the document at line 1: items must be a list"}},
		"an item is none": {"kind: List\nitems: [{kind: Pod}]\n", []string{"f, the document at line 1: items[0]: " +
			"must be an object with apiVersion and kind"}},
		"an item is a text": {"kind: List\nitems: [a]\n", []string{"f, the document at line 1: items[0]: must be an " +
			"object with apiVersion and kind"}},
		"a document without a start": {"apiVersion: v1\nkind: Pod\n...\napiVersion: v1\nkind: Secret\n",
			[]string{`f, the document at line 1: line 3: not YAML: a second document must start with a line "---"`}},
		"a byte order mark inside": {"kind: Pod\napiVersion: v1\n---\n\ufeffkind: Pod\n", []string{
			"f, the document at line 3: line 4: not YAML: a byte order mark must stand at the start of the file; " +
				"remove it"}},
		"a tag without a name": {"apiVersion: v1\nkind: Pod\nspec:\n- &a # b\n  ! 5\n", []string{
			"f, the document at line 1: line 4: a value has a YAML tag (!), of which readers make different things; " +
				"write the value without it"}},
		"a JSON number without an end": {`{"apiVersion": "v1", "kind": "Pod", "spec": 1e400}`,
			[]string{"f, the document at line 1: line 1: a number is too large"}},
		"a name that is a large number": {"apiVersion: v1\nkind: Pod\nspec:\n  9223372036854775808: a\n", []string{
			"f, the document at line 1: line 4: the name of a field is a number that is too large; put it in quotes"}},
		"a name as text and as a number": {"apiVersion: v1\nkind: Pod\nspec:\n  1: a\n  '1': b\n", []string{
			"f, the document at line 1: line 5: the name of a field is given twice, as text and as a number or " +
				"boolean, of which readers take different ones; keep one of the two"}},
		"a name as text and as a boolean": {"apiVersion: v1\nkind: Pod\nspec: {\"true\": a, y: b}\n", []string{
			"f, the document at line 1: line 3: the name of a field is given twice, as text and as a number or " +
				"boolean, of which readers take different ones; keep one of the two"}},
		"two JSON objects and YAML": {strings.Repeat(`{"apiVersion": "v1", "kind": "Pod"}`+"\n", 2) + "kind: Pod\n",
			[]string{
				"f, the document at line 2: after several JSON objects, kubectl reads nothing but JSON objects"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := objects.Parse("f", []byte(test.text))
			require.Error(t, err)
			assert.Equal(t, test.want, strings.Split(err.Error(), "\n"))
		})
	}
}

func TestAliasesThatGrowAreRefused(t *testing.T) {
	bomb, last := "&a0 [x, x, x, x, x, x, x, x, x, x]", "*a0"
	for i := 1; i <= 9; i++ {
		bomb += fmt.Sprintf("\n- &a%d [%s]", i, strings.TrimSuffix(strings.Repeat(last+", ", 10), ", "))
		last = fmt.Sprintf("*a%d", i)
	}
	chain := "[&a0 x"
	for i := range 101 {
		chain += fmt.Sprintf(", &a%d [*a%d]", i+1, i)
	}
	const tooMany, part = "YAML aliases stand for too many values", "a YAML alias (*) stands for what it is a part of"
	for text, want := range map[string]string{
		"\n- " + bomb:          "line 7: " + tooMany,
		chain + "]":            "line 3: " + tooMany,
		"&a [*a]":              "line 3: " + part,
		"&a {b: *a}":           "line 3: " + part,
		"&a {b: [&c {d: *a}]}": "line 3: " + part,
		"[&a [x], &a [*a]]":    "line 3: " + part,
	} {
		_, err := objects.Parse("f", []byte("apiVersion: v1\nkind: Anything\na: "+text+"\n"))
		require.EqualError(t, err, "f, the document at line 1: "+want, text)
	}
	found, err := objects.Parse("f", []byte("apiVersion: v1\nkind: Anything\na: [&a [x], &b [*a, *a], *b, *b]\n"))
	require.NoError(t, err)
	assert.Len(t, found, 1)
}

// TestWhatKubectlReads has what looks like something that readers differ in, and texts of other encodings.
func TestWhatKubectlReads(t *testing.T) {
	const object = "apiVersion: v1\nkind: Anything\na: "
	inUTF16 := func(order binary.AppendByteOrder) string {
		var text []byte
		for _, unit := range utf16.Encode([]rune("\ufeff---\n" + object + "é\n---\n# end\n")) {
			text = order.AppendUint16(text, unit)
		}
		return string(text)
	}
	for text, want := range map[string]string{
		object + "b ! c\n":           `"b ! c"`,
		object + "[b, '! c']\n":      `["b","! c"]`,
		object + "|\n  ! b\n":        `"! b\n"`,
		object + "! 'b'\n":           `"b"`,
		object + "b # ! c\n":         `"b"`,
		object + "!!binary gIGC\n":   `"\ufffd\ufffd\ufffd"`,
		object + "{1: b, 0x1: c}\n":  `{"1":"c"}`,
		inUTF16(binary.LittleEndian): `"é"`,
		inUTF16(binary.BigEndian):    `"é"`,
		"\ufeff" + `{"apiVersion":"v1","kind":"Anything","a":"b"} `:              `"b"`,
		`{"apiVersion":"v1","kind":"Anything","a":"\ud83d\ude00"}`:               `"\ud83d\ude00"`,
		`{"apiVersion":"v1","kind":"Anything","a":"` + "\u0085\u2028\x7f" + `"}`: `"\u0085\u2028\u007f"`,
	} {
		found, err := objects.Parse("f", []byte(text))
		require.NoError(t, err, "%q", text)
		require.Len(t, found, 1, "%q", text)
		var fields map[string]any
		err = found[0].DecodePart(&fields)
		require.NoError(t, err)
		got, err := json.Marshal(fields["a"])
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got), "%q", text)
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
