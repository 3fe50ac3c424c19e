package ways

import (
	"cmp"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/finding"
)

// Way is how components obtain Secrets of others, in several steps.
type Way struct {
	// From are the namespaces of the components, sorted: they begin it in the same manner.
	From []string
	// Steps begin with what the first component has, and end with a Secret.
	Steps []Step
	// Secrets counts those that are obtained by the same fixes, Of are the namespaces of their components, sorted.
	Secrets int
	Of      []string
}

// Step is what is obtained.
type Step struct {
	End finding.End
	// By are the findings that open it; nil where it follows without any.
	By *Fix
}

// finder collects ways of several steps.
type finder struct {
	graph   *Graph
	walk    *walk
	nearest *walk
	// chain is that of each node, for the group that was looked at last.
	chain []int
	found []candidate
}

// shape is a way from the first fix on, with all Secrets that are obtained by the same fixes.
type shape struct {
	// path are the nodes of the first of them, without the first fix of the one unit that the group leads to.
	path    []int
	secrets int
	// group and chain are for finding the Secrets again.
	group *group
	chain int
}

// candidate is a shape with the components that begin it, by the one fix that is their first.
type candidate struct {
	*shape

	entry  int
	starts []start
	// first is the namespace of the first of them.
	first string
}

// find adds the ways of a group. They are found for its first component.
func (f *finder) find(of *group) {
	shapes := map[int]*shape{}
	var order []*shape
	f.each(of, func(node, chain int) {
		s := shapes[chain]
		if s == nil {
			path := f.nearest.path(node)
			if !f.graph.hasSteps(path, of.starts[0].entry) {
				return
			}
			s = &shape{path: path, group: of, chain: chain}
			shapes[chain], order = s, append(order, s)
		}
		s.secrets += f.graph.weight[node]
	})
	f.add(of, order)
}

// each visits the Secrets that the first component of a group obtains, the nearest first. Two have the same chain where
// the fixes on the way to them are the same.
func (f *finder) each(of *group, visit func(node, chain int)) {
	g, w := f.graph, f.nearest
	w.from(g, of.roots, nil)
	own := map[int]bool{}
	for _, node := range of.starts[0].own {
		own[node] = true
	}
	if f.chain == nil {
		f.chain = make([]int, len(g.ends))
	}
	chains := map[[2]int]int{}
	for _, node := range w.order {
		at := 0
		if before := w.before[node]; before >= 0 {
			at = f.chain[before]
		}
		if node >= g.firstUnit {
			next := [2]int{at, node}
			if chains[next] == 0 {
				chains[next] = len(chains) + 1
			}
			at = chains[next]
		}
		f.chain[node] = at
		if g.weight[node] > 0 && !own[node] {
			visit(node, at)
		}
	}
}

// hasSteps reports whether a path is one of several steps: over two fixes, a node, or the token of another.
func (g *Graph) hasSteps(path []int, entry int) bool {
	units := 0
	if entry >= 0 {
		units = 1
	}
	for _, node := range path {
		if node >= g.firstUnit {
			units++
		}
		switch g.ends[node].Kind {
		case finding.OfNode, finding.OfCluster, finding.OfAccount:
			return true
		}
	}
	return units > 1
}

// add adds each shape for each fix that is the first of some components.
func (f *finder) add(of *group, shapes []*shape) {
	byEntry := map[int][]start{}
	for _, s := range of.starts {
		byEntry[s.entry] = append(byEntry[s.entry], s)
	}
	for _, s := range shapes {
		for _, entry := range slices.Sorted(maps.Keys(byEntry)) {
			starts := byEntry[entry]
			one := candidate{shape: s, entry: entry, starts: starts, first: f.graph.ends[starts[0].node].Namespace}
			if entry < 0 {
				rest := *s
				rest.path = s.path[1:]
				one.entry, one.shape = s.path[0], &rest
			}
			f.found = append(f.found, one)
		}
	}
}

// worst are the ways by which most Secrets are obtained, and how many others there are.
func (f *finder) worst() (ways []Way, more int) {
	slices.SortStableFunc(f.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.secrets*len(b.starts), a.secrets*len(a.starts)),
			cmp.Compare(len(a.path), len(b.path)), cmp.Compare(a.first, b.first))
	})
	shown := f.found[:min(len(f.found), mostWays)]
	for i := range shown {
		ways = append(ways, f.way(&shown[i]))
	}
	return ways, len(f.found) - len(shown)
}

func (f *finder) way(c *candidate) Way {
	g := f.graph
	of := map[string]bool{}
	f.each(c.group, func(node, chain int) {
		if chain == c.chain {
			of[g.ends[node].Namespace] = true
		}
	})
	way := Way{Secrets: c.secrets, Of: slices.Sorted(maps.Keys(of))}
	for _, s := range c.starts {
		way.From = append(way.From, g.ends[s.node].Namespace)
	}
	slices.Sort(way.From)
	f.walk.from(g, []int{c.starts[0].node}, func(node int) bool { return g.unitAt(node) == nil })
	way.Steps = g.steps(slices.Concat(f.walk.path(c.entry), c.path))
	return way
}

// steps are what is obtained on a path, without what only says the same in other words.
func (g *Graph) steps(path []int) []Step {
	var steps []Step
	var by *Fix
	isLed := false
	for i, node := range path {
		if u := g.unitAt(node); u != nil {
			by, isLed = &u.Fix, true
			continue
		}
		e, isLast := g.ends[node], i == len(path)-1
		if !isLast && !isStep(e, isLed) || i+1 < len(path) && isInside(e, g.ends[path[i+1]]) {
			continue
		}
		steps = append(steps, Step{End: e, By: by})
		by = nil
	}
	return steps
}

// isStep reports whether an end is worth a step. isLed is true behind the first fix: what a component has before it, it
// has by itself.
func isStep(e finding.End, isLed bool) bool {
	switch e.Kind {
	case finding.OfComponent, finding.OfAccounts, finding.OfMember, finding.OfSecrets:
		return false
	case finding.OfPods, finding.OfNewPods:
		return isLed && e.Namespace != finding.Everywhere
	}
	return true
}

// isInside reports whether an end is a part of the one before it that says no more than where it is.
func isInside(e, next finding.End) bool {
	return e.Kind == finding.OfPods && next.Kind == finding.OfWorkload && e.Namespace == next.Namespace
}
