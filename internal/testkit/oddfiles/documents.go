package oddfiles

import (
	"fmt"
	"strings"
)

// document is in block style, with an object of any kind or none.
func (w Writer) document() string {
	lines := []string{"x: &m {a: 1, c: 2}", "z: &n name"}
	for range 1 + w.IntN(4) {
		lines = append(lines, w.line())
	}
	if w.IntN(3) > 0 {
		lines = append([]string{"apiVersion: v1", "kind: ConfigMap", "metadata: {name: first}"}, lines...)
	}
	return strings.Join(lines, "\n") + "\n"
}

// line is one top-level field, or more.
func (w Writer) line() string {
	if w.oneIn(25) {
		return w.pick("? {a: b}\n: c", "? [a]\n: c", "self: &s {a: *s}", "bomb: "+w.bomb(6), "kind:\tJob",
			"metadata:\n- name: a", "deep: "+w.deep(12_000),
			"metadata: {name: "+w.flowScalar()+", annotations: "+w.mapping(0)+"}", "kind: "+w.flowScalar(),
			"apiVersion: "+w.flowScalar(), "items: a", "items: {}", "metadata: {name: b, namespace: n}", "kind: ",
			"apiVersion: ", "metadata: *m", "<<: a")
	}
	return w.pick("apiVersion: v1", "apiVersion: apps/v1", "kind: ConfigMap", "kind: Role", "kind: List",
		"kind: PodList", "metadata: {name: a}", "metadata: {name: b, namespace: ns, labels: "+w.texts()+"}",
		"metadata: {*n : c, namespace: !!binary c2hvcC1i}",
		"metadata: {name: "+w.text()+", annotations: "+w.texts()+"}", "items: ["+w.item()+", "+w.item()+"]",
		"items: ["+w.item()+"]", "items: ", "items: &i ["+w.item()+"]\nmore: *i", "data: "+w.mapping(1),
		"spec: "+w.mapping(2), w.key()+": "+w.scalar(), w.key()+": "+w.scalar(), "<<: {kind: Secret}", "<<: *m",
		"kind: &k Pod", "!!str kind: Job", "*n : {name: a}", "metadata: &o {name: o}\ncopy: *o", "deep: "+w.deep(40),
		"block:\n"+w.block(2), "items:\n"+w.blockItems(), "bomb: "+w.bomb(2),
		"labels: &l {a: b}\nmetadata: {name: l, labels: *l, annotations: {<<: *l, c: d}}", "# a comment",
		"? kind\n: Job", "? |\n  kind\n: Job", `"kind": Job`, "'kind' : Job", `"\x6bind": Job`, "kind : Job",
		"Kind: Job", "set: !!set {a, b}", "map: !!omap [a: 1]", "date: !!timestamp 2026-01-02",
		"metadata: {name: m, generateName: , labels: {a: ~}}")
}

// mapping is in flow style, so that it fits in every place.
func (w Writer) mapping(depth int) string {
	var fields []string
	for range w.IntN(4) {
		fields = append(fields, w.field(depth))
	}
	tag, comma := w.pick("", "", "", "", "", "", "", "", "", "", "!!map ", "&a "), w.pick("", "", "", ",")
	return tag + "{" + strings.Join(fields, ", ") + comma + "}"
}

func (w Writer) field(depth int) string {
	switch {
	case w.oneIn(60):
		return "<<: " + w.pick("a", "~", "[a]", "[[*m]]", "!!map {a: 1}", "5")
	case w.oneIn(9):
		return "<<: " + w.pick(w.mapping(0), "*m", "[*m, {b: 1}]", "[{b: 1}, *m]", "[{a: 1}, {a: 2}]", "[]",
			"{<<: *m}", "&a {a: 1}")
	case depth > 0 && w.oneIn(3):
		return w.key() + ": " + w.mapping(depth-1)
	case depth > 0 && w.oneIn(5):
		return w.key() + ": [" + w.flowScalar() + ", " + w.mapping(depth-1) + "]"
	case w.oneIn(30):
		return w.pick("a", "a:", "? a", "'a':b", `"a":1`, "a: b c", "? : b")
	}
	return w.key() + ": " + w.flowScalar()
}

func (w Writer) item() string {
	const inner = "{apiVersion: v1, kind: Secret, metadata: {name: i}}"
	return w.pick("{apiVersion: v1, kind: Pod, metadata: {name: y}, data: "+w.mapping(1)+"}", "{kind: Pod}", "{}",
		"{metadata: {name: a}}", "a", "~", "[]", "{apiVersion: v1, kind: Secret, <<: {kind: Pod}}",
		"{apiVersion: v1, kind: Secret, items: []}", inner, inner, "&e "+inner+", *e",
		"{apiVersion: v1, kind: Foo, items: ["+inner+"]}",
		"{apiVersion: v1, kind: List, items: ["+inner+", "+inner+"]}",
		"{apiVersion: v1, kind: PodList, items: [{metadata: {name: p}}]}", "{apiVersion: v1, kind: List, items: {}}",
		"{apiVersion: v1, kind: List}", "{apiVersion: v1, kind: List, items: [{a: 1}]}",
		"{apiVersion: v1, kind: Bar, items: a}", "{apiVersion: v1, kind: Bar, items: [a]}",
		"{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: ["+inner+"]}]}",
		"{apiVersion: v1, kind: Bar, items: }", "{apiVersion: v1, metadata: {name: k}}",
		"{apiVersion: '', kind: '', metadata: {name: k}}", "{apiVersion: 1, kind: Pod}", "{kind: y, apiVersion: v1}")
}

// block is a mapping in block style.
func (w Writer) block(indent int) string {
	at := strings.Repeat(" ", indent)
	var out strings.Builder
	for range 1 + w.IntN(3) {
		out.WriteString(at + w.pick("a", "b", `"c"`, "y", "1") + ": ")
		switch w.IntN(6) {
		case 0:
			out.WriteString("\n" + w.block(indent+1+w.IntN(4)))
			continue
		case 1:
			out.WriteString("\n" + at + "- a\n" + at + "- b: 1\n" + at + "  c: 2")
		case 2:
			out.WriteString("|\n" + at + "  text\n" + at + "   more")
		case 3:
			out.WriteString(w.flowScalar() + " # comment")
		default:
			out.WriteString(w.flowScalar())
		}
		out.WriteString("\n")
	}
	return strings.TrimSuffix(out.String(), "\n") + "\n"
}

func (w Writer) blockItems() string {
	var out strings.Builder
	at := w.pick("", "  ")
	for range 1 + w.IntN(3) {
		out.WriteString(at + "- " + w.pick("", "", "# comment\n"+at+"  ", "\n"+at+"  ", "  ") + w.item() + "\n")
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// deep is nested further than anybody writes.
func (w Writer) deep(depth int) string {
	if w.oneIn(2) {
		return strings.Repeat("[", depth) + strings.Repeat("]", depth)
	}
	return strings.Repeat("{a: ", depth) + "1" + strings.Repeat("}", depth)
}

// bomb is a list of aliases of aliases, at most so many in one another.
func (w Writer) bomb(most int) string {
	var out strings.Builder
	out.WriteString("[&b0 [1,2,3,4,5,6,7,8,9]")
	for i := range 1 + w.IntN(most) {
		fmt.Fprintf(&out, ", &b%d [*b%d,*b%d,*b%d,*b%d,*b%d,*b%d,*b%d,*b%d,*b%d]", i+1, i, i, i, i, i, i, i, i, i)
	}
	return out.String() + "]"
}
