package network

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	firstPort = 1
	lastPort  = 65535
	dnsPort   = 53
	httpPort  = 80
)

var protocols = [...]corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}

// portRange is a range of ports of one protocol. First equals Last for a single port.
type portRange struct {
	protocol    corev1.Protocol
	first, last int32
}

func (r portRange) contains(p Port) bool {
	return r.protocol == p.Protocol && r.first <= p.Number && p.Number <= r.last
}

func (r portRange) String() string {
	switch {
	case r.first == firstPort && r.last == lastPort:
		return "every " + string(r.protocol) + " port"
	case r.first == r.last:
		return fmt.Sprintf("%s %d", r.protocol, r.first)
	}
	return fmt.Sprintf("%s %d-%d", r.protocol, r.first, r.last)
}

// String formats the port as findings name it: TCP 443.
func (p Port) String() string { return fmt.Sprintf("%s %d", p.Protocol, p.Number) }

// portSet is where connections may arrive.
type portSet struct {
	// all says that nothing is said of ports: every port of every protocol.
	all    bool
	ranges []portRange
}

var allPorts = portSet{all: true}

func onPorts(protocol corev1.Protocol, numbers ...int32) portSet {
	var s portSet
	for _, n := range numbers {
		s.ranges = append(s.ranges, portRange{protocol, n, n})
	}
	return s
}

func (s portSet) contains(p Port) bool {
	return s.all || slices.ContainsFunc(s.ranges, func(r portRange) bool { return r.contains(p) })
}

func (s portSet) empty() bool { return !s.all && len(s.ranges) == 0 }

// only says whether every port of the set has this number. A set of all ports has others.
func (s portSet) only(number int32) bool {
	return !s.empty() && !s.all && !slices.ContainsFunc(s.ranges, func(r portRange) bool { return r.first != number || r.last != number })
}

func (s portSet) intersect(other portSet) portSet {
	switch {
	case s.all:
		return other
	case other.all:
		return s
	}
	var both portSet
	for _, a := range s.ranges {
		for _, b := range other.ranges {
			if first, last := max(a.first, b.first), min(a.last, b.last); a.protocol == b.protocol && first <= last {
				both.ranges = append(both.ranges, portRange{a.protocol, first, last})
			}
		}
	}
	return both
}

// spans are the ranges of the set; for all ports one for each protocol.
func (s portSet) spans() []portRange {
	if !s.all {
		return s.ranges
	}
	var spans []portRange
	for _, protocol := range protocols {
		spans = append(spans, portRange{protocol, firstPort, lastPort})
	}
	return spans
}

func (s portSet) String() string {
	if s.all {
		return "every port"
	}
	texts := make([]string, len(s.ranges))
	for i, r := range s.ranges {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}

// cells cuts the ports of a set where one of the others begins or ends, and returns a port of each part: what holds for it
// holds for the whole part.
func cells(s portSet, others []portSet) []Port {
	var ports []Port
	for _, span := range s.spans() {
		starts := []int32{span.first}
		for _, other := range others {
			for _, r := range other.ranges {
				if r.protocol == span.protocol {
					starts = append(starts, r.first, r.last+1)
				}
			}
		}
		slices.Sort(starts)
		starts = slices.Compact(starts)
		for i, start := range starts {
			if start < span.first || start > span.last {
				continue
			}
			end := span.last
			if i+1 < len(starts) {
				end = min(end, starts[i+1]-1)
			}
			ports = append(ports, Port{span.protocol, usual(start, end)})
		}
	}
	return ports
}

// usual is a port of the range that readers know; else its first one.
func usual(first, last int32) int32 {
	for _, known := range []int32{5432, 443, 80, 8080, 9090} {
		if first <= known && known <= last {
			return known
		}
	}
	return first
}

// rulePorts is what a rule says of ports.
type rulePorts struct {
	// fixed are the ports given by number.
	fixed portSet
	named []namedPort
}

// namedPort stands for the number that the accepting pod gives the name.
type namedPort struct {
	name     string
	protocol corev1.Protocol
	// field is the port's path. Format: spec.ingress[0].ports[1].port.
	field string
}

// readPorts passes over what the API server refuses.
func readPorts(ports []netv1.NetworkPolicyPort, field string) rulePorts {
	if len(ports) == 0 {
		return rulePorts{fixed: allPorts}
	}
	var read rulePorts
	for i := range ports {
		p := &ports[i]
		protocol := protocolOf(p)
		switch {
		case !slices.Contains(protocols[:], protocol) || p.EndPort != nil && (p.Port == nil || p.Port.Type == intstr.String):
		case p.Port == nil:
			read.fixed.ranges = append(read.fixed.ranges, portRange{protocol, firstPort, lastPort})
		case p.Port.Type == intstr.String:
			read.named = append(read.named, namedPort{p.Port.StrVal, protocol, fmt.Sprintf("%s.ports[%d].port", field, i)})
		default:
			r := portRange{protocol, p.Port.IntVal, p.Port.IntVal}
			if p.EndPort != nil {
				r.last = *p.EndPort
			}
			if r.first <= r.last {
				read.fixed.ranges = append(read.fixed.ranges, r)
			}
		}
	}
	return read
}

// onlyDNS says whether the rule is about DNS and nothing else.
func (p rulePorts) onlyDNS() bool { return len(p.named) == 0 && p.fixed.only(dnsPort) }
