package flows

import (
	"fmt"
	"reflect"
	"slices"

	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
)

// joinSides writes what both sides allow, the egress of a and the ingress of b, as flows of a. What only one side
// allows is taken for what was meant.
func joinSides(d *draft.Draft, a, b *component) {
	out, in := a.egress.toward(b.Name), b.ingress.toward(a.Name)
	if len(out)+len(in) == 0 {
		return
	}
	var found []connection
	outUsed, inUsed := make([]bool, len(out)), make([]bool, len(in))
	pair := func(allows func(o, i connection) (connection, bool)) {
		for i := range out {
			for j := range in {
				if both, ok := allows(out[i].outward(), in[j].inward()); ok {
					outUsed[i], inUsed[j] = true, true
					found = append(found, both)
				}
			}
		}
	}
	// Connections that both sides have in the same words come first, and stay.
	pair(func(o, i connection) (connection, bool) { return o, reflect.DeepEqual(o, i) })
	same := len(found)
	pair(func(o, i connection) (connection, bool) {
		both, ok := o.and(i)
		return both, ok && !slices.ContainsFunc(found[:same], both.within)
	})
	for i, f := range out {
		if !outUsed[i] {
			found = append(found, f.outward())
			noteOneSided(d, a, f, b, ingress, a == b)
		}
	}
	for i, f := range in {
		if !inUsed[i] {
			found = append(found, f.inward())
			noteOneSided(d, a, f, a, egress, a == b)
		}
	}
	for _, c := range largest(found, same) {
		peer := spec.Peer{Component: b.Name, Pods: c.to}
		a.Spec.Egress = append(a.Spec.Egress, spec.EgressFlow{To: peer, Pods: c.from, Ports: writePorts(c.ports)})
	}
}

// noteOneSided notes that a flow opens more than the policies allow today, as none of the other component allows the
// connection in the missing direction. A connection inside of one component has no such note, nor one to a component
// whose policies limit nothing or have a rule for anyone.
func noteOneSided(d *draft.Draft, a *component, f flow, other *component, missing direction, internal bool) {
	s := other.side(missing)
	if internal || s.isUnlimited() || slices.ContainsFunc(s.flows, func(f flow) bool { return f.anyone }) {
		return
	}
	reason := "no policy of component %s allows the %s of this connection, so that it may not pass today; the flow " +
		"opens both sides"
	if s.incomplete {
		reason = "policies of component %s that were not carried over may limit the %s of this connection: narrow " +
			"the flow as they do"
	}
	d.Note(draft.Changed, f.object, f.field, a.Path("egress"), reason, other.Name, missing)
}

// toward are the flows with a component.
func (s *side) toward(component string) []flow {
	if s.byComponent == nil {
		s.byComponent = map[string][]flow{}
		for _, f := range s.flows {
			s.byComponent[f.peer.Component] = append(s.byComponent[f.peer.Component], f)
		}
	}
	return s.byComponent[component]
}

// fillOutside writes the flows from and to what is no component.
func fillOutside(c *component) {
	for _, f := range c.ingress.outside() {
		in := spec.IngressFlow{From: f.peer, Pods: f.pods, Ports: writePorts(f.ports)}
		c.Spec.Ingress = append(c.Spec.Ingress, in)
	}
	for _, f := range c.egress.outside() {
		out := spec.EgressFlow{To: f.peer, Pods: f.pods, Ports: writePorts(f.ports)}
		c.Spec.Egress = append(c.Spec.Egress, out)
	}
	c.Spec.Egress = joinAPI(c.Spec.Egress)
}

// outside are the flows with what is no component, equal ones once.
func (s *side) outside() []flow {
	var found []flow
	seen := map[string]bool{}
	for _, f := range s.flows {
		key := fmt.Sprintf("%v %q %q", f.peer, f.pods, writePorts(f.ports))
		if !f.anyone && f.peer.Component == "" && !seen[key] {
			seen[key] = true
			found = append(found, f)
		}
	}
	return found
}

// joinAPI makes one flow without ports, which means both, of two flows to the two ports of the API server.
func joinAPI(flows []spec.EgressFlow) []spec.EgressFlow {
	var found []spec.EgressFlow
	for _, f := range flows {
		i := slices.IndexFunc(found, func(other spec.EgressFlow) bool {
			return f.To.KubernetesAPI && other.To.KubernetesAPI && reflect.DeepEqual(f.Pods, other.Pods) &&
				len(other.Ports) == 1 && other.Ports[0] != f.Ports[0]
		})
		if i >= 0 {
			found[i].Ports = nil
			continue
		}
		found = append(found, f)
	}
	return found
}
