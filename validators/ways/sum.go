package ways

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
)

// Sum is what the ways of a graph come to.
type Sum struct {
	// Ways are those of several steps, the worst first: those by which most Secrets are obtained. More counts those that
	// are left out.
	Ways []Way
	More int
	// Count is how many ways there are to a Secret, those of one step among them: pairs of a component and a Secret of
	// another one that it obtains by findings.
	Count int
	// Fixes is how many fixes are on them.
	Fixes int
	// Cut is the one fix that closes most of them; nil where none closes any, and where all are accepted.
	Cut *Cut
	// Uncounted are the components whose ways were not counted, because the graph is too large.
	Uncounted []string
}

// Cut is a fix with what it closes.
type Cut struct {
	*Fix

	// Closes is how many of the Count ways are not there without the findings of the fix.
	Closes int
}

const (
	// mostWays bounds the Ways of a Sum.
	mostWays = 10
	// mostSteps bounds how many edges are looked at, all components together: a second or two.
	mostSteps = 40_000_000
)

// group are components with the same ways: those that lead to the same units, or to one each that opens the same.
type group struct {
	roots  []int
	starts []start
}

// start is a component.
type start struct {
	node int
	// entry is the node of the one unit that it leads to; -1 where there are several.
	entry int
	// own are the Secrets that it has without any finding.
	own []int
}

// Sum counts the ways.
func (g *Graph) Sum() Sum {
	var sum Sum
	if len(g.units) == 0 {
		return sum
	}
	c := &counter{graph: g, closes: make([]int, len(g.ends)), onWays: map[int]bool{}, walk: g.newWalk(), tree: g.newTree()}
	found := &finder{graph: g, walk: c.walk, nearest: g.newWalk()}
	for _, one := range c.groups() {
		if c.tree.steps > mostSteps {
			for _, s := range one.starts {
				sum.Uncounted = append(sum.Uncounted, g.ends[s.node].Namespace)
			}
			continue
		}
		sum.Count += c.count(one)
		found.find(one)
	}
	slices.Sort(sum.Uncounted)
	sum.Ways, sum.More = found.worst()
	sum.Fixes, sum.Cut = len(c.onWays), c.cut()
	return sum
}

// counter counts ways, and what closes them.
type counter struct {
	graph *Graph
	walk  *walk
	tree  *tree
	// closes is how many ways each unit is on, by its node.
	closes []int
	// onWays are the units that are on a way, by their nodes.
	onWays map[int]bool
}

// groups puts components with the same ways together. A component without any is in none.
func (c *counter) groups() []*group {
	known := map[string]*group{}
	var groups []*group
	for _, node := range c.graph.starts {
		s := start{node: node, entry: -1}
		var entries []int
		c.walk.from(c.graph, []int{node}, func(node int) bool { return c.graph.unitAt(node) == nil })
		for _, reached := range c.walk.order {
			switch {
			case c.graph.unitAt(reached) != nil:
				entries = append(entries, reached)
			case c.graph.weight[reached] > 0:
				s.own = append(s.own, reached)
			}
		}
		if len(entries) == 0 {
			continue
		}
		slices.Sort(entries)
		key, roots := fmt.Sprint(entries), entries
		if len(entries) == 1 {
			s.entry = entries[0]
			key, roots = fmt.Sprint("one ", c.graph.unitAt(s.entry).toSet), c.graph.out[s.entry]
		}
		if known[key] == nil {
			known[key] = &group{roots: roots}
			groups = append(groups, known[key])
		}
		known[key].starts = append(known[key].starts, s)
	}
	return groups
}

// count counts the ways of a group, and adds what each unit closes of them.
func (c *counter) count(of *group) int {
	t, g := c.tree, c.graph
	t.grow(g, of.roots)
	count := 0
	own := make([]int, len(t.order)+1) // what each place dominates of the Secrets of a component itself
	for _, s := range of.starts {
		clear(own)
		for _, node := range s.own {
			if !t.reached(node) {
				continue
			}
			at := t.place[node]
			for ; at != t.dominator[at]; at = t.dominator[at] {
				own[at] += g.weight[node]
			}
			own[at] += g.weight[node]
		}
		ways := t.whole() - own[len(t.order)]
		count += ways
		for at, node := range t.order {
			if node >= g.firstUnit && node != s.entry {
				c.closes[node] += t.heavy[at] - own[at]
				c.onWays[node] = true
			}
		}
		if s.entry >= 0 {
			c.closes[s.entry] += ways
			c.onWays[s.entry] = c.onWays[s.entry] || ways > 0
		}
	}
	return count
}

// cut is the unit that closes most ways. Who accepts a finding does not want it closed.
func (c *counter) cut() *Cut {
	var best *unit
	most := 0
	for i, u := range c.graph.units {
		closes := c.closes[c.graph.firstUnit+i]
		if u.Accepted || closes == 0 || closes < most || closes == most && compareFixes(best, u) <= 0 {
			continue
		}
		best, most = u, closes
	}
	if best == nil {
		return nil
	}
	return &Cut{Fix: &best.Fix, Closes: most}
}

// Components are the namespaces that are kept apart, sorted.
func (g *Graph) Components() []string { return slices.Clone(g.facts.components) }

// Obtained are the Secrets of other components that a component obtains by findings, sorted.
func (g *Graph) Obtained(namespace string) []finding.End {
	start, is := g.ids[finding.End{Kind: finding.OfComponent, Namespace: namespace}]
	if !is {
		return nil
	}
	w := g.newWalk()
	w.from(g, []int{start}, func(node int) bool { return g.unitAt(node) == nil })
	own := map[int]bool{}
	for _, node := range w.order {
		own[node] = true
	}
	w.from(g, []int{start}, nil)
	var found []finding.End
	for _, node := range w.order {
		if g.weight[node] > 0 && !own[node] {
			found = append(found, g.ends[node])
		}
	}
	slices.SortFunc(found, finding.End.Compare)
	return found
}
