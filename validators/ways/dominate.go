package ways

import "slices"

// tree has for each node that some nodes lead to the last one that is on every way to it: its dominator. Without it the
// node is not reached. It is found in rounds over the nodes in reverse postorder, as by Cooper, Harvey and Kennedy.
type tree struct {
	// order has the nodes in postorder; the root, which is none of the graph, is the last.
	order []int
	// place in order of each node of the graph; valid where seen has the number of the tree.
	place, seen []int
	number      int
	// dominator and heavy are by place: the place of the dominator, and the weight of what the node dominates.
	dominator, heavy []int
	// before has the places before each one, one after the other; those of a place end where those of the next begin.
	before, begin []int
	// steps counts the edges that were looked at.
	steps int
}

func (g *Graph) newTree() *tree {
	return &tree{place: make([]int, len(g.ends)), seen: make([]int, len(g.ends))}
}

func (t *tree) reached(node int) bool { return t.seen[node] == t.number }

// grow finds the dominators of what the roots lead to.
func (t *tree) grow(g *Graph, roots []int) {
	t.number++
	t.sort(g, roots)
	t.link(g, roots)
	root := len(t.order)
	t.dominator, t.heavy = resized(t.dominator, root+1), resized(t.heavy, root+1)
	for at := range t.order {
		t.dominator[at] = -1
	}
	t.dominator[root] = root
	for changed := true; changed; {
		changed = false
		for at := root - 1; at >= 0; at-- {
			best := -1
			for _, before := range t.before[t.begin[at]:t.begin[at+1]] {
				t.steps++
				switch {
				case t.dominator[before] < 0:
				case best < 0:
					best = before
				default:
					best = t.meet(best, before)
				}
			}
			if t.dominator[at] != best {
				t.dominator[at], changed = best, true
			}
		}
	}
	for at, node := range t.order {
		t.heavy[at] += g.weight[node]
		t.heavy[t.dominator[at]] += t.heavy[at]
	}
}

// link notes what is before each place.
func (t *tree) link(g *Graph, roots []int) {
	root := len(t.order)
	t.begin = resized(t.begin, root+2)
	for _, node := range roots {
		t.begin[t.place[node]+1]++
	}
	for _, node := range t.order {
		for _, next := range g.out[node] {
			t.begin[t.place[next]+1]++
		}
		t.steps += len(g.out[node])
	}
	for at := range root + 1 {
		t.begin[at+1] += t.begin[at]
	}
	t.before = resized(t.before, t.begin[root+1])
	free := slices.Clone(t.begin)
	add := func(node, before int) {
		at := t.place[node]
		t.before[free[at]] = before
		free[at]++
	}
	for _, node := range roots {
		add(node, root)
	}
	for at, node := range t.order {
		for _, next := range g.out[node] {
			add(next, at)
		}
	}
}

// resized is a list of zeros, made of another one that is no longer needed.
func resized(list []int, size int) []int {
	if cap(list) < size {
		return make([]int, size)
	}
	list = list[:size]
	clear(list)
	return list
}

// meet is the nearest node that dominates two places.
func (t *tree) meet(a, b int) int {
	for a != b {
		for a < b {
			a = t.dominator[a]
		}
		for b < a {
			b = t.dominator[b]
		}
	}
	return a
}

// sort puts what the roots lead to into postorder.
func (t *tree) sort(g *Graph, roots []int) {
	t.order = t.order[:0]
	type visit struct{ node, next int }
	var stack []visit
	enter := func(node int) {
		if t.seen[node] != t.number {
			t.seen[node] = t.number
			stack = append(stack, visit{node: node})
		}
	}
	for _, root := range roots {
		for enter(root); len(stack) > 0; {
			top := &stack[len(stack)-1]
			if top.next < len(g.out[top.node]) {
				top.next++
				enter(g.out[top.node][top.next-1])
				continue
			}
			t.place[top.node] = len(t.order)
			t.order = append(t.order, top.node)
			stack = stack[:len(stack)-1]
		}
	}
}

// whole is the weight of all that is reached.
func (t *tree) whole() int { return t.heavy[len(t.order)] }
