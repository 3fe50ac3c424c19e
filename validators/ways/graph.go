package ways

import (
	"slices"

	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/finding"
)

// Graph has what follows from what. It does not change.
type Graph struct {
	facts *facts
	// ends by node; the zero value for those of units, which stand behind all others.
	ends []finding.End
	ids  map[finding.End]int
	out  [][]int
	// weight is how many Secrets of a component a node is.
	weight []int
	units  []*unit
	// firstUnit is the node of the first unit.
	firstUnit int
	// starts are the nodes of the components, sorted by namespace.
	starts []int
}

// New joins findings about manifests to a graph. Undecided ones open nothing.
func New(in *decoded.Manifests, found []Found) *Graph {
	g := &Graph{ids: map[finding.End]int{}, units: unitsOf(found)}
	g.facts = newFacts(in, g.units)
	for _, namespace := range g.facts.components {
		g.starts = append(g.starts, g.node(finding.End{Kind: finding.OfComponent, Namespace: namespace}))
	}
	for _, u := range g.units {
		for _, e := range slices.Concat(u.from, u.to) {
			g.node(e)
		}
	}
	for len(g.out) < len(g.ends) { // following an end may add others
		var out []int
		for _, next := range g.facts.follow(g.ends[len(g.out)]) {
			out = append(out, g.node(next))
		}
		g.out = append(g.out, out)
	}
	g.weigh()
	g.addUnits()
	return g
}

// node is the number of an end.
func (g *Graph) node(e finding.End) int {
	id, known := g.ids[e]
	if !known {
		id = len(g.ends)
		g.ids[e], g.ends = id, append(g.ends, e)
	}
	return id
}

// weigh finds the Secrets of components. One of which no Secret is known has one that nobody names.
func (g *Graph) weigh() {
	g.weight = make([]int, len(g.ends), len(g.ends)+len(g.units))
	for i, e := range g.ends {
		switch {
		case !g.facts.isComponent[e.Namespace]:
		case e.Kind == finding.OfSecret, e.Kind == finding.OfSecrets && len(g.facts.secrets[e.Namespace]) == 0:
			g.weight[i] = 1
		}
	}
}

func (g *Graph) addUnits() {
	g.firstUnit = len(g.ends)
	for i, u := range g.units {
		to := make([]int, len(u.to))
		for k, e := range u.to {
			to[k] = g.ids[e]
		}
		g.ends, g.weight, g.out = append(g.ends, finding.End{}), append(g.weight, 0), append(g.out, to)
		for _, e := range u.from {
			if from := g.ids[e]; !slices.Contains(g.out[from], g.firstUnit+i) {
				g.out[from] = append(g.out[from], g.firstUnit+i)
			}
		}
	}
}

// unitAt is the unit of a node; nil for an end.
func (g *Graph) unitAt(node int) *unit {
	if node < g.firstUnit || node >= g.firstUnit+len(g.units) {
		return nil
	}
	return g.units[node-g.firstUnit]
}

// walk is a search over the graph from some nodes, the nearest first.
type walk struct {
	// order has the nodes that were reached.
	order []int
	// before is the node before each one; -1 for the first ones. It is not set for nodes that were not reached.
	before []int
	// seen is the number of the search that reached a node last.
	seen   []int
	number int
}

func (g *Graph) newWalk() *walk {
	return &walk{before: make([]int, len(g.ends)), seen: make([]int, len(g.ends))}
}

// from searches from some nodes. Where leaves is not nil, nodes that it refuses are reached and not left.
func (w *walk) from(g *Graph, starts []int, leaves func(node int) bool) {
	w.number++
	w.order = w.order[:0]
	visit := func(node, before int) {
		if w.seen[node] != w.number {
			w.seen[node], w.before[node] = w.number, before
			w.order = append(w.order, node)
		}
	}
	for _, start := range starts {
		visit(start, -1)
	}
	for at := 0; at < len(w.order); {
		node := w.order[at]
		at++
		if leaves != nil && !leaves(node) {
			continue
		}
		for _, next := range g.out[node] {
			visit(next, node)
		}
	}
}

// path is how a node was reached, the first node first.
func (w *walk) path(node int) []int {
	var path []int
	for ; node >= 0; node = w.before[node] {
		path = append(path, node)
	}
	slices.Reverse(path)
	return path
}
