package policy

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/fieldpath"
)

const firstPort, lastPort = 1, 65535

// protocols are those that policies know.
func protocols() []corev1.Protocol {
	return []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
}

// PortRange is a range of ports of one protocol. First equals Last for a single port.
type PortRange struct {
	Protocol    corev1.Protocol
	First, Last int32
}

// Contains reports whether a port is in the range.
func (r PortRange) Contains(p Port) bool {
	return r.Protocol == p.Protocol && r.First <= p.Number && p.Number <= r.Last
}

// String formats the range with its protocol: TCP 80-90.
func (r PortRange) String() string {
	switch {
	case r.First == firstPort && r.Last == lastPort:
		return "every " + string(r.Protocol) + " port"
	case r.First == r.Last:
		return Port{r.Protocol, r.First}.String()
	}
	return fmt.Sprintf("%s %d-%d", r.Protocol, r.First, r.Last)
}

// PortSet is where connections may arrive. The zero value is empty.
type PortSet struct {
	// All means every port of every protocol.
	All    bool
	Ranges []PortRange
}

// AllPorts is the set of every port of every protocol.
func AllPorts() PortSet { return PortSet{All: true} }

// OnePort is the set of a single port.
func OnePort(p Port) PortSet { return PortSet{Ranges: []PortRange{{p.Protocol, p.Number, p.Number}}} }

// Contains reports whether a port is in the set.
func (s PortSet) Contains(p Port) bool {
	return s.All || slices.ContainsFunc(s.Ranges, func(r PortRange) bool { return r.Contains(p) })
}

// IsEmpty reports whether there is no port in the set.
func (s PortSet) IsEmpty() bool { return !s.All && len(s.Ranges) == 0 }

// IsOnly reports whether every port of the set has this number. The set of all ports has others.
func (s PortSet) IsOnly(number int32) bool {
	isOther := func(r PortRange) bool { return r.First != number || r.Last != number }
	return !s.IsEmpty() && !s.All && !slices.ContainsFunc(s.Ranges, isOther)
}

// Intersect is what two sets have in common.
func (s PortSet) Intersect(other PortSet) PortSet {
	switch {
	case s.All:
		return other
	case other.All:
		return s
	}
	var both PortSet
	for _, a := range s.Ranges {
		for _, b := range other.Ranges {
			if first, last := max(a.First, b.First), min(a.Last, b.Last); a.Protocol == b.Protocol && first <= last {
				both.Ranges = append(both.Ranges, PortRange{a.Protocol, first, last})
			}
		}
	}
	return both
}

// String lists the ranges: TCP 80, UDP 53.
func (s PortSet) String() string {
	if s.All {
		return "every port"
	}
	texts := make([]string, len(s.Ranges))
	for i, r := range s.Ranges {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}

// ranges are those of the set; for all ports one for each protocol.
func (s PortSet) ranges() []PortRange {
	if !s.All {
		return s.Ranges
	}
	var ranges []PortRange
	for _, protocol := range protocols() {
		ranges = append(ranges, PortRange{protocol, firstPort, lastPort})
	}
	return ranges
}

// Representatives are ports of the set, one from each of the pieces that it has when it is cut where one of the others
// begins or ends: what holds for that port holds for the whole piece.
func (s PortSet) Representatives(others []PortSet) []Port {
	var ports []Port
	for _, r := range s.ranges() {
		starts := []int32{r.First}
		for _, other := range others {
			for _, o := range other.Ranges {
				if o.Protocol == r.Protocol {
					starts = append(starts, o.First, o.Last+1)
				}
			}
		}
		slices.Sort(starts)
		starts = slices.Compact(starts)
		for i, start := range starts {
			if start < r.First || start > r.Last {
				continue
			}
			end := r.Last
			if i+1 < len(starts) {
				end = min(end, starts[i+1]-1)
			}
			ports = append(ports, Port{r.Protocol, familiarPort(start, end)})
		}
	}
	return ports
}

// AnyPort is a port for connections that all ports have in common.
func AnyPort() Port { return Port{corev1.ProtocolTCP, familiarPort(firstPort, lastPort)} }

// familiarPort is a port of the range that readers know; else its first one.
func familiarPort(first, last int32) int32 {
	for _, known := range []int32{5432, 443, 80, 8080, 9090} {
		if first <= known && known <= last {
			return known
		}
	}
	return first
}

// RulePorts are the ports of a rule.
type RulePorts struct {
	// Fixed are the ports given by number.
	Fixed PortSet
	Named []NamedPort
}

// NamedPort is a port by the name that the accepting pod gives it.
type NamedPort struct {
	Name     string
	Protocol corev1.Protocol
	// Field is the port's path: spec.ingress[0].ports[1].port.
	Field fieldpath.Path
}

// IsName reports whether a container's port is meant.
func (n NamedPort) IsName(port corev1.ContainerPort) bool {
	return port.Name == n.Name && ContainerProtocol(port) == n.Protocol
}

// ReadPorts reads the ports of a rule, without those that the API server refuses.
func ReadPorts(r Rule) RulePorts {
	if len(r.Ports) == 0 {
		return RulePorts{Fixed: AllPorts()}
	}
	var read RulePorts
	for i := range r.Ports {
		p := &r.Ports[i]
		protocol := Protocol(p)
		isNumber := p.Port != nil && p.Port.Type == intstr.Int
		switch {
		case !slices.Contains(protocols(), protocol), p.EndPort != nil && !isNumber:
		case p.Port == nil:
			read.Fixed.Ranges = append(read.Fixed.Ranges, PortRange{protocol, firstPort, lastPort})
		case !isNumber:
			read.Named = append(
				read.Named, NamedPort{p.Port.StrVal, protocol, r.Field.Child("ports").Index(i).Child("port")},
			)
		default:
			numbers := PortRange{protocol, p.Port.IntVal, p.Port.IntVal}
			if p.EndPort != nil {
				numbers.Last = *p.EndPort
			}
			if numbers.First <= numbers.Last {
				read.Fixed.Ranges = append(read.Fixed.Ranges, numbers)
			}
		}
	}
	return read
}

// String lists the ports by their numbers or names.
func (p RulePorts) String() string {
	var texts []string
	if !p.Fixed.IsEmpty() {
		texts = append(texts, p.Fixed.String())
	}
	for _, named := range p.Named {
		texts = append(texts, "port "+named.Name)
	}
	return strings.Join(texts, ", ")
}
