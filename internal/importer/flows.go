package importer

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/spec"
)

// connection is one between pods, seen from neither side.
type connection struct {
	from, to map[string]string
	ports    []spec.PortRange
}

func (f flow) outward() connection { return connection{from: f.pods, to: f.peer.Pods, ports: f.ports} }
func (f flow) inward() connection  { return connection{from: f.peer.Pods, to: f.pods, ports: f.ports} }

// joinSides writes what both sides allow, the egress of a and the ingress of b, as flows of a. What only one side
// allows is taken for what was meant.
func (im *importer) joinSides(a, b *component) {
	var paths []connection
	out, in := a.egress.toward(b.name), b.ingress.toward(a.name)
	if len(out)+len(in) == 0 {
		return
	}
	outUsed, inUsed := make([]bool, len(out)), make([]bool, len(in))
	pair := func(allows func(o, i connection) (connection, bool)) {
		for i := range out {
			for j := range in {
				if both, ok := allows(out[i].outward(), in[j].inward()); ok {
					outUsed[i], inUsed[j] = true, true
					paths = append(paths, both)
				}
			}
		}
	}
	pair(func(o, i connection) (connection, bool) { return o, reflect.DeepEqual(o, i) })
	exact := len(paths)
	pair(func(o, i connection) (connection, bool) {
		both, ok := o.and(i)
		return both, ok && !slices.ContainsFunc(paths[:exact], both.within)
	})
	paths = append(paths, im.oneSided(a, b, out, outUsed, egress)...)
	paths = append(paths, im.oneSided(a, b, in, inUsed, ingress)...)
	for _, one := range largest(paths, exact) {
		peer := spec.Peer{Component: b.name, Pods: one.to}
		a.spec.Egress = append(a.spec.Egress, spec.EgressFlow{To: peer, Pods: one.from, Ports: ports(one.ports)})
	}
}

// oneSided are the flows without a partner on the other side.
func (im *importer) oneSided(a, b *component, flows []flow, used []bool, d direction) []connection {
	var paths []connection
	other, s, anyone := b, &b.ingress, flow.outward
	if d == ingress {
		other, s, anyone = a, &a.egress, flow.inward
	}
	for i, f := range flows {
		if used[i] {
			continue
		}
		one := anyone(f)
		paths = append(paths, one)
		if a == b || !s.all && !s.some || slices.ContainsFunc(s.flows, func(f flow) bool { return f.anyone }) {
			continue
		}
		missing := ingress
		if d == ingress {
			missing = egress
		}
		reason := "no policy of component %s allows the %s of this connection, so that it may not pass today; the flow " +
			"opens both sides"
		if s.unsaid {
			reason = "policies of component %s that were not carried over may limit the %s of this connection: narrow the " +
				"flow as they do"
		}
		im.note(Changed, f.object, f.field, a.at("egress"), reason, other.name, missing)
	}
	return paths
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

// largest leaves out the paths that are part of another one. The first ones, which both sides say in the same words,
// stay.
func largest(paths []connection, keep int) []connection {
	var found []connection
	for i, one := range paths {
		contained := slices.ContainsFunc(paths[:i], func(p connection) bool { return reflect.DeepEqual(p, one) })
		for j := range paths {
			if i != j && i >= keep && !reflect.DeepEqual(paths[j], one) && one.within(paths[j]) {
				contained = true
			}
		}
		if !contained {
			found = append(found, one)
		}
	}
	return found
}

// and is what both paths allow.
func (p connection) and(q connection) (connection, bool) {
	from, ok1 := merged(p.from, q.from)
	to, ok2 := merged(p.to, q.to)
	common, ok3 := commonPorts(p.ports, q.ports)
	return connection{from, to, common}, ok1 && ok2 && ok3
}

// within reports whether q allows all that p does.
func (p connection) within(q connection) bool {
	both, ok := p.and(q)
	return ok && reflect.DeepEqual(both.from, p.from) && reflect.DeepEqual(both.to, p.to) && samePorts(both.ports, p.ports)
}

// merged are the labels of the pods that have both sets; false where no pod can.
func merged(a, b map[string]string) (map[string]string, bool) {
	if len(a) == 0 {
		return b, true
	}
	both := maps.Clone(a)
	for key, value := range b {
		if given, has := both[key]; has && given != value {
			return nil, false
		}
		both[key] = value
	}
	return both, true
}

// commonPorts are those of both lists; nil, all ports, where both are.
func commonPorts(a, b []spec.PortRange) ([]spec.PortRange, bool) {
	switch {
	case a == nil:
		return b, true
	case b == nil:
		return a, true
	}
	var common []spec.PortRange
	for _, x := range a {
		for _, y := range b {
			first, last := max(x.First, y.First), min(x.Last, y.Last)
			if x.Protocol == y.Protocol && first <= last {
				common = append(common, spec.PortRange{Protocol: x.Protocol, First: first, Last: last})
			}
		}
	}
	return distinct(common), len(common) > 0
}

func samePorts(a, b []spec.PortRange) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	return !slices.ContainsFunc(a, func(port spec.PortRange) bool { return !slices.Contains(b, port) })
}

// writeOutside writes the flows from and to what is no component.
func (im *importer) writeOutside(p *component) {
	seen := map[string]bool{}
	again := func(d direction, f flow) bool {
		key := fmt.Sprintf("%s %v %q %q", d, f.peer, f.pods, ports(f.ports))
		defer func() { seen[key] = true }()
		return seen[key]
	}
	for _, f := range p.ingress.flows {
		if !f.anyone && f.peer.Component == "" && !again(ingress, f) {
			p.spec.Ingress = append(p.spec.Ingress, spec.IngressFlow{From: f.peer, Pods: f.pods, Ports: ports(f.ports)})
		}
	}
	for _, f := range p.egress.flows {
		if !f.anyone && f.peer.Component == "" && !again(egress, f) {
			p.spec.Egress = append(p.spec.Egress, spec.EgressFlow{To: f.peer, Pods: f.pods, Ports: ports(f.ports)})
		}
	}
	p.spec.Egress = joinAPI(p.spec.Egress)
}

// joinAPI writes the two ports of the API server as none, which means both.
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

// ports writes ranges the way people do: 443, 53/UDP, 8000-8010.
func ports(ranges []spec.PortRange) []spec.Port {
	var texts []spec.Port
	for _, r := range ranges {
		text := strconv.Itoa(int(r.First))
		if r.Last != r.First {
			text += "-" + strconv.Itoa(int(r.Last))
		}
		if r.Protocol != corev1.ProtocolTCP {
			text += "/" + string(r.Protocol)
		}
		texts = append(texts, spec.Port(text))
	}
	return texts
}

// quoted lists names for a message.
func quoted(names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = strconv.Quote(name)
	}
	return strings.Join(texts, ", ")
}
