package page

import (
	"fmt"
	"strings"
)

// Graph is a graph to place.
type Graph struct {
	// Engine of Graphviz: dot, or sfdp.
	Engine string `json:"engine"`
	// Text is in the language DOT.
	Text string `json:"graph"`
}

// Layout places graphs, and returns for each what Graphviz writes in its format "plain".
type Layout func(graphs []Graph) ([]string, error)

// line is what is drawn between two cards: a flow, or what a component reads of a shared folder.
type line struct {
	from, to *card
	// flow is the number of a flow, or -1.
	flow int
	// broken marks a line from a folder that must not be read.
	broken bool
	label  string
	// points, x and y by turns, and the middle of the label are set when the lines are placed.
	points         []float64
	labelX, labelY int
	// below is true where the line lies below the cards.
	below bool
}

// Limits of what Graphviz is asked for. Its time grows faster than the picture.
const (
	// mostLayered is the number of lines in one graph up to which cards stand in layers.
	mostLayered = 100
	// mostLabels is the number of lines up to which their ports stand beside them.
	mostLabels = 60
	// mostCards is the number of cards in one graph from which on they stand in the order of their names.
	mostCards = 3000
	// widestBlock is how wide a graph in layers may get, and how much wider than high.
	widestBlock, flattest = 4200, 4
)

// dot writes a graph of cards. The lines meet the frame of a card, and not the folders beside it.
func dot(cards []*card, lines []*line) string {
	var out strings.Builder
	out.WriteString("digraph {\n  rankdir=TB; nodesep=0.45; ranksep=0.75; node [shape=plain];\n")
	name := map[*card]int{}
	for i, c := range cards {
		name[c] = i
		fmt.Fprintf(&out, "  n%d [label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR>", i)
		if c.frameX > 0 {
			cell(&out, "", c.frameX, c.height)
		}
		cell(&out, ` PORT="f"`, c.width-c.frameX, c.height)
		out.WriteString("</TR></TABLE>>];\n")
	}
	for _, l := range lines {
		fmt.Fprintf(&out, "  n%d:f:s -> n%d:f:n [", name[l.from], name[l.to])
		if l.flow < 0 {
			out.WriteString("arrowhead=none")
		}
		if l.label != "" {
			out.WriteString("label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR>")
			cell(&out, "", widthOf(l.label, smallSize)+10, smallSize+7)
			out.WriteString("</TR></TABLE>>")
		}
		out.WriteString("];\n")
	}
	out.WriteString("}\n")
	return out.String()
}

// springs writes a graph of cards as points: what is connected will be near.
func springs(cards []*card, lines []*line) string {
	var out strings.Builder
	out.WriteString("digraph {\n  overlap=true; splines=false; node [shape=point, width=0.1, height=0.1];\n")
	name := map[*card]int{}
	for i, c := range cards {
		name[c] = i
		fmt.Fprintf(&out, "  n%d;\n", i)
	}
	for _, l := range lines {
		fmt.Fprintf(&out, "  n%d -> n%d;\n", name[l.from], name[l.to])
	}
	out.WriteString("}\n")
	return out.String()
}

// cell writes a cell of exactly that size. The units of tables are those of the picture.
func cell(out *strings.Builder, port string, width, height int) {
	fmt.Fprintf(out, "<TD%s FIXEDSIZE=\"TRUE\" WIDTH=\"%d\" HEIGHT=\"%d\"></TD>", port, width, height)
}
