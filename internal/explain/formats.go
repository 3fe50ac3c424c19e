package explain

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/printable"
)

// JSON writes the matrix for programs.
func JSON(w io.Writer, m *access.State) error {
	return printable.EncodeJSON(w, m)
}

// Mermaid writes a flowchart in the language of Mermaid, as GitHub and GitLab show it in Markdown.
func Mermaid(w io.Writer, m *access.State) error {
	d := draw(m)
	var out bytes.Buffer
	out.WriteString("flowchart LR\n")
	for i, frame := range d.subgraphs {
		fmt.Fprintf(&out, "  subgraph g%d[%s]\n", i+1, mermaidText(frame.title))
		for _, n := range frame.nodes {
			begin, end := n.shape.mermaid()
			fmt.Fprintf(&out, "    %s%s%s%s\n", n.id, begin, mermaidText(n.lines...), end)
		}
		out.WriteString("  end\n")
	}
	for _, a := range d.arrows {
		if a.label == "" {
			fmt.Fprintf(&out, "  %s --> %s\n", a.from.id, a.to.id)
		} else {
			fmt.Fprintf(&out, "  %s -->|%s| %s\n", a.from.id, mermaidText(a.label), a.to.id)
		}
	}
	_, err := io.WriteString(w, printable.Lines(out.String()))
	return err
}

func (s shape) mermaid() (begin, end string) {
	switch s {
	case folderShape:
		return "[(", ")]"
	case storeShape:
		return "{{", "}}"
	case secretShape:
		return "[[", "]]"
	case workloadShape:
	}
	return "[", "]"
}

// mermaidText quotes lines. Mermaid takes entities for characters with a meaning: #quot; is a quote.
func mermaidText(lines ...string) string {
	escape := strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`",
		"#96;", "\n", " ")
	quoted := make([]string, len(lines))
	for i, line := range lines {
		quoted[i] = escape.Replace(line)
	}
	return `"` + strings.Join(quoted, "<br/>") + `"`
}

// DOT writes a graph in the language of Graphviz.
func DOT(w io.Writer, m *access.State) error {
	d := draw(m)
	var out bytes.Buffer
	out.WriteString("digraph segregation {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge " +
		"[fontname=\"sans-serif\"];\n")
	for i, frame := range d.subgraphs {
		fmt.Fprintf(&out, "  subgraph cluster_%d {\n    label=%s;\n", i+1, dotText(frame.title))
		for _, n := range frame.nodes {
			fmt.Fprintf(&out, "    %s [shape=%s, label=%s];\n", n.id, n.shape.dot(), dotText(n.lines...))
		}
		out.WriteString("  }\n")
	}
	for _, a := range d.arrows {
		if a.label == "" {
			fmt.Fprintf(&out, "  %s -> %s;\n", a.from.id, a.to.id)
		} else {
			fmt.Fprintf(&out, "  %s -> %s [label=%s];\n", a.from.id, a.to.id, dotText(a.label))
		}
	}
	out.WriteString("}\n")
	_, err := io.WriteString(w, printable.Lines(out.String()))
	return err
}

func (s shape) dot() string {
	switch s {
	case folderShape:
		return "cylinder"
	case storeShape:
		return "hexagon"
	case secretShape:
		return "note"
	case workloadShape:
	}
	return "box"
}

// dotText quotes lines. In a quoted text a backslash begins an escape, and a quote ends it.
func dotText(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ")
	quoted := make([]string, len(lines))
	for i, line := range lines {
		quoted[i] = escape.Replace(line)
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}
