package flows

import (
	"maps"
	"reflect"
	"slices"

	"cloison.dev/cloison/internal/spec"
)

// connection is one between pods, seen from neither side.
type connection struct {
	// from and to are the labels of the pods; nil means every pod.
	from, to map[string]string
	// ports are where it arrives; nil means all.
	ports []spec.PortRange
}

func (f flow) outward() connection { return connection{from: f.pods, to: f.peer.Pods, ports: f.ports} }
func (f flow) inward() connection  { return connection{from: f.peer.Pods, to: f.pods, ports: f.ports} }

// largest leaves out the connections that another one contains. The first ones, as many as keep, stay.
func largest(all []connection, keep int) []connection {
	var found []connection
	for i, one := range all {
		contained := slices.ContainsFunc(all[:i], func(c connection) bool { return reflect.DeepEqual(c, one) })
		for j := range all {
			if i != j && i >= keep && !reflect.DeepEqual(all[j], one) && one.within(all[j]) {
				contained = true
			}
		}
		if !contained {
			found = append(found, one)
		}
	}
	return found
}

// and is what both connections allow; false where they have nothing in common.
func (c connection) and(other connection) (connection, bool) {
	from, ok1 := merged(c.from, other.from)
	to, ok2 := merged(c.to, other.to)
	ports, ok3 := commonPorts(c.ports, other.ports)
	return connection{from, to, ports}, ok1 && ok2 && ok3
}

// within reports whether other allows all that c does.
func (c connection) within(other connection) bool {
	both, ok := c.and(other)
	return ok && reflect.DeepEqual(both.from, c.from) && reflect.DeepEqual(both.to, c.to) &&
		samePorts(both.ports, c.ports)
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
