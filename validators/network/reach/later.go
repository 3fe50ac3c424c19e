package reach

import (
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// Later is the Map with nodes for pods that nobody makes yet, where the rules and policies of another state of the input
// differ from its own: for each selector of such a rule, pods that it selects and that, as far as possible, no other
// selector does. Without differences it is the Map itself.
func (m *Map) Later(other *Map) *Map {
	changed := changedSelectors(m, other)
	if len(changed) == 0 {
		return m
	}
	own, others := m.aims(), other.aims()
	later := &Map{Network: m.Network, byNamespace: maps.Clone(m.byNamespace), outside: m.outside}
	for _, name := range slices.Sorted(maps.Keys(m.byNamespace)) {
		nodes := slices.Clone(m.byNamespace[name])
		if of := changed[name]; of != nil && (other.Has(name) || len(other.byNamespace[name]) > 0) {
			all := selectors{}
			for _, list := range [][]policy.Selector{of.list, own.of(name).list, others.of(name).list} {
				for _, s := range list {
					all.add(s)
				}
			}
			nodes = append(nodes, laterOf(m.Namespace(name), of, all.list)...)
		}
		later.byNamespace[name] = nodes
		later.Nodes = append(later.Nodes, nodes...)
	}
	return later
}

// changed are the selectors of rules and policies that only one state has, by the namespaces they are for.
type changed struct {
	selectors
	// every is true where one of them selects every pod.
	every bool
}

func changedSelectors(a, b *Map) map[string]*changed {
	found := map[string]*changed{}
	add := func(namespace string, s policy.Selector) {
		if found[namespace] == nil {
			found[namespace] = &changed{}
		}
		found[namespace].every = found[namespace].every || len(s) == 0
		found[namespace].add(s)
	}
	texts := [2]map[string]bool{a.rulesByText(nil), b.rulesByText(nil)}
	for i, m := range []*Map{a, b} {
		m.rulesByText(func(text string, own *model.Policy, r *model.PeerRule) {
			if texts[1-i][text] {
				return
			}
			add(own.Namespace, own.Selector)
			switch {
			case r == nil || r.Block != nil || r.Everybody:
			case r.In.Own:
				add(r.Namespace, r.Pods)
			case r.In.Named:
				for _, name := range r.In.Names {
					add(name, r.Pods)
				}
			}
		})
	}
	return found
}

// rulesByText has the policies and rules by what they say, whatever they are called and wherever they are written. It tells
// visit of each; visit may be nil.
func (m *Map) rulesByText(visit func(text string, own *model.Policy, r *model.PeerRule)) map[string]bool {
	known := map[string]bool{}
	put := func(text string, own *model.Policy, r *model.PeerRule) {
		known[text] = true
		if visit != nil {
			visit(text, own, r)
		}
	}
	for _, namespace := range m.All() {
		for _, d := range policy.Directions() {
			side := &namespace.Sides[d]
			for _, p := range side.Policies {
				put(fmt.Sprint(namespace.Name, " ", d, " ", p.Selector), p, nil)
			}
			for _, r := range side.Rules {
				put(fmt.Sprint(namespace.Name, " ", d, " ", r.Selector, " ", ruleText(r)), r.Policy, r)
			}
		}
	}
	return known
}

// ruleText is what a rule says, beside the pods that it is a rule of.
func ruleText(r *model.PeerRule) string {
	return fmt.Sprint(r.Everybody, "\n", r.BlockText(), "\n", r.In.Own, r.In.Selector, "\n", r.Pods, "\n", r.Ports)
}

// laterOf are pods of a namespace for each of some selectors. all are those that may tell pods apart.
func laterOf(namespace *model.Namespace, of *changed, all []policy.Selector) []*Node {
	list := of.list
	if of.every {
		list = append([]policy.Selector{nil}, list...)
	}
	var nodes []*Node
	known := map[string]bool{}
	for _, s := range list {
		for _, labels := range fewest(s, of.list, all) {
			n := &Node{Kind: Selected, Namespace: namespace, Labels: labels, Later: true, Selector: s, Text: laterText(s, labels)}
			if key := n.Text + "\n" + policy.Exactly(labels).String(); !known[key] {
				known[key] = true
				nodes = append(nodes, n.close())
			}
		}
	}
	return nodes
}

// fewest are labels that a selector selects and as few others as possible: none that does not follow from it or, where
// there are no such labels, for each one of those that have changed some without it.
func fewest(s policy.Selector, changed, all []policy.Selector) []map[string]string {
	own := solver.Literals(solver.Own, s)
	var others []solver.Clause
	for _, other := range all {
		if !s.Implies(other) {
			others = append(others, solver.NotBoth(other, nil))
		}
	}
	labels, answer := solver.Solve(own, others)
	switch answer {
	case ternary.Yes:
		return withValues(s, labels[solver.Own], own, others)
	case ternary.No, ternary.Unknown:
	}
	var each []map[string]string
	for _, other := range changed {
		if labels, answer := solver.Solve(own, []solver.Clause{solver.NotBoth(other, nil)}); answer == ternary.Yes {
			each = append(each, labels[solver.Own])
		}
	}
	if labels, answer := solver.Solve(own, nil); len(each) == 0 && answer == ternary.Yes {
		each = append(each, labels[solver.Own])
	}
	return each
}

// withValues are labels for each value of a selector that lists several, as far as other demands are fulfilled.
func withValues(s policy.Selector, first map[string]string, own []solver.Literal, others []solver.Clause) []map[string]string {
	all := []map[string]string{first}
	listed := slices.IndexFunc(s, func(r policy.Requirement) bool { return r.Op == policy.In && len(r.Values) > 1 })
	if listed < 0 {
		return all
	}
	key, taken := s[listed].Key, []string{first[s[listed].Key]}
	for len(all) < mostValues {
		rest := solver.Literal{End: solver.Own, Requirement: policy.Requirement{Key: key, Op: policy.NotIn, Values: taken}}
		labels, answer := solver.Solve(append(slices.Clip(own), rest), others)
		if answer != ternary.Yes {
			break
		}
		all, taken = append(all, labels[solver.Own]), append(taken, labels[solver.Own][key])
	}
	return all
}

// laterText says what pods are that a selector selects: by the labels that tell them from others.
func laterText(s policy.Selector, labels map[string]string) string {
	isOwn := func(key string) bool {
		return slices.ContainsFunc(s, func(r policy.Requirement) bool { return r.Key == key && len(r.Values) < 2 })
	}
	for key := range labels {
		if !isOwn(key) {
			return "pods " + policy.Exactly(labels).String()
		}
	}
	if len(s) == 0 {
		return "every pod"
	}
	return "pods " + s.String()
}

// EveryLater reports whether the node stands for every pod of its namespace that may be created later.
func (n *Node) EveryLater() bool { return n.Later && len(n.Selector) == 0 && len(n.Labels) == 0 }
