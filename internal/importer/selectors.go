package importer

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

func isEverything(selector *metav1.LabelSelector) bool {
	return len(selector.MatchLabels) == 0 && len(selector.MatchExpressions) == 0
}

// mostChoices bounds how many flows one selector may become.
const mostChoices = 8

// choices are the sets of labels one of which a pod must have to be selected. It is false for a selector that labels
// cannot say, as NotIn. A nil set is every pod.
func choices(selector *metav1.LabelSelector) ([]map[string]string, bool) {
	found := []map[string]string{maps.Clone(selector.MatchLabels)}
	for _, expression := range selector.MatchExpressions {
		if expression.Operator != metav1.LabelSelectorOpIn || len(found)*len(expression.Values) > mostChoices {
			return nil, false
		}
		var next []map[string]string
		for _, chosen := range found {
			for _, value := range slices.Sorted(slices.Values(expression.Values)) {
				if given, has := chosen[expression.Key]; has && given != value {
					continue
				}
				with := map[string]string{expression.Key: value}
				maps.Copy(with, chosen)
				next = append(next, with)
			}
		}
		found = next
	}
	for i := range found {
		if len(found[i]) == 0 {
			found[i] = nil
		}
	}
	return found, true
}

// byName are the namespaces that a selector picks by the label that has their name.
func byName(selector *metav1.LabelSelector) []string {
	found, said := choices(selector)
	if !said {
		return nil
	}
	var names []string
	for _, labels := range found {
		name := labels[wellknown.NamespaceNameLabel]
		if name == "" || len(labels) > 1 {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// namespaceLabels adds the label that the API server sets.
func namespaceLabels(written map[string]string, name string) labels.Set {
	set := labels.Set{wellknown.NamespaceNameLabel: name}
	maps.Copy(set, written)
	return set
}

// Port and Service address of the cluster's DNS (Scaleway's documentation of Kapsule).
const (
	dnsPort    = 53
	dnsService = "10.32.0.10/32"
)

// isDNS knows the rules that let pods resolve names, which every component has: port 53 of the cluster's DNS, of
// every pod, or of everything.
func isDNS(peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) bool {
	for _, port := range ports {
		if port.EndPort != nil || port.Port == nil || port.Port.String() != strconv.Itoa(dnsPort) &&
			port.Port.StrVal != "dns" && port.Port.StrVal != "dns-tcp" {
			return false
		}
	}
	for _, peer := range peers {
		if !isDNSPeer(peer) {
			return false
		}
	}
	return len(ports) > 0 || len(peers) > 0 &&
		!slices.ContainsFunc(peers, func(peer netv1.NetworkPolicyPeer) bool { return !namesDNS(peer.PodSelector) })
}

// asksAnyone reports whether a rule for DNS leads to more than the cluster's own.
func asksAnyone(peers []netv1.NetworkPolicyPeer) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(peer netv1.NetworkPolicyPeer) bool {
		return peer.IPBlock != nil && peer.IPBlock.CIDR != dnsService || peer.IPBlock == nil &&
			isEverything(peer.NamespaceSelector) && !namesDNS(peer.PodSelector)
	})
}

// namesDNS knows the labels of the cluster's DNS pods.
func namesDNS(pods *metav1.LabelSelector) bool {
	return pods != nil && (pods.MatchLabels["k8s-app"] == "kube-dns" ||
		strings.HasSuffix(pods.MatchLabels["app.kubernetes.io/name"], "coredns") || pods.MatchLabels["k8s-app"] == "coredns")
}

func isDNSPeer(peer netv1.NetworkPolicyPeer) bool {
	switch {
	case peer.IPBlock != nil:
		return peer.IPBlock.CIDR == dnsService || peer.IPBlock.CIDR == "0.0.0.0/0" && len(peer.IPBlock.Except) == 0
	case peer.NamespaceSelector == nil:
		return false
	case namesDNS(peer.PodSelector), isEverything(peer.NamespaceSelector):
		return true
	}
	for _, name := range peer.NamespaceSelector.MatchLabels {
		if name == metav1.NamespaceSystem {
			return true
		}
	}
	return slices.Equal(byName(peer.NamespaceSelector), []string{metav1.NamespaceSystem})
}

// resolvePorts reads the ports of a rule; nil means all. Named ports are looked up in the workloads that the
// connection arrives at. It is false where no port is left.
func (r *ruleReader) resolvePorts(d direction, field string, ports []netv1.NetworkPolicyPort, namespace string, peer map[string]string) ([]spec.PortRange, bool) {
	if len(ports) == 0 {
		return nil, true
	}
	var found []spec.PortRange
	for _, port := range ports {
		protocol := corev1.ProtocolTCP
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		switch {
		case port.Port == nil:
			found = append(found, spec.PortRange{Protocol: protocol, First: 1, Last: 65535})
		case port.Port.StrVal != "":
			numbers := r.named(d, port.Port.StrVal, protocol, namespace, peer)
			if len(numbers) == 0 {
				r.lost(d, field+".ports", "no container of the input that the rule leads to has a port called %q: write its number", port.Port.StrVal)
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

func distinct(ports []spec.PortRange) []spec.PortRange {
	var found []spec.PortRange
	for _, port := range ports {
		if !slices.Contains(found, port) {
			found = append(found, port)
		}
	}
	return found
}

// named are the numbers of a named port, in the pods that the connection arrives at.
func (r *ruleReader) named(d direction, name string, protocol corev1.Protocol, namespace string, peer map[string]string) []int32 {
	pods := []map[string]string{peer}
	if d == ingress {
		namespace, pods = r.component.namespace, r.own
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
				if port.Name == name && (port.Protocol == protocol || port.Protocol == "" && protocol == corev1.ProtocolTCP) {
					numbers = append(numbers, port.ContainerPort)
				}
			}
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
