package ways

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
)

// Lost is something that is reached from where a [Graph.From] begins.
type Lost struct {
	End finding.End
	// Keys are those of a Secret that are reached, sorted; none are all of them, and what the Secret is good for.
	Keys []string
	// Steps lead to it. The first is where they begin.
	Steps []Step
}

// IsOwn reports whether those that a way begins with have it themselves: the token and the Secrets of pods.
func (l Lost) IsOwn() bool {
	const few = 2
	return len(l.Steps) <= few && l.Steps[0].End.Kind == finding.OfWorkload &&
		!slices.ContainsFunc(l.Steps, func(s Step) bool { return s.By != nil })
}

// From is everything that whoever has one of some ends reaches, the nearest first, with the steps to each: Secrets,
// service accounts, pods, nodes, the cluster. An end that the graph does not have reaches nothing.
func (g *Graph) From(ends ...finding.End) []Lost {
	known := map[finding.End]bool{}
	return slices.DeleteFunc(g.PartsFrom(ends...), func(l Lost) bool {
		defer func() { known[l.End] = true }()
		return known[l.End]
	})
}

// PartsFrom is as [Graph.From], with every way to a part of a Secret, the nearest to all of it among them.
func (g *Graph) PartsFrom(ends ...finding.End) []Lost {
	var starts []int
	for _, e := range ends {
		if node, known := g.ids[e]; known && !slices.Contains(starts, node) {
			starts = append(starts, node)
		}
	}
	w := g.newPartsWalk()
	w.from(starts)
	var lost []Lost
	for _, state := range w.order {
		node, isPart := w.node(state)
		if isPart || node >= g.firstUnit {
			continue
		}
		if w.before[state] >= 0 && isLost(g.ends[node]) {
			lost = append(lost, g.lost(w.path(state), nil))
		}
		for _, next := range g.out[node] {
			if keys := g.keysOf(node, next); len(keys) > 0 {
				lost = append(lost, g.lost(append(w.path(state), next), keys))
			}
		}
	}
	slices.SortStableFunc(lost, func(a, b Lost) int {
		return cmp.Or(cmp.Compare(len(a.Steps), len(b.Steps)), a.End.Compare(b.End), cmp.Compare(len(a.Keys), len(b.Keys)))
	})
	return lost
}

func (g *Graph) lost(path []int, keys []string) Lost {
	steps := g.steps(path)
	if first := g.ends[path[0]]; steps[0].End != first {
		steps = slices.Insert(steps, 0, Step{End: first})
	}
	return Lost{End: g.ends[path[len(path)-1]], Keys: keys, Steps: steps}
}

// keysOf are the keys of a Secret that the pods of a workload import; none where they import all of it, and for other
// nodes.
func (g *Graph) keysOf(workload, secret int) []string {
	if workload >= g.firstUnit || secret >= g.firstUnit {
		return nil
	}
	return g.facts.keys[[2]finding.End{g.ends[workload], g.ends[secret]}]
}

// partsWalk is a walk over the graph in which a Secret of which only keys are imported is another state than the whole
// of it. Both lead to what the Secret is good for.
type partsWalk struct {
	*Graph

	// order has the states that were reached: nodes, and behind them the same nodes as parts.
	order  []int
	before []int
	seen   []bool
}

func (g *Graph) newPartsWalk() *partsWalk {
	states := 2 * len(g.ends) //nolint:mnd // each is a whole and a part
	return &partsWalk{Graph: g, before: make([]int, states), seen: make([]bool, states)}
}

// node is that of a state, and whether the state is a part of it.
func (w *partsWalk) node(state int) (node int, isPart bool) {
	return state % len(w.ends), state >= len(w.ends)
}

func (w *partsWalk) from(starts []int) {
	visit := func(state, before int) {
		if !w.seen[state] {
			w.seen[state], w.before[state] = true, before
			w.order = append(w.order, state)
		}
	}
	for _, start := range starts {
		visit(start, -1)
	}
	for at := 0; at < len(w.order); {
		state := w.order[at]
		at++
		node, _ := w.node(state)
		by := node
		if before := w.before[state]; before >= 0 && w.unitAt(node) != nil {
			by, _ = w.node(before) // a finding that the pods import a key loses no more than that
		}
		for _, next := range w.out[node] {
			if len(w.keysOf(by, next)) > 0 {
				next += len(w.ends)
			}
			visit(next, state)
		}
	}
}

// path are the nodes by which a state was reached.
func (w *partsWalk) path(state int) []int {
	var path []int
	for ; state >= 0; state = w.before[state] {
		node, _ := w.node(state)
		path = append(path, node)
	}
	slices.Reverse(path)
	return path
}

// isLost reports whether an end is something of its own, and no list of others.
func isLost(e finding.End) bool {
	switch e.Kind {
	case finding.OfSecret, finding.OfAccount, finding.OfWorkload, finding.OfNode, finding.OfCluster, finding.OfNewPods,
		finding.OfPerson:
		return e.Namespace != finding.Everywhere
	}
	return false
}

// WorkloadEnd is the pods of a workload as a beginning for [Graph.From].
func WorkloadEnd(namespace, kind, name string) finding.End {
	return finding.End{Kind: finding.OfWorkload, Namespace: namespace, Name: kind + "/" + name}
}

// Arrow stands between steps.
const Arrow = " → "

// Texts are steps, each with the fix that closes it.
func Texts(steps []Step) []string {
	var texts []string
	for _, s := range steps {
		text := s.Text()
		if s.By != nil {
			text += " (" + s.By.String() + ")"
		}
		texts = append(texts, text)
	}
	return texts
}

// Text are steps in one line.
func Text(steps []Step) string { return strings.Join(Texts(steps), Arrow) }

// Text names what is obtained.
func (s Step) Text() string {
	e := s.End
	kind, name, _ := strings.Cut(e.Name, "/")
	place := e.Namespace + "/"
	if e.Namespace == "" {
		place = ""
	}
	switch e.Kind {
	case finding.OfWorkload:
		return "pods of " + kind + " " + place + name
	case finding.OfPods:
		if e.Name != "" {
			return "Pod " + place + e.Name
		}
		return "the pods of " + e.Namespace
	case finding.OfNewPods:
		return "pods of its own in " + e.Namespace
	case finding.OfAccount:
		return "token of service account " + place + e.Name
	case finding.OfPerson:
		return strings.ToLower(kind) + " " + name
	case finding.OfSecret:
		return "Secret " + place + e.Name
	case finding.OfSecrets:
		return "the Secrets of " + e.Namespace
	case finding.OfNode:
		return "a node"
	case finding.OfCluster:
		return "the whole cluster"
	}
	return e.Namespace
}
