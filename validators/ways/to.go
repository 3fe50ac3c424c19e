package ways

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
)

// To is who obtains a key of a Secret, or any of it where key is empty, by more than what the pods of its own namespace
// import and what the API key reads that they have: other components, pods of its own, and people that findings or
// Segregations name, each with the nearest way, sorted by where it begins. A Secret that the graph does not have is
// obtained by nobody.
func (g *Graph) To(secret finding.End, key string) []Lost {
	target, known := g.ids[secret]
	if !known {
		return nil
	}
	before := g.before()
	others := g.backFrom(target, before, func(node int) bool {
		keys := g.keysOf(node, target)
		return key == "" || len(keys) == 0 || slices.Contains(keys, key)
	})
	own := g.backFrom(target, before, func(node int) bool { return g.ends[node].Kind != finding.OfWorkload })
	var obtained []Lost
	for node, end := range g.ends[:g.firstUnit] {
		var path []int
		switch isOwn := end.Namespace == secret.Namespace; {
		case end.Kind == finding.OfComponent && !isOwn, end.Kind == finding.OfPerson:
			path = pathTo(others, node)
		case end.Kind == finding.OfWorkload && isOwn:
			path = pathTo(own, node)
		}
		if len(path) > 0 && !g.isImport(path) {
			obtained = append(obtained, g.lost(path, nil))
		}
	}
	slices.SortFunc(obtained, func(a, b Lost) int { return a.Steps[0].End.Compare(b.Steps[0].End) })
	return obtained
}

// isImport reports whether a path is only over what pods import, and no token or finding.
func (g *Graph) isImport(path []int) bool {
	return !slices.ContainsFunc(path, func(node int) bool {
		return g.unitAt(node) != nil || g.ends[node].Kind == finding.OfAccount
	})
}

// before are the nodes from which each is reached by one edge.
func (g *Graph) before() [][]int {
	before := make([][]int, len(g.out))
	for node, out := range g.out {
		for _, next := range out {
			before[next] = append(before[next], node)
		}
	}
	return before
}

const (
	unreached = -1
	arrived   = -2
)

// backFrom searches backwards from a node, the nearest first: the node that follows each one on the way there. The edges
// that end at it count where isMeant holds for where they begin.
func (g *Graph) backFrom(target int, before [][]int, isMeant func(node int) bool) []int {
	next := slices.Repeat([]int{unreached}, len(before))
	next[target] = arrived
	order := []int{target}
	for at := 0; at < len(order); at++ {
		node := order[at]
		for _, from := range before[node] {
			if next[from] == unreached && (node != target || isMeant(from)) {
				next[from] = node
				order = append(order, from)
			}
		}
	}
	return next
}

// pathTo are the nodes from one to where a search backwards began; none where it did not reach it.
func pathTo(next []int, node int) []int {
	if next[node] == unreached {
		return nil
	}
	var path []int
	for ; node != arrived; node = next[node] {
		path = append(path, node)
	}
	return path
}
