package network

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// world is what the input says of the network, and what was found.
type world struct {
	set     *objects.Set
	planned bool
	book    *book
	spaces  map[string]*space
	// names of the spaces, sorted; components are those of them that are one.
	names      []string
	components []*space
	// candidates remembers, by direction, the components whose policies of that direction open more than is declared.
	candidates [2][]*space
	// tooNarrow are the rules that are reported to open less than a declared flow, so that a wrong port or label in them is
	// not reported a second time for what it opens harmlessly.
	tooNarrow map[ruleKey]bool
	declared  map[*space]*[2]declaration
	findings  []finding.Finding
}

func newWorld(set *objects.Set, components *scope.Scope) *world {
	w := &world{
		set: set, planned: components.Planned, book: newBook(),
		spaces: map[string]*space{}, declared: map[*space]*[2]declaration{}, tooNarrow: map[ruleKey]bool{},
	}
	for i := range components.Components {
		c := &components.Components[i]
		w.space(c.Namespace).component = c
	}
	for _, n := range set.Namespaces {
		w.space(n.Name).know(n.Object, n.Labels)
	}
	known := map[string]*class{}
	for _, workload := range set.Workloads {
		n := w.space(workload.Namespace)
		if workload.Pod.Spec.HostNetwork {
			n.hostPods = append(n.hostPods, workload.Pod.Labels)
			continue
		}
		n.add(known, workload)
	}
	w.findMakers()
	w.readPolicies()
	w.names = slices.Sorted(maps.Keys(w.spaces))
	for _, name := range w.names {
		if n := w.spaces[name]; n.component != nil {
			w.components = append(w.components, n)
		}
	}
	return w
}

// space is what is known of a namespace, which may be nothing but its name.
func (w *world) space(name string) *space {
	n := w.spaces[name]
	if n == nil {
		n = &space{name: name, labels: kubernetesLabel(name)}
		w.spaces[name] = n
	}
	return n
}

// elsewhere is a namespace that need not be in the input. It is not added to those that are.
func (w *world) elsewhere(name string) *space {
	if n := w.spaces[name]; n != nil {
		return n
	}
	return &space{name: name, labels: kubernetesLabel(name)}
}

// readPolicies reads the policies of every namespace. One that the API server refuses is reported and read without the
// parts that are refused, so that one mistake is not reported a second time for what follows from it.
func (w *world) readPolicies() {
	for _, typed := range w.set.NetworkPolicies {
		n := w.space(typed.Namespace)
		selector, ok := selectorOf(&typed.Value.Spec.PodSelector)
		invalid := w.validate(typed)
		p := &policy{Typed: typed, selector: selector, invalid: invalid != nil}
		if ok {
			n.policies = append(n.policies, p)
		}
		for _, d := range directions {
			if ok {
				n.sides[d].add(d, w.book, p)
			}
			if invalid != nil {
				n.sides[d].suspects = append(n.sides[d].suspects, invalid)
			}
		}
	}
	for _, o := range w.set.Malformed {
		if kind := o.GroupKind(); kind.Group == "networking.k8s.io" && kind.Kind == "NetworkPolicy" {
			w.space(o.Namespace).unreadable = true
		}
	}
}

func (w *world) report(o *objects.Object, f finding.Finding) {
	w.findings = append(w.findings, o.About(f))
}

// reportIn reports something about a namespace: at the Namespace where it is in the input. Objects that name no namespace
// have none to be named: the first workload stands for it.
func (w *world) reportIn(n *space, f finding.Finding) {
	if n.object != nil {
		w.report(n.object, f)
		return
	}
	if n.name == "" && len(n.classes) > 0 {
		w.report(n.classes[0].workload.Object, f)
		return
	}
	f.Object = finding.Object{APIVersion: "v1", Kind: "Namespace", Name: n.name}
	w.findings = append(w.findings, f)
}
