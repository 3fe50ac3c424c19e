package network_test

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/validators/network/policy"
)

// ends holds those that connections may have.
type ends struct {
	pods    map[string][]policy.Endpoint
	address []policy.Endpoint
}

func everyEnd() ends {
	e := ends{pods: map[string][]policy.Endpoint{}}
	for _, namespace := range []string{"s-a", "s-b", "out"} {
		for _, a := range []string{"", "1", "2", "other"} {
			for _, b := range []string{"", "1", "other"} {
				labels := map[string]string{}
				if a != "" {
					labels["a"] = a
				}
				if b != "" {
					labels["b"] = b
				}
				e.pods[namespace] = append(e.pods[namespace], policy.Endpoint{Pod: &policy.Pod{
					Namespace: namespace, Labels: labels,
					NamespaceLabels: map[string]string{corev1.LabelMetadataName: namespace},
				}})
			}
		}
	}
	for last := range 9 {
		e.address = append(e.address, policy.Endpoint{Address: netip.AddrFrom4([4]byte{198, 51, 100, byte(last)})})
	}
	return e
}

func everyPort() []policy.Port {
	var ports []policy.Port
	for number := int32(1); number <= 3; number++ {
		ports = append(ports, policy.Port{Protocol: corev1.ProtocolTCP, Number: number})
	}
	for number := int32(1); number <= 2; number++ {
		ports = append(ports, policy.Port{Protocol: corev1.ProtocolUDP, Number: number})
	}
	return ports
}

// tryEverything asks the evaluator about every connection of a small world.
func tryEverything(set *objects.Set, p *plan.Plan) truth {
	var policies []*netv1.NetworkPolicy
	for _, typed := range set.NetworkPolicies {
		policies = append(policies, typed.Value)
	}
	is, e, compiled := truth{}, everyEnd(), policy.Compile(policies...)
	for _, own := range []string{"s-a", "s-b"} {
		c := &p.Components[map[string]int{"s-a": 0, "s-b": 1}[own]]
		for _, pod := range e.pods[own] {
			for namespace, others := range e.pods {
				for _, other := range others {
					judgePair(is, compiled, c, pod, namespace, other)
				}
			}
			for _, other := range e.address {
				judgePair(is, compiled, c, pod, "", other)
			}
		}
	}
	return is
}

// judgePair tries the connections of a pod of component c with one other end, both ways.
func judgePair(
	is truth, policies *policy.Policies, c *plan.Component,
	pod policy.Endpoint, namespace string, other policy.Endpoint,
) {
	for _, port := range everyPort() {
		out, in := policies.Evaluate(pod, other, port), policies.Evaluate(other, pod, port)
		wanted := declares(c, c.Egress, pod, namespace, other, port)
		judgeSide(is, c.Namespace+" egress", "out", out.Egress, wanted, namespace)
		if out.Allowed && !wanted && (namespace == "s-a" || namespace == "s-b") {
			is["reach"] = true
		}
		judgeSide(
			is,
			c.Namespace+" ingress",
			"in",
			in.Ingress,
			declares(c, c.Ingress, pod, namespace, other, port),
			namespace,
		)
	}
}

func judgeSide(is truth, side, way string, got policy.Side, wanted bool, namespace string) {
	is["open "+side] = is["open "+side] || len(got.Isolating) == 0
	is["blocked "+side] = is["blocked "+side] || wanted && !got.Allowed
	if outside := namespace == "" || namespace == "out"; outside && got.By != nil && !wanted {
		is[way] = true
	}
}

// declares reports whether a component's flows of one direction hold a connection.
func declares(
	c *plan.Component, flows []plan.Flow,
	pod policy.Endpoint, namespace string, other policy.Endpoint, port policy.Port,
) bool {
	if namespace == c.Namespace && c.InternalTraffic {
		return true
	}
	for _, f := range flows {
		peer := f.Peer.Namespace == namespace && namespace != "" && has(other.Pod.Labels, f.PeerPods) ||
			f.Peer.Kind == plan.PeerCIDR && namespace == "" && f.Peer.CIDR.Contains(other.Address)
		open := len(f.Ports) == 0
		for _, r := range f.Ports {
			open = open || r.Protocol == port.Protocol && r.First <= port.Number && port.Number <= r.Last
		}
		if peer && open && has(pod.Pod.Labels, f.Pods) {
			return true
		}
	}
	return false
}

func has(labels, wanted map[string]string) bool {
	for key, value := range wanted {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	return true
}
