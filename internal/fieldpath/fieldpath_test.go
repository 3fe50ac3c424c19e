package fieldpath_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"cloison.dev/cloison/internal/fieldpath"
)

func TestAPathIsWrittenInOneFormAndReadBack(t *testing.T) {
	for text, test := range map[string]struct {
		path  fieldpath.Path
		steps []string
	}{
		"":     {fieldpath.Path{}, nil},
		"spec": {fieldpath.Of("spec"), []string{"spec"}},
		"spec.ports[0].port": {fieldpath.Of("spec", "ports").Index(0).Child("port"),
			[]string{"spec", "ports", "0", "port"}},
		"metadata.labels[app.kubernetes.io/name]": {
			fieldpath.Of("metadata", "labels", "app.kubernetes.io/name"),
			[]string{"metadata", "labels", "app.kubernetes.io/name"},
		},
		"map[tls.crt].secret": {fieldpath.Of("map", "tls.crt", "secret"), []string{"map", "tls.crt", "secret"}},
		"map.0":               {fieldpath.Of("map", "0"), []string{"map", "0"}},
		`map["+1"]`:           {fieldpath.Of("map", "+1"), []string{"map", "+1"}},
		"items[12]":           {fieldpath.Of("items").Index(12), []string{"items", "12"}},
		"[0]":                 {fieldpath.Path{}.Index(0), []string{"0"}},
		"[a.b].c":             {fieldpath.Of("a.b", "c"), []string{"a.b", "c"}},
		`data["a]b"]`:         {fieldpath.Of("data", "a]b"), []string{"data", "a]b"}},
		`data["a b"].c`:       {fieldpath.Of("data", "a b", "c"), []string{"data", "a b", "c"}},
		`data["\x1b\xff"]`:    {fieldpath.Of("data", "\x1b\xff"), []string{"data", "\x1b\xff"}},
		`data["\"a\""]`:       {fieldpath.Of("data", `"a"`), []string{"data", `"a"`}},
		"data[é]":             {fieldpath.Of("data", "é"), []string{"data", "é"}},
		"data[]":              {fieldpath.Of("data", ""), []string{"data", ""}},
	} {
		assert.Equal(t, text, test.path.String())
		assert.Equal(t, test.steps, test.path.Steps(), "%s", text)
		assert.Equal(t, test.path, fieldpath.Parse(text))
	}
}

func TestNamesThatBelongInBracketsAreReadWithoutThem(t *testing.T) {
	for text, want := range map[string]string{
		"metadata.labels.a/b": "metadata.labels[a/b]", "data[a": "data.a", `data["a].b`: `data["\"a"].b`,
		"a..b": "a[].b",
	} {
		assert.Equal(t, want, fieldpath.Parse(text).String())
	}
}

func FuzzAPathIsReadBack(f *testing.F) {
	f.Add("spec", "a.b/c", 3, `a"]["b`)
	f.Add("", "0", 0, "\\")
	f.Fuzz(func(t *testing.T, a, b string, i int, c string) {
		path := fieldpath.Of(a, b).Index(max(i, 0)).Child(c)
		assert.Equal(t, path, fieldpath.Parse(path.String()))
		assert.Len(t, path.Steps(), 4)
		assert.Equal(t, fieldpath.Of(a, b), path.Parent().Parent())
	})
}

func TestLongNamesAreCut(t *testing.T) {
	path := fieldpath.Of("data", strings.Repeat("a", 321))
	assert.Equal(t, "data["+strings.Repeat("a", 320)+"...]", path.String())
	assert.Equal(t, path, fieldpath.Parse(path.String()))
}

// TestTheNotationIsThatOfKubernetes holds paths against those of apimachinery, which the API server writes.
func TestTheNotationIsThatOfKubernetes(t *testing.T) {
	theirs := field.NewPath("spec",
		"podSelector").Child("matchLabels").Key("app.kubernetes.io/name").Index(2).Child("x")
	ours := fieldpath.Of("spec", "podSelector", "matchLabels", "app.kubernetes.io/name").Index(2).Child("x")
	assert.Equal(t, theirs.String(), ours.String())
}

func TestAPathDoesNotChange(t *testing.T) {
	spec := fieldpath.Of("spec")
	first, second := spec.Child("a"), spec.Child("b")
	assert.Equal(t, []string{"spec", "spec.a", "spec.b"}, []string{spec.String(), first.String(), second.String()})
	assert.True(t, fieldpath.Path{}.IsZero())
	assert.False(t, spec.IsZero())
}

func TestTheLastStepOfAPath(t *testing.T) {
	for path, test := range map[fieldpath.Path]struct {
		last   string
		isItem bool
	}{
		{}:                                    {"", false},
		fieldpath.Of("spec"):                  {"spec", false},
		fieldpath.Of("labels", "a.b/c"):       {"a.b/c", false},
		fieldpath.Of("data").Index(12):        {"12", true},
		fieldpath.Path{}.Index(0):             {"0", true},
		fieldpath.Of("data", "0"):             {"0", false},
		fieldpath.Of("data", "+1"):            {"+1", false},
		fieldpath.Of("data", ""):              {"", false},
		fieldpath.Of("a").Index(1).Child("b"): {"b", false},
	} {
		assert.Equal(t, test.last, path.Last(), "%s", path)
		assert.Equal(t, test.isItem, path.IsItem(), "%s", path)
	}
}

func TestAPathIsTakenApartAndPutTogether(t *testing.T) {
	around := fieldpath.Of("spec", "items").Index(0)
	for _, inside := range []fieldpath.Path{{}, fieldpath.Of("a", "b"), fieldpath.Of("a.b", "c"),
		fieldpath.Path{}.Index(1)} {
		for _, around := range []fieldpath.Path{around, {}} {
			got, found := around.Join(inside).Within(around)
			assert.True(t, found, "%s in %s", inside, around)
			assert.Equal(t, inside, got)
		}
	}
	assert.Equal(t, "spec.items[0].a.b", around.Join(fieldpath.Of("a", "b")).String())
	_, found := fieldpath.Of("specs").Within(fieldpath.Of("spec"))
	assert.False(t, found)
}

func TestAPathIsTextInJSON(t *testing.T) {
	type object struct {
		Field fieldpath.Path `json:"field,omitzero"`
	}
	for text, path := range map[string]fieldpath.Path{
		`{}`: {}, `{"field":"metadata.labels[a.b/c]"}`: fieldpath.Of("metadata", "labels", "a.b/c"),
	} {
		written, err := json.Marshal(object{path})
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		var read object
		require.NoError(t, json.Unmarshal(written, &read))
		assert.Equal(t, path, read.Field)
	}
}

func TestWhatIsInsideAPath(t *testing.T) {
	spec := fieldpath.Of("spec")
	for _, inside := range []fieldpath.Path{spec.Child("a"), spec.Index(0), spec.Child("a.b", "c")} {
		assert.True(t, spec.Contains(inside), "%s", inside)
		assert.True(t, fieldpath.Path{}.Contains(inside), "%s", inside)
	}
	for _, outside := range []fieldpath.Path{spec, fieldpath.Of("specs"), {}} {
		assert.False(t, spec.Contains(outside), "%s", outside)
	}
	assert.Equal(t, fieldpath.Path{}, fieldpath.Path{}.Parent())
	assert.Equal(t, fieldpath.Path{}, fieldpath.Of("a.b").Parent())
}

func TestWithoutIndexes(t *testing.T) {
	for want, path := range map[string]fieldpath.Path{
		"":                        {},
		"spec.egress":             fieldpath.Of("spec", "egress"),
		"spec.egress[].to[]":      fieldpath.Of("spec", "egress").Index(0).Child("to").Index(12),
		"metadata.labels.3.x":     fieldpath.Of("metadata", "labels", "3", "x"),
		"metadata.labels[a.b/c3]": fieldpath.Of("metadata", "labels", "a.b/c3"),
	} {
		assert.Equal(t, want, path.WithoutIndexes())
	}
}
