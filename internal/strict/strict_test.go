package strict_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/strict"
)

type size struct {
	Width int `json:"width"`
}

type box struct {
	size   `json:",inline"`
	Name   string          `json:"name"`
	Inside []*lid          `json:"inside,omitempty"`
	Open   bool            `json:"open,omitempty"`
	Tags   map[string]bool `json:"tags,omitempty"`
	Grid   [][][][]bool    `json:"grid,omitempty"`
}

type lid struct {
	size `json:",inline"`
	Name string `json:"name"`
	Open bool   `json:"open,omitempty"`
}

var dialect = strict.Dialect{Unreadable: "CLS-T001", UnknownField: "CLS-T002", DuplicateField: "CLS-T003",
	WrongType: "CLS-T004"}

// decode gives the findings as "line code field: message".
func decode(t *testing.T, text string) (into box, document *strict.Document, complete bool, findings []string) {
	t.Helper()
	node := yaml.MustParse(text).YNode()
	document = strict.NewDocument(node, strict.Origin{File: "box.yaml", FirstLine: 5}, "v1", "Box")
	complete = strict.Decode(node, &into, document, dialect)
	for _, f := range document.Findings() {
		findings = append(findings, f.String())
	}
	return into, document, complete, findings
}

func TestEverythingThatIsRight(t *testing.T) {
	into, document, complete, findings := decode(t, "width: 3\nname: a\nopen: true\ntags: {x.y: "+
		"false}\ninside: [{width: -1, name: b}]\n")
	assert.Empty(t, findings)
	assert.True(t, complete)
	assert.Equal(t, box{
		size: size{3}, Name: "a", Open: true, Tags: map[string]bool{"x.y": false},
		Inside: []*lid{{size: size{-1}, Name: "b"}},
	}, into)
	assert.True(t, document.Written(fieldpath.Parse("inside[0].width")),
		"fields of an embedded struct stand beside the others")
	assert.False(t, document.Written(fieldpath.Parse("inside[0].open")))
	assert.True(t, document.Written(fieldpath.Parse("tags[x.y]")))
}

func TestEverythingThatIsWrongAtOnce(t *testing.T) {
	_, document, complete, findings := decode(t, "width: 3.5\nname: 1\nopen: 1\nNAME: a\ntags: {x: true, x: "+
		"false}\ninside: [{widht: 1}, []]\n")
	assert.True(t, complete)
	assert.Equal(t, []string{
		`error CLS-T004 Box width: must be a whole number, got the number 3.5 (box.yaml:5)`,
		`error CLS-T004 Box name: must be text, got the number 1; fix: put it in quotes: "1" (box.yaml:6)`,
		`error CLS-T004 Box open: must be true or false, got the number 1; fix: write true (box.yaml:7)`,
		`error CLS-T002 Box NAME: unknown field "NAME"; must be one of width, name, inside, open, tags, grid; fix: ` +
			`remove it; "name" is there already (box.yaml:8)`,
		`error CLS-T003 Box tags.x: field "x" is given twice (again on line 9); must be given once; fix: ` +
			`keep one of the two (box.yaml:9)`,
		`error CLS-T002 Box inside[0].widht: unknown field "widht"; must be one of width, name, open; ` +
			`fix: write "width" (box.yaml:10)`,
		`error CLS-T004 Box inside[1]: must be an object with fields width, name, open, got a list (box.yaml:10)`,
	}, findings)
	assert.True(t, document.IsUndecoded(fieldpath.Parse("inside[1].name")),
		"what is inside of something that could not be read")
	assert.True(t, document.IsUndecoded(fieldpath.Parse("inside[0].width")), "what was given under another name")
	assert.False(t, document.IsUndecoded(fieldpath.Parse("inside[0].name")))
}

func TestWhatIsNoObjectIsSaidOnce(t *testing.T) {
	_, document, _, findings := decode(t, "[]")
	require.Len(t, findings, 1)
	document.Problem("CLS-T009", fieldpath.Of("name"), "must be given", "")
	assert.Len(t, document.Findings(), 1)
}

func TestAliasesThatGrow(t *testing.T) {
	list := func(first, again string) string { return "[" + first + strings.Repeat(", "+again, 20) + "]" }
	_, _, complete, findings := decode(t,
		"grid: "+list("&c "+list("&b "+list("&a "+list("true", "false"), "*a"), "*b"), "*c"))
	assert.False(t, complete)
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0],
		"YAML aliases must not stand for more than 100000 values; fix: write the values out")
}

func TestTextIsNotRepeatedWhereItCanOnlyBeInTheWrongPlace(t *testing.T) {
	_, _, _, findings := decode(t, "width: hunter2\nopen: \"true\"\ntags: {a: Yes, b: "+
		"hunter2}\ninside: [{width: \"3\"}]\n")
	assert.Equal(t, []string{
		`error CLS-T004 Box width: must be a whole number, got a text (box.yaml:5)`,
		`error CLS-T004 Box open: must be true or false, got the text "true"; fix: remove the quotes (box.yaml:6)`,
		`error CLS-T004 Box tags.a: must be true or false, got the text "Yes"; fix: write true (box.yaml:7)`,
		`error CLS-T004 Box tags.b: must be true or false, got a text (box.yaml:7)`,
		`error CLS-T004 Box inside[0].width: must be a whole number, got the text "3"; fix: remove the quotes (box.yaml:8)`,
	}, findings)
}
