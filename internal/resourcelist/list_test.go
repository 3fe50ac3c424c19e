package resourcelist

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// odd are bodies of lists that read by lines only with care, by what is odd about them.
var odd = map[string]string{
	"indented list":              "items:\n    - a: 1\n    - b: 2\n",
	"no line end":                "items:\n- a: 1\n- b: 2",
	"empty list":                 "items: []\n",
	"nothing for a list":         "items:\nresults:\n",
	"only comments for a list":   "items: # none\n# really\n",
	"comments between items":     "items:\n# a\n- a: 1\n  # in a\n\n# b\n\n- b: 2\n# end\n",
	"indented comments":          "items:\n  - a: 1\n    # in a\n  # b\n # b too\n  - b: 2\n",
	"comment after the dash":     "items:\n- # a\n  a: 1\n- # b\n  b: 2\n",
	"blank lines kept by a text": "items:\n- a: |+\n    x\n\n\n# b\n- b: 2\n",
	"text of blanks":             "items:\n- a: |\n    x\n       \n    y\n- b: >2\n        x\n\n       y\n",
	"dash in a text":             "items:\n- a: |\n    - b: 1\n  c: \"x\n    - d\"\n- e: 1\n",
	"dash in a quoted text":      "items:\n- a: \"x\n- b\"\n- c: 1\n",
	"dash near the margin":       "items:\n- a: \"x\n -b\"\n- c: 1\n",
	"key in a quoted text":       "items:\n- a: \"x\nkind: b\"\n- c: 1\n",
	"comment in a quoted text":   "items:\n- a: \"x\n# y\"\n- b: 'p\n\n# q'\n",
	"several blanks after dash":  "items:\n-   a: 1\n    b: 2\n",
	"tab after dash":             "items:\n-\ta: 1\n",
	"tab for a blank line":       "items:\n- a: 1\n\t\n- b: 1\n",
	"dash on its own line":       "items:\n-\n  a: 1\n-\n  b: 1\n",
	"flow items":                 "items:\n- {a: 1,\n  b: 2}\n- {c: [\n 1, 2]}\n",
	"flow list":                  "items: [{a: 1}, {b: 2}]\n",
	"quoted keys":                "\"items\":\n- a: 1\n'results': []\n",
	"carriage returns":           "items:\r\n- a: 1\r\n- b: |\r\n    x\r\n",
	"anchors within an item":     "items:\n- a: &x {y: 1}\n  b: *x\n- a: &x 2\n  b: *x\n",
	"anchor of the whole item":   "items:\n- &x\n  a: 1\n- b: 2\n",
	"tagged item":                "items:\n- !!map\n  a: 1\n",
	"complex keys":               "items:\n- ? [a, b]\n  : c\n  ? d\n",
	"other sections":             "metadata:\n  name: x\n  list:\n  - a\nitems:\n- a: 1\n",
	"list for another section":   "metadata:\n- x\nitems:\n- a: 1\n",
	"sections after the items":   "items:\n- a: 1\nfunctionConfig:\n  kind: X\nresults:\n- message: m\n",
	"function config in flow":    "functionConfig: {kind: X,\n  data: {a: b}}\nitems: []\n",
	"no function config":         "functionConfig:\nitems: []\n",
	"null function config":       "functionConfig: null\nitems: []\n",
	"text at the end":            "items:\n- a: |\n    x\n# comment\n   \n",
	"multi-line plain text":      "items:\n- a: x\n    y\n\n    z\n- b: 1\n",
	"document end":               "items:\n- a: 1\n...\n",
	"document start":             "---\nitems: []\n",
	"document in a section":      "metadata: x\n---\nitems: []\n",
	"document in a list":         "items:\n- a: 1\n---\n- b: 1\n",
	"directive":                  "%TAG ! x\nitems: []\n",
	"broken other section":       "metadata: {\nitems: []\n",
	"broken results":             "results:\n- a: \"\n- b\"\n  tags: {code: CLS-X}\nitems: []\n",
	"bare dash item":             "items:\n- \n- a: 1\n",
	"nested lists":               "items:\n- - a\n- a: 1\n",
	"unicode":                    "items:\n- a: \"\\u2028é\U0001F600\"\n  b: \u0085x\n",
	"anchored list":              "items: &x\n- a: 1\n",
	"alias across items":         "items:\n- a: &x 1\n- b: *x\n",
	"twice":                      "items: []\nitems:\n- a: 1\n",
	"unknown section":            "x-y:\n  a: 1\nitems: []\n",
}

func TestBothWaysOfReadingSeeTheSame(t *testing.T) {
	fastOnes := 0
	for name, body := range odd {
		t.Run(name, func(t *testing.T) {
			data := []byte(head + body)
			fast, err := split(data)
			if err == nil {
				err = fast.readItems()
			}
			if err == nil {
				fastOnes++
				checkFast(t, data, fast)
			}
		})
	}
	assert.Equal(t, 23, fastOnes, "how many are read the fast way is part of the test")
}

func TestReadTakes(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		// items are the items as they go into a list without indentation.
		items []string
	}{
		"an indented list":        {odd["indented list"], []string{"- a: 1\n", "- b: 2\n"}},
		"a last line without end": {odd["no line end"], []string{"- a: 1\n", "- b: 2\n"}},
		"comments, each with its item": {odd["comments between items"],
			[]string{"- a: 1\n  # in a\n\n", "# b\n\n- b: 2\n# end\n"}},
		"a dash inside a quoted text": {odd["dash in a quoted text"],
			[]string{"- a: \"x - b\"\n", "- c: 1\n"}},
		"a top-level key inside a quoted text": {odd["key in a quoted text"],
			[]string{"- a: \"x kind: b\"\n", "- c: 1\n"}},
		"a text that ends with blank lines": {odd["blank lines kept by a text"],
			[]string{"- a: |+\n    x\n\n\n", "# b\n- b: 2\n"}},
		"several blanks after the dash":   {odd["several blanks after dash"], []string{"- a: 1\n  b: 2\n"}},
		"a dash on a line of its own":     {odd["dash on its own line"], []string{"- a: 1\n", "- b: 1\n"}},
		"a list in flow style":            {odd["flow list"], []string{"- a: 1\n", "- b: 2\n"}},
		"quoted keys":                     {odd["quoted keys"], []string{"- a: 1\n"}},
		"carriage returns":                {odd["carriage returns"], []string{"- a: 1\n", "- b: |\n    x\n"}},
		"the end of the document, marked": {odd["document end"], []string{"- a: 1\n"}},
		"an anchor that several items define": {odd["anchors within an item"],
			[]string{"- a: &x {y: 1}\n  b: *x\n", "- a: &x 2\n  b: *x\n"}},
		"no list":                                 {"", nil},
		"a list of nothing in another section":    {"metadata:\n-\nitems:\n- a: 1\n", []string{"- a: 1\n"}},
		"a list of nothing":                       {odd["nothing for a list"], nil},
		"a byte order mark before the first line": {"items:\n- a: 1\n", []string{"- a: 1\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			data := head + test.body
			if strings.HasPrefix(name, "a byte order mark") {
				data = "\ufeff" + data
			}
			list, err := Read([]byte(data))
			require.NoError(t, err)
			var items []string
			for _, item := range list.Items {
				moved := &Item{text: item.text, indent: item.indent, wrapped: item.wrapped}
				items = append(items, asInList(moved))
			}
			assert.Equal(t, test.items, items)
		})
	}
}

func asInList(item *Item) string {
	var out strings.Builder
	for line := range strings.Lines(string(item.text)) {
		out.WriteString(strings.TrimPrefix(line, item.indent))
	}
	return out.String()
}

func TestReadRefuses(t *testing.T) {
	const notPlain = "the input must be a ResourceList of plain YAML: apiVersion, kind, items, functionConfig and " +
		"results, without anchors, tags or other names"
	for name, test := range map[string]struct{ data, message string }{
		"nothing":       {" \n\t", errEmpty.Error()},
		"only comments": {"# x\n", errEmpty.Error()},
		"a text": {"hello", "the input must be a ResourceList: an object " +
			"with apiVersion, kind and items"},
		"a list of objects": {"- a: 1\n", "the input must be a ResourceList: an object " +
			"with apiVersion, kind and items"},
		"what is not YAML": {"a: [", "the input is not YAML: line 1: did not find expected node content"},
		"a value that is quoted": {head + "items:\n- a: \"CANARY\n",
			"the input is not YAML: line 4: found unexpected end of stream"},
		"an alias of nothing": {head + "items:\n- a: *CANARY\n",
			"the input is not YAML: an alias (*) stands for an anchor (&) that is not there; put text " +
				"that starts with * in quotes"},
		"an unknown tag": {head + "items:\n- a: !CANARY!x y\n",
			"the input is not YAML: line 3: found undefined tag handle"},
		"another kind": {"apiVersion: v1\nkind: List\nitems: []\n",
			`kind "List" must be ResourceList`},
		"no kind": {"items: []\n", `kind "" must be ResourceList`},
		"another version": {"kind: ResourceList\napiVersion: config.kubernetes.io/v1alpha1\n",
			`apiVersion "config.kubernetes.io/v1alpha1" of the ResourceList must be config.kubernetes.io/v1`},
		"a Segregation": {"kind: Segregation\n",
			"the input is a Segregation; it must be a ResourceList that holds it, which kustomize and " +
				"kpt build (see cloison --help)"},
		"several documents": {head + "---\n" + head,
			"the input must be one YAML document, a ResourceList; it holds several"},
		"a document inside a section": {head + odd["document in a section"],
			"the input must be one YAML document, a ResourceList; it holds several"},
		"a document inside a list": {head + odd["document in a list"],
			"the input must be one YAML document, a ResourceList; it holds several"},
		"a section twice":        {head + odd["twice"], "items is given twice in the ResourceList"},
		"items that are no list": {head + "items: {}\n", "items must be a list"},
		"an item that is no object": {head + "items:\n- a: 1\n- b\n",
			"items[1]: must be an object with apiVersion and kind"},
		"an item that is a list": {head + odd["nested lists"],
			"items[0]: must be an object with apiVersion and kind"},
		"an item that is nothing": {head + odd["bare dash item"],
			"items[0]: must be an object with apiVersion and kind"},
		"an alias of another item": {head + odd["alias across items"],
			"items[1] holds a YAML alias of something outside the item; write it out"},
		"an alias in the functionConfig": {head + "metadata: &x {a: 1}\nfunctionConfig:\n  data: *x\n",
			"functionConfig holds a YAML alias of something outside it; write it out"},
		"a functionConfig that is text": {head + "functionConfig: x\n",
			"functionConfig: must be an object with apiVersion and kind"},
		"an anchored list":   {head + odd["anchored list"], notPlain},
		"an unknown section": {head + odd["unknown section"], notPlain},
		"an item cut by a line separator": {
			head + "items:\n- a: 1\n  b: x\u2028y\n", "the input is not YAML: line 6: could not find expected ':'",
		},
		"a tab after the dash": {head + odd["tab after dash"],
			"the input is not YAML: line 4: found character that cannot start any token"},
		"a tab for a blank line": {head + odd["tab for a blank line"],
			"the input is not YAML: line 4: found a tab character that violates indentation"},
		"broken YAML outside the items": {head + odd["broken other section"],
			"the input is not YAML: line 2: did not find expected ',' or '}'"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := Read([]byte(test.data))
			require.EqualError(t, err, test.message)
			assert.Nil(t, list)
			assert.NotContains(t, err.Error(), "CANARY")
		})
	}
}
