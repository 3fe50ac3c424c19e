package flows

import (
	"cmp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
)

// resolvePorts reads the ports of a rule; nil means all. Named ports are looked up in the workloads that the connection
// arrives at: those of the component, or those of the peer, which the namespace and the labels of its pods tell. It is
// false where no port is left.
func (r *ruleReader) resolvePorts(one rule, namespace string, peer map[string]string) ([]spec.PortRange, bool) {
	if len(one.ports) == 0 {
		return nil, true
	}
	var found []spec.PortRange
	for i := range one.ports {
		port := &one.ports[i]
		protocol := protocolOf(port)
		switch {
		case port.Port == nil:
			found = append(found, spec.PortRange{Protocol: protocol, First: 1, Last: 65535})
		case port.Port.StrVal != "":
			numbers := r.portNumbers(one.direction, port.Port.StrVal, protocol, namespace, peer)
			if len(numbers) == 0 {
				r.note(draft.NotCarried, one.direction, one.field.Child("ports"),
					"no container of the input that the rule leads to has a port called %q: write its number",
					port.Port.StrVal)
			}
			for _, number := range numbers {
				found = append(found, spec.PortRange{Protocol: protocol, First: number, Last: number})
			}
		default:
			last := port.Port.IntVal
			if port.EndPort != nil {
				last = *port.EndPort
			}
			found = append(found, spec.PortRange{Protocol: protocol, First: port.Port.IntVal, Last: last})
		}
	}
	return distinct(found), len(found) > 0
}

func protocolOf(port *netv1.NetworkPolicyPort) corev1.Protocol {
	if port.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *port.Protocol
}

// portNumbers are the numbers of a named port in the pods that the connection arrives at.
func (r *ruleReader) portNumbers(
	d direction, name string, protocol corev1.Protocol, namespace string, peer map[string]string,
) []int32 {
	pods := []map[string]string{peer}
	if d == ingress {
		namespace, pods = r.component.Namespace, r.own
	}
	var numbers []int32
	for _, w := range r.workloads[namespace] {
		selected := slices.ContainsFunc(pods, func(wanted map[string]string) bool {
			return labels.SelectorFromSet(wanted).Matches(labels.Set(w.Pod.Labels))
		})
		if !selected {
			continue
		}
		for container := range w.Containers() {
			for _, port := range container.Ports {
				if port.Name == name && cmp.Or(port.Protocol, corev1.ProtocolTCP) == protocol {
					numbers = append(numbers, port.ContainerPort)
				}
			}
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func distinct(ports []spec.PortRange) []spec.PortRange {
	var found []spec.PortRange
	for _, port := range ports {
		if !slices.Contains(found, port) {
			found = append(found, port)
		}
	}
	return found
}

// writePorts writes ranges as people do: 443, 53/UDP, 8000-8010.
func writePorts(ranges []spec.PortRange) []spec.Port {
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
