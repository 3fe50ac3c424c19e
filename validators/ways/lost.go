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
	// Steps lead to it. The first is where they begin.
	Steps []Step
}

// From is everything that whoever has one of some ends reaches, the nearest first, with the steps to each: Secrets,
// service accounts, pods, nodes, the cluster. An end that the graph does not have reaches nothing.
func (g *Graph) From(ends ...finding.End) []Lost {
	var starts []int
	for _, e := range ends {
		if node, known := g.ids[e]; known && !slices.Contains(starts, node) {
			starts = append(starts, node)
		}
	}
	w := g.newWalk()
	w.from(g, starts, nil)
	var lost []Lost
	for _, node := range w.order[len(starts):] {
		if node >= g.firstUnit || !isLost(g.ends[node]) {
			continue
		}
		path := w.path(node)
		steps := g.steps(path)
		if first := g.ends[path[0]]; steps[0].End != first {
			steps = slices.Insert(steps, 0, Step{End: first})
		}
		lost = append(lost, Lost{End: g.ends[node], Steps: steps})
	}
	slices.SortStableFunc(lost, func(a, b Lost) int {
		return cmp.Or(cmp.Compare(len(a.Steps), len(b.Steps)), a.End.Compare(b.End))
	})
	return lost
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
